#!/usr/bin/env python3
"""Make the Fashion-MNIST subset in this folder: usage: make_subset.py FOLDER

FOLDER holds the four original files, plain or as .gz (`dim data fetch fashion-mnist` makes
one). The first 800 training and the first 200 test images of each class are taken in file
order and interleaved: image i of the result has class i % 10 and is the (i // 10)-th of its
class. So any first N images hold each class equally often, give or take one.

The pixels and labels are the same wherever this is run. The gzip files are too, given the
same zlib: time, name and system are left out of their headers.
"""
import gzip, struct, sys, zlib
from pathlib import Path

CLASSES, ROWS, COLUMNS = 10, 28, 28
IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801


def read(folder, name):
    plain = folder / name
    return plain.read_bytes() if plain.exists() else gzip.decompress((folder / (name + ".gz")).read_bytes())


def write(name, data):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    body = deflate.compress(data) + deflate.flush()
    header = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])  # no flags, no time, best compression, unknown system
    trailer = struct.pack("<II", zlib.crc32(data), len(data))
    path = Path(__file__).parent / f"fashion-mnist-subset-{name}.gz"
    path.write_bytes(header + body + trailer)
    print(f"{path.name}: {path.stat().st_size} bytes")


def subset(folder, split, per_class):
    labels = read(folder, f"{split}-labels-idx1-ubyte")[8:]
    pixels = read(folder, f"{split}-images-idx3-ubyte")[16:]
    size = ROWS * COLUMNS
    of_class = [[i for i, label in enumerate(labels) if label == c][:per_class] for c in range(CLASSES)]
    order = [of_class[i % CLASSES][i // CLASSES] for i in range(CLASSES * per_class)]
    images = b"".join(pixels[i * size:(i + 1) * size] for i in order)
    write(f"{split}-images-idx3-ubyte", struct.pack(">IIII", IMAGES_MAGIC, len(order), ROWS, COLUMNS) + images)
    write(f"{split}-labels-idx1-ubyte", struct.pack(">II", LABELS_MAGIC, len(order)) + bytes(labels[i] for i in order))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    subset(Path(sys.argv[1]), "train", 800)
    subset(Path(sys.argv[1]), "t10k", 200)
