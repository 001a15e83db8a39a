#!/usr/bin/env python3
"""Time the conv32 DIM(L) training step here and in PyTorch on the CPU, in turns, and print the ratio.

    bench/train_step_pytorch.py [--dim target/release/dim] [--rounds 3] [--steps 40] [--threads 2]

The step is the same in both: 64 images of 32x32x3 (random pixels), the paper's conv32 encoder, the
encode-and-dot-product critic with 512 units, the Jensen-Shannon estimator with all negatives of the batch,
adversarial matching of a uniform prior, and two Adam updates. Needs Debian's python3-torch; with
libopenblas0-pthread its matrix products are several times faster. Peak memory is that of the process.

PyTorch has two pools of threads, its own and OpenBLAS's, which can get in each other's way. So it is measured with
both of the given size (pytorch) and with a single thread of its own (pytorch-blas); the ratio is to the faster one.
"""
import argparse, json, os, resource, statistics, subprocess, sys, time
from pathlib import Path

BATCH, UNITS, EMBEDDING = 64, 512, 64


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", default="target/release/dim", help="the program, built with --release")
    parser.add_argument("--rounds", type=int, default=3, help="times that each side is measured")
    parser.add_argument("--steps", type=int, default=40, help="steps of a measurement, after 5 that do not count")
    parser.add_argument("--threads", type=int, default=2, help="of each side")
    parser.add_argument("--own-threads", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def pytorch_step(threads):
    """Return a function that makes one step."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    torch.manual_seed(0)

    def conv(inputs, outputs):
        layer = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
        return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU())

    class Branch(nn.Module):
        def __init__(self, inputs):
            super().__init__()
            self.hidden = nn.Linear(inputs, UNITS, bias=False)
            self.norm = nn.BatchNorm1d(UNITS)
            self.output = nn.Linear(UNITS, UNITS)
            self.shortcut = nn.Linear(inputs, UNITS, bias=False)
            self.output_norm = nn.LayerNorm(UNITS)

        def forward(self, rows):
            hidden = F.relu(self.norm(self.hidden(rows)))
            return self.output_norm(self.output(hidden) + self.shortcut(rows))

    local_part = nn.Sequential(conv(3, 64), conv(64, 128))
    fc = nn.Sequential(nn.Linear(4096, 1024, bias=False), nn.BatchNorm1d(1024), nn.ReLU())
    global_part = nn.Sequential(conv(128, 256), nn.Flatten(), fc, nn.Linear(1024, EMBEDDING))
    critics = nn.ModuleList([Branch(128), Branch(EMBEDDING)])
    judge = nn.Sequential(
        nn.Linear(EMBEDDING, 1000), nn.ReLU(), nn.Linear(1000, 200), nn.ReLU(), nn.Linear(200, 1)
    )
    networks = nn.ModuleList([local_part, global_part, critics])
    adam = lambda module: torch.optim.Adam(module.parameters(), lr=1e-4, betas=(0.5, 0.999))
    optimizer, judge_optimizer = adam(networks), adam(judge)
    images = (torch.randint(0, 256, (BATCH, 3, 32, 32)).float() - 128) / 128
    own = torch.eye(BATCH).repeat_interleave(64, dim=1)

    def step():
        features = local_part(images)
        embedding = global_part(features)
        cells = critics[0](features.permute(0, 2, 3, 1).reshape(-1, 128))
        scores = critics[1](embedding) @ cells.t()
        softplus = F.softplus(scores)
        positive = ((softplus - scores) * own).sum() / own.sum()
        negative = (softplus * (1 - own)).sum() / (own.numel() - own.sum())
        for parameter in judge.parameters():
            parameter.requires_grad_(False)
        prior = F.softplus(-judge(torch.sigmoid(embedding))).mean()
        loss = positive + negative + 0.1 * prior
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        for parameter in judge.parameters():
            parameter.requires_grad_(True)
        real, fake = judge(torch.rand(BATCH, EMBEDDING)), judge(torch.sigmoid(embedding.detach()))
        judgement = F.softplus(-real).mean() + F.softplus(fake).mean()
        judge_optimizer.zero_grad(set_to_none=True)
        judgement.backward()
        judge_optimizer.step()
        return loss.item(), judgement.item()

    return step


def worker(options):
    step = pytorch_step(options.own_threads)
    for _ in range(5):
        step()
    start = time.perf_counter()
    for _ in range(options.steps):
        step()
    seconds = time.perf_counter() - start
    print(json.dumps({"ms": seconds / options.steps * 1e3, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measure_pytorch(options, own_threads):
    command = [sys.executable, __file__, "--worker", "--steps", str(options.steps), "--own-threads", str(own_threads)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(options.threads)}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def measure_dim(options):
    command = [options.dim, "bench", "--train", "--preset", "conv32", "--steps", str(options.steps), "--json"]
    environment = {"RAYON_NUM_THREADS": str(options.threads), "PATH": "/usr/bin:/bin"}
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
    return {"ms": found["milliseconds_per_step"], "mib": found["peak_mebibytes"]}


def main():
    options = arguments()
    if options.worker:
        return worker(options)
    sides = {"dim": measure_dim, "pytorch": lambda options: measure_pytorch(options, options.threads)}
    if options.threads > 1:
        sides["pytorch-blas"] = lambda options: measure_pytorch(options, 1)
    rows = {name: [] for name in sides}
    for number in range(options.rounds):
        for name, measure in sides.items():
            row = measure(options)
            rows[name].append(row)
            print(f"round {number + 1}  {name:<12} {row['ms']:8.1f} ms a step  {row['mib']:7.0f} MiB at most", flush=True)
    ours = rows.pop("dim")
    times = {name: statistics.median(row["ms"] for row in theirs) for name, theirs in rows.items()}
    fastest = min(times, key=times.get)
    ratios = [theirs["ms"] / row["ms"] for row, theirs in zip(ours, rows[fastest])]
    print(f"speed over {fastest}, {options.threads} threads: {statistics.median(ratios):.2f} (median of the rounds)")


if __name__ == "__main__":
    main()
