#!/usr/bin/env python3
"""CIFAR-10 in half of its size, to be carried: each batch as sheets of 2,000 images in lossless WebP, and back to the bit.

    sheets.py pack  FOLDER_OF_BATCHES OUT     (needs NumPy and Pillow; about a minute a batch)
    sheets.py unpack OUT FOLDER_OF_BATCHES

All 50,000 training images take 84 MB; beside the program they do not fit into 60, so they travel in two parts.
"""
import io, sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

ROW, SHEET, RECORD = 50, 2000, 3073


def to_sheet(records):
    images = records[:, 1:].reshape(-1, ROW, 3, 32, 32).transpose(0, 3, 1, 4, 2).reshape(-1, ROW * 32, 3)
    file = io.BytesIO()
    Image.fromarray(images).save(file, "WEBP", lossless=True, quality=100, method=5)
    return records[:, 0].tobytes() + file.getvalue()


def from_sheet(packed):
    images = np.asarray(Image.open(io.BytesIO(packed[SHEET:])).convert("RGB"))
    pixels = images.reshape(-1, 32, ROW, 32, 3).transpose(0, 2, 4, 1, 3).reshape(SHEET, -1)
    return np.hstack([np.frombuffer(packed[:SHEET], np.uint8)[:, None], pixels])


def pack(path, out):
    records = np.fromfile(path, np.uint8).reshape(-1, RECORD)
    for number, first in enumerate(range(0, len(records), SHEET)):
        part = records[first : first + SHEET]
        packed = to_sheet(part)
        assert (from_sheet(packed) == part).all(), f"{path}: sheet {number} is not what it was"
        (out / f"{path.stem}.{number}").write_bytes(packed)


def unpack(name, sheets, out):
    sheets = sorted(sheets, key=lambda sheet: int(sheet.suffix[1:]))
    np.vstack([from_sheet(sheet.read_bytes()) for sheet in sheets]).tofile(out / f"{name}.bin")


def main():
    what, source, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        if what == "pack":
            jobs = [pool.submit(pack, path, out) for path in sorted(source.glob("*.bin"))]
        else:
            names = sorted({path.stem for path in source.iterdir()})
            jobs = [pool.submit(unpack, name, list(source.glob(f"{name}.*")), out) for name in names]
        for job in jobs:
            job.result()


if __name__ == "__main__":
    main()
