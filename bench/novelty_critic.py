#!/usr/bin/env python3
"""The critic of Deep InfoMax as a judge of what is novel, beside the mean and variance of docs/NOVELTY.md: area under the curve of
held-out images, all of it in real numbers.

    bench/novelty_critic.py runs/a [runs/b ...]                                  # the embedded Fashion-MNIST, every class in turn
    bench/novelty_critic.py runs/a --data data/solar --normal mono-000 --strange mono-100

A run folder has the critic in its `checkpoint.tar`, with the encoder as it was when the two last learned together: neither the
average of its weights nor the whitening. Of an image with embedding y and cells c, the critic T scores every cell with the image's
own embedding, and the cell is as novel as

    low        -T(y, c)
    shortfall  m - T(y, c), where m is the mean of normal images at this cell
    deviation  (m - T(y, c)) / s, with their standard deviation s at this cell
    expected   -T(Y, c), where Y is the mean of what the critic makes of the embeddings of normal images
    plain      the same without the layer normalization of cells, for which a device has no operator
    gap        T(y, c) - T(Y, c)
    unlikely   -log mean exp T(y', c), over the embeddings y' of normal images
    surplus    T(y, c) - log mean exp T(y', c): the information between the embedding and the cell, against normal images
    nearest    the same with the largest T(y', c) of 64 in place of the mean, and cosines in place of dot products: what
               `dim novelty` computes of int8 codes, of an encoder with a critic
    statistic  the mean over the channels of (c - mean)^2 / (variance + step^2): what `dim novelty` computes of int8 codes

An image is what its worst cell is, or the mean of its cells. Convolutions and fully connected layers with an encode-and-dot critic
only. Needs Python 3.11, NumPy, and Pillow for folders of pictures."""
import argparse
import gzip
import pathlib
import struct
import sys
import tarfile
import tomllib

import numpy as np

ASSETS = pathlib.Path(__file__).parent.parent / "host/assets"
EPSILON = 1e-5
# Normal embeddings that means of exponentials are over.
REFERENCES = 256
NEAREST = 64
METHODS = ["low", "shortfall", "deviation", "expected", "plain", "gap", "unlikely", "surplus", "nearest", "statistic"]


def cbor(data, at):
    """A value of CBOR (RFC 8949), and where the next one begins."""
    kind, count = data[at] >> 5, data[at] & 31
    at += 1
    if kind == 7:
        if count < 24:
            return {20: False, 21: True, 22: None}[count], at
        width = 1 << (count - 24)
        return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[width], data[at:at + width])[0], at + width
    is_open = count == 31
    if count >= 24 and not is_open:
        width = 1 << (count - 24)
        count, at = int.from_bytes(data[at:at + width], "big"), at + width
    if kind < 2:
        return (count if kind == 0 else -1 - count), at
    if kind < 4:
        value = data[at:at + count]
        return (value if kind == 2 else value.decode()), at + count
    values = []
    while data[at] != 0xff if is_open else len(values) < count * (kind - 3):
        value, at = cbor(data, at)
        values.append(value)
    at += is_open
    return (values if kind == 4 else dict(zip(values[::2], values[1::2]))), at


def weights(run):
    """Arrays by name, of the networks in a run's checkpoint."""
    with tarfile.open(run / "checkpoint.tar") as archive:
        pack = archive.extractfile("networks.bpk").read()
    size = int.from_bytes(pack[6:10], "little")
    start = (10 + size + 255) // 256 * 256
    of = lambda tensor: np.frombuffer(pack, np.float32, int(np.prod(tensor["shape"])), start + tensor["data_offsets"][0])
    return {name: of(tensor).reshape(tensor["shape"]) for name, tensor in cbor(pack, 10)[0]["tensors"].items()}


def norm(numbers, name, values):
    of = lambda part: numbers[f"{name}.norm.{part}"]
    scale = of("gamma") / np.sqrt(of("running_var") + EPSILON)
    return (values - of("running_mean")) * scale + of("beta")


def convolve(images, filters, stride, padding):
    """`[images, height, width, channels]`, filters `[outputs, channels, height, width]`."""
    images = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(images, filters.shape[2:], (1, 2))[:, ::stride, ::stride]
    shape = windows.shape[:3]
    rows = windows.reshape(np.prod(shape), -1)
    return (rows @ filters.reshape(len(filters), -1).T).reshape(*shape, -1)


