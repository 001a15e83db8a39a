#!/usr/bin/env python3
"""Train the paper's DIM(L) with infoNCE in PyTorch on CIFAR-10, and print what a linear probe reads at each tap.

    bench/fidelity_pytorch.py DATA [--epochs 3] [--seed 0] [--threads 2] [--limit N] [--features FOLDER]

DATA is the folder of CIFAR-10's binary version. This is the side that shares nothing with `dim` but the formulas of
docs/OBJECTIVES.md and docs/EVALUATION.md; the other side is

    printf 'preset = "conv32"\\nestimator = "infonce"\\nepochs = 3\\n' > fidelity.toml
    dim train --config fidelity.toml --data DATA --out runs/fidelity && dim evaluate runs/fidelity

Both: batches of 64 whole images without augmentation, encode-and-dot critic of 512 units as in the authors' code, weight
1 for the local objective and 0.1 for the game with a uniform prior, Adam with step size 1e-4 and decays 0.5 and 0.999. Weights
and the order of images are other ones, so equal accuracies are equal within the deviation over seeds. The probe of raw pixels
learns nothing of the encoder: it shows how far two programs with one probe differ.

Run it with the python of a virtual environment that has PyTorch and NumPy. --features writes what the probe reads as .npy.
"""
import argparse, json, sys, time
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional

UNITS, CELL, CRITIC = 64, 128, 512


def read_cifar(folder, names):
    """Pixels `[images, 3, 32, 32]` and classes: a record is a class and three planes."""
    records = numpy.concatenate([numpy.fromfile(folder / name, numpy.uint8) for name in names]).reshape(-1, 3073)
    return torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(records[:, 0].astype(numpy.int64))


def as_seen(pixels):
    return (pixels.float() - 128) / 128


class Encoder(nn.Module):
    """conv32: three convolutions, the second of which gives the cells, and two fully connected layers."""

    def __init__(self):
        super().__init__()
        widths = [3, 64, CELL, 256]
        pairs = zip(widths, widths[1:])
        self.maps = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU()) for i, o in pairs
        )
        self.fc = nn.Sequential(nn.Linear(256 * 4 * 4, 1024, bias=False), nn.BatchNorm1d(1024), nn.ReLU())
        self.embedding = nn.Linear(1024, UNITS)

    def forward(self, images):
        first = self.maps[0](images)
        cells = self.maps[1](first)
        conv = self.maps[2](cells).flatten(1)
        fc = self.fc(conv)
        return cells, {"conv": conv, "fc": fc, "embedding": self.embedding(fc)}


class Branch(nn.Module):
    """A hidden layer with batch normalization, beside a shortcut that starts as a noisy identity."""

    def __init__(self, inputs):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(inputs, CRITIC, bias=False), nn.BatchNorm1d(CRITIC), nn.ReLU())
        self.output = nn.Linear(CRITIC, CRITIC)
        self.shortcut = nn.Linear(inputs, CRITIC, bias=False)
        self.norm = nn.LayerNorm(CRITIC)
        with torch.no_grad():
            self.shortcut.weight.uniform_(-0.01, 0.01)
            self.shortcut.weight[range(inputs), range(inputs)] = 1

    def forward(self, rows):
        return self.norm(self.output(self.hidden(rows)) + self.shortcut(rows))


def infonce(embeddings, cells, images):
    """Each cell of an image among itself and all cells of the other images, by the image's embedding: minus equation 5."""
    scores = (embeddings @ cells.T).reshape(images, images, -1)
    own = torch.eye(images, dtype=torch.bool)
    positives = scores[own]
    others = scores.masked_fill(own[:, :, None], -torch.inf).flatten(1).logsumexp(1, keepdim=True)
    return (torch.logaddexp(positives, others) - positives).mean()