def unit(rows):
    """Vectors of length 1, in the same directions."""
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), EPSILON)


class Run:
    """An encoder with its critic."""

    def __init__(self, folder):
        self.settings = tomllib.loads((folder / "config.toml").read_text())
        self.numbers = weights(folder)
        if self.settings["local_critic"] != "encode-and-dot":
            sys.exit(f"{folder}: its critic is {self.settings['local_critic']}, and only encode-and-dot is known here")

    def encode(self, pixels):
        """Embeddings `[images, units]` and cells `[images, cells, channels]`."""
        values, encoder, cells = (pixels.astype(np.float32) - 128) / 128, self.settings["encoder"], None
        for index, layer in enumerate(encoder["layers"]):
            name = f"encoder.layers.{index}"
            if "conv" in layer:
                of = layer["conv"]
                values = convolve(values, self.numbers[f"{name}.conv.weight"], of.get("stride", 1), of.get("padding", 0))
            elif "linear" in layer:
                # Channels are outermost.
                values = values.transpose(0, 3, 1, 2).reshape(len(values), -1) if values.ndim == 4 else values
                values = values @ self.numbers[f"{name}.linear.weight"]
            else:
                sys.exit(f"layer {index} is neither a convolution nor fully connected: {layer}")
            if f"{name}.norm.gamma" in self.numbers:
                values = np.maximum(norm(self.numbers, name, values), 0)
            else:
                values = values + self.numbers[f"{name}.linear.bias"]
            if layer.get("name") == encoder["taps"]["feature_map"]:
                cells = values.reshape(len(values), -1, values.shape[-1])
        return values, cells

    def branch(self, name, values):
        """What the critic makes of embeddings or cells, without and with the last division."""
        of, name = self.numbers, f"local_critic.DotProduct.{name}"
        hidden = np.maximum(norm(of, name, values @ of[f"{name}.hidden.weight"]), 0)
        sums = hidden @ of[f"{name}.output.weight"] + of[f"{name}.output.bias"] + values @ of[f"{name}.shortcut.weight"]
        sums = sums - sums.mean(-1, keepdims=True)
        gamma, beta = of[f"{name}.output_norm.gamma"], of[f"{name}.output_norm.beta"]
        return sums * gamma, sums / np.sqrt(sums.var(-1, keepdims=True) + EPSILON) * gamma + beta

    def compare(self, embeddings, cells):
        """Vectors whose dot products are scores."""
        if self.settings["temperature"] > 0:
            return unit(embeddings) / self.settings["temperature"], unit(cells)
        if self.settings["scaled_scores"]:
            embeddings = embeddings / np.sqrt(embeddings.shape[-1])
        return embeddings, cells

    def features(self, pixels):
        """Cells `[images, cells, channels]`, what the critic compares, its cells without the last division, and vectors whose
        dot products are cosines."""
        parts, gamma = [], self.numbers["local_critic.DotProduct.cells.output_norm.gamma"]
        for part in np.array_split(pixels, max(1, len(pixels) // 500)):
            embeddings, cells = self.encode(part)
            plain, encoded = self.branch("cells", cells)
            of_embeddings = self.branch("embedding", embeddings)[1]
            directions = unit(of_embeddings * gamma), unit(plain / gamma)
            parts.append((cells, *self.compare(of_embeddings, encoded), plain, *directions))
        return [np.concatenate(part) for part in zip(*parts)]


def area(normal, strange):
    """How often a strange image scores higher than a normal one, equal scores counting half."""
    normal = np.sort(normal)
    halves = np.searchsorted(normal, strange, "left") + np.searchsorted(normal, strange, "right")
    return halves.sum() / 2 / len(normal) / len(strange)


def judge(train, test):
    """How novel cells are, `[images, cells]`, by each method; `train` are features of normal images."""
    (maps, embeddings, cells, _, directions, _), (others, own, theirs, plain, own_direction, cell_directions) = train, test
    known, scores = np.einsum("iu,icu->ic", embeddings, cells), np.einsum("iu,icu->ic", own, theirs)
    mean, deviation = known.mean(0), known.std(0)
    expected = theirs @ embeddings.mean(0)
    # Cell by cell, since `[images, cells, references]` would fill the memory.
    order = np.random.default_rng(0).permutation(len(embeddings))
    drawn = embeddings[order[:REFERENCES]]
    most = [(cell_directions[:, place] @ directions[order[:NEAREST]].T).max(1) for place in range(cell_directions.shape[1])]
    nearest = np.einsum("iu,icu->ic", own_direction, cell_directions) - np.stack(most, 1)
    likely = np.stack([log_mean_exp(theirs[:, place] @ drawn.T) for place in range(theirs.shape[1])], 1)
    step = (maps.max() / 255) ** 2
    statistic = ((others - maps.mean(0)) ** 2 / (maps.var(0) + step)).mean(2)
    judged = [-scores, mean - scores, (mean - scores) / deviation, -expected, -plain @ embeddings.mean(0), scores - expected, -likely, scores - likely, nearest]
    return dict(zip(METHODS, [*judged, statistic], strict=True))


def log_mean_exp(scores):
    most = scores.max(1, keepdims=True)
    return np.log(np.exp(scores - most).mean(1)) + most[:, 0]


def areas(train, test, labels, normal, strange):
    """By method: the area by the worst cell, and by the mean of the cells."""
    is_counted = np.arange(np.isin(labels[0], normal).sum()) % 10 != 0
    learned = [part[np.isin(labels[0], normal)][is_counted] for part in train]
    kinds = [np.isin(labels[1], kind) for kind in (normal, strange)]
    novel = judge(learned, test)
    of = lambda cells, image: area(*(image(cells[kind], axis=1) for kind in kinds))
    return np.array([[of(novel[method], image) for image in (np.max, np.mean)] for method in METHODS])


def embedded():
    """Pixels and labels of the training and test images, and the classes."""
    read = lambda name: gzip.decompress((ASSETS / f"fashion-mnist-subset-{name}-ubyte.gz").read_bytes())
    pixels = [np.frombuffer(read(f"{part}-images-idx3"), np.uint8, offset=16).reshape(-1, 28, 28, 1) for part in ("train", "t10k")]
    labels = [np.frombuffer(read(f"{part}-labels-idx1"), np.uint8, offset=8) for part in ("train", "t10k")]
    return pixels, labels, range(10)


def pictures(folder, classes, size):
    """The same of a folder of pictures, scaled."""
    from PIL import Image
    pixels, labels = [], []
    for part in ("train", "test"):
        files = [(file, index) for index, name in enumerate(classes) for file in sorted((folder / part / name).iterdir())]
        read = lambda file: np.asarray(Image.open(file).convert("L").resize(size, Image.Resampling.BILINEAR))[..., None]
        pixels.append(np.stack([read(file) for file, _ in files]))
        labels.append(np.array([index for _, index in files]))
    return pixels, labels


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("runs", nargs="+", type=pathlib.Path)
    arguments.add_argument("--data", type=pathlib.Path)
    arguments.add_argument("--normal", default=None)
    arguments.add_argument("--strange", default=None)
    arguments = arguments.parse_args()
    tables = {}
    for folder in arguments.runs:
        run = Run(folder)
        if arguments.data:
            height, width, _ = run.settings["encoder"]["input"]
            pixels, labels = pictures(arguments.data, [arguments.normal, arguments.strange], (width, height))
            splits = {f"{arguments.normal} normal": [([0], [1])]}
        else:
            pixels, labels, classes = embedded()
            but = lambda one: [other for other in classes if other != one]
            splits = {"nine normal": [(but(one), [one]) for one in classes], "one normal": [([one], but(one)) for one in classes]}
        train, test = (run.features(of) for of in pixels)
        for name, kinds in splits.items():
            table = np.mean([areas(train, test, labels, *kind) for kind in kinds], 0)
            tables.setdefault(name, []).append(table)
    for name, of in tables.items():
        print(f"{name}, {len(of)} runs      worst cell      mean cell")
        for method, mean, deviation in zip(METHODS, np.mean(of, 0), np.std(of, 0, ddof=1 if len(of) > 1 else 0)):
            print(f"  {method:<12}", "   ".join(f"{m:.3f} ± {d:.3f}" for m, d in zip(mean, deviation)))


if __name__ == "__main__":
    main()