def train(options, pixels, encoder):
    cell_branch, embedding_branch = Branch(CELL), Branch(UNITS)
    layers = [nn.Linear(UNITS, 1000), nn.ReLU(), nn.Linear(1000, 200), nn.ReLU(), nn.Linear(200, 1)]
    discriminator = nn.Sequential(*layers)
    adam = lambda *networks: torch.optim.Adam([p for n in networks for p in n.parameters()], lr=1e-4, betas=(0.5, 0.999))
    optimizer, judge = adam(encoder, cell_branch, embedding_branch), adam(discriminator)
    batch, started, steps = 64, time.perf_counter(), 0
    for epoch in range(options.epochs):
        losses = []
        for indices in torch.randperm(len(pixels)).split(batch):
            if len(indices) < batch:
                continue
            cells, taps = encoder(as_seen(pixels[indices]))
            rows = cells.permute(0, 2, 3, 1).reshape(-1, CELL)
            local = infonce(embedding_branch(taps["embedding"]), cell_branch(rows), batch)
            uniform = taps["embedding"].sigmoid()
            # Both sides move along the losses of one state, each by its own.
            fooled = functional.softplus(-discriminator(uniform)).mean()
            sides = discriminator(torch.cat([torch.rand(batch, UNITS), uniform.detach()])).squeeze(1).split(batch)
            judged = functional.softplus(-sides[0]).mean() + functional.softplus(sides[1]).mean()
            moving = [p for group in judge.param_groups for p in group["params"]]
            of_judge = torch.autograd.grad(judged, moving)
            optimizer.zero_grad()
            (local + 0.1 * fooled).backward()
            for parameter, gradient in zip(moving, of_judge):
                parameter.grad = gradient
            optimizer.step()
            judge.step()
            losses.append(local.item())
            steps += 1
        estimate = numpy.log(1 + (batch - 1) * 64) - numpy.mean(losses[-100:])
        print(f"epoch {epoch + 1}: local information {estimate:.4f} nats", file=sys.stderr)
    return (time.perf_counter() - started) / max(steps, 1) * 1e3


@torch.no_grad()
def taps_of(encoder, pixels):
    encoder.eval()
    parts = [encoder(as_seen(some))[1] for some in pixels.split(250)]
    return {tap: torch.cat([part[tap] for part in parts]) for tap in parts[0]}


def probe(train_rows, train_classes, test_rows, test_classes):
    """The linear probe of docs/EVALUATION.md, quick suite."""
    mean, deviation = train_rows.mean(0), train_rows.std(0, correction=0)
    deviation = torch.where(deviation > 1e-6, deviation, torch.ones(()))
    standardized = lambda rows: rows.sub_(mean).div_(deviation)
    rows, epochs, batch = standardized(train_rows), 40, 250
    linear = nn.Linear(rows.shape[1], 10)
    nn.init.zeros_(linear.weight), nn.init.zeros_(linear.bias)
    adam = torch.optim.Adam(linear.parameters(), lr=2e-3, eps=1e-5, weight_decay=1e-3)
    batches = -(-len(rows) // batch)
    decay = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1 - step / (epochs * batches))
    for _ in range(epochs):
        for indices in torch.randperm(len(rows)).split(batch):
            adam.zero_grad()
            functional.cross_entropy(linear(rows[indices]), train_classes[indices]).backward()
            adam.step()
            decay.step()
    with torch.no_grad():
        answers = linear(standardized(test_rows)).argmax(1)
    return (answers == test_classes).double().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with data_batch_1.bin and the others")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="of weights, order and prior")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0, help="train on the first images only, 0 for all")
    parser.add_argument("--features", type=Path, help="folder for the taps of the trained encoder as .npy")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pixels, classes = read_cifar(options.data, [f"data_batch_{number}.bin" for number in range(1, 6)])
    if options.limit:
        pixels, classes = pixels[: options.limit], classes[: options.limit]
    test_pixels, test_classes = read_cifar(options.data, ["test_batch.bin"])

    encoder = Encoder()
    found = {"pixels": {"pixels": probe(as_seen(pixels).flatten(1), classes, as_seen(test_pixels).flatten(1), test_classes)}}
    state = {name: value.clone() for name, value in encoder.state_dict().items()}
    milliseconds = train(options, pixels, encoder)
    trained = {name: value.clone() for name, value in encoder.state_dict().items()}
    for features, weights in [("untrained", state), ("trained", trained)]:
        encoder.load_state_dict(weights)
        of_train, of_test = taps_of(encoder, pixels), taps_of(encoder, test_pixels)
        if options.features and features == "trained":
            options.features.mkdir(parents=True, exist_ok=True)
            for half, taps in [("train", of_train), ("test", of_test)]:
                for tap, rows in taps.items():
                    numpy.save(options.features / f"{half}-{tap}.npy", rows.numpy())
        found[features] = {}
        for tap in list(of_train):
            found[features][tap] = probe(of_train.pop(tap), classes, of_test.pop(tap), test_classes)
    for features, taps in found.items():
        print(f"{features:<10}" + "".join(f"  {tap} {accuracy * 100:.1f} %" for tap, accuracy in taps.items()), file=sys.stderr)
    print(json.dumps({"linear": found, "milliseconds_per_step": milliseconds, "epochs": options.epochs, "seed": options.seed}))


if __name__ == "__main__":
    main()
