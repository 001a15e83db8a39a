#!/usr/bin/env python3
"""Time a Deep InfoMax training step here and in PyTorch on the CPU, in turns, and print a table with the ratio.

    bench/train_step_pytorch.py [--preset conv32 resnet8 edge32] [--threads 1 2] [--dim target/release/dim]

Run it with the python of a virtual environment that has PyTorch and NumPy from the package index, whose CPU half has
oneDNN: python3 -m venv VENV && VENV/bin/pip install torch numpy

A step is the same in both: views of 64 random images are drawn, then encoder, encode-and-dot critic, estimator with all
negatives of the batch, and Adam. conv32 learns as the paper's DIM(L): one view, 512 critic units, the Jensen-Shannon
estimator, an adversary for a uniform prior. The small encoders learn from two views (crop-flip, signal), with infoNCE and 128
critic units. --views overrules how many. PyTorch runs with images as it likes them and with channels last, the faster of
which counts. Either side has as many cores as threads. Peak memory is that of the process.
"""
import argparse, json, os, resource, statistics, subprocess, sys, tempfile, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pytorch"))
SMALL = dict(batch=64, units=128, estimator="infonce", views=2, gamma=0.0, scaled=True, augmentation="crop-flip")
PRESETS = {
    "conv32": dict(batch=64, units=512, estimator="jsd", views=1, gamma=0.1, scaled=False, augmentation="crop-flip"),
    "resnet8": SMALL,
    "edge28-s": SMALL,
    "edge32": SMALL,
    "edge32-s": SMALL,
    "edge32-fc": SMALL,
    "imu128": SMALL | {"augmentation": "signal"},
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", default="target/release/dim", help="the program, built with --release")
    parser.add_argument("--preset", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--views", type=int, choices=(1, 2), help="of an image, if not as in the table above")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of each side")
    parser.add_argument("--rounds", type=int, default=5, help="times that each side is measured")
    parser.add_argument("--steps", type=int, default=20, help="steps of a measurement, after 5 that do not count")
    parser.add_argument("--json", action="store_true", help="print all measurements as JSON too")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def worker(settings):
    """What one process of PyTorch measures."""
    settings = argparse.Namespace(**json.loads(settings))
    import torch

    torch.set_num_threads(settings.threads)
    from step import training_step

    step = training_step(settings)
    for _ in range(5):
        step()
    start = time.perf_counter()
    for _ in range(settings.steps):
        step().item()
    seconds = time.perf_counter() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": seconds / settings.steps * 1e3, "mib": mib, "instructions": torch.backends.cpu.get_cpu_capability()}))


def run(command, threads, **environment):
    """Runs on as many cores as threads, and reads what it prints."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    environment = os.environ | {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")} | environment
    pinned = lambda: os.sched_setaffinity(0, cores)
    result = subprocess.run(command, capture_output=True, text=True, env=environment, preexec_fn=pinned)
    if result.returncode:
        sys.exit(f"{command[0]} failed:\n{result.stderr}")
    return json.loads(result.stdout)


def measure_pytorch(options, preset, settings, threads, channels_last):
    values = dict(settings, preset=preset, threads=threads, steps=options.steps, channels_last=channels_last)
    return run([sys.executable, __file__, "--worker", json.dumps(values)], threads)


def settings_of_dim(preset, settings):
    """The settings file of the step that has a twin here."""
    values = {
        "preset": preset, "critic_units": settings["units"], "views": ["one", "two"][settings["views"] - 1],
        "estimator": settings["estimator"], "gamma": settings["gamma"], "scaled_scores": settings["scaled"],
        "augmentation": settings["augmentation"] if settings["views"] == 2 else "none",
    }
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def measure_dim(options, preset, settings, threads):
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(settings_of_dim(preset, settings) + f"batch_size = {settings['batch']}\n")
        file.flush()
        command = [options.dim, "bench", "--train", "--config", file.name, "--steps", str(options.steps), "--json"]
        found = run(command, threads, RAYON_NUM_THREADS=str(threads))
    return {"ms": found["milliseconds_per_step"], "mib": found["peak_mebibytes"]}


def compare(options, preset, threads):
    settings = PRESETS[preset] | ({"views": options.views} if options.views else {})
    sides = {
        "dim": lambda: measure_dim(options, preset, settings, threads),
        "pytorch": lambda: measure_pytorch(options, preset, settings, threads, False),
        "pytorch, channels last": lambda: measure_pytorch(options, preset, settings, threads, True),
    }
    rows = {name: [] for name in sides}
    for number in range(options.rounds):
        for name, measure in sides.items():
            rows[name].append(measure())
            print(f"  {preset}, {threads} threads, round {number + 1}: {name} {rows[name][-1]['ms']:.1f} ms", file=sys.stderr)
    return rows


def main():
    options = arguments()
    if options.worker:
        return worker(options.worker)
    import torch

    blas = next((line.strip(" -") for line in torch.__config__.show().splitlines() if "Math Kernel" in line), "no MKL")
    print(f"PyTorch {torch.__version__} with {blas}; {torch.backends.cpu.get_cpu_capability()}; "
          f"oneDNN {'on' if torch.backends.mkldnn.is_available() else 'off'}\n")
    print("| step | threads | here | PyTorch | speed over PyTorch, median (all rounds) | memory | PyTorch's |")
    print("|---|---|---|---|---|---|---|", flush=True)
    found = []
    for preset in options.preset:
        for threads in options.threads:
            rows = compare(options, preset, threads)
            found.append({"preset": preset, "threads": threads, "rows": rows})
            ours, theirs = rows["dim"], [rows["pytorch"], rows["pytorch, channels last"]]
            median = lambda rows, key="ms": statistics.median(row[key] for row in rows)
            fastest = min(theirs, key=median)
            ratios = sorted(their["ms"] / our["ms"] for our, their in zip(ours, fastest))
            listed = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"| {preset} | {threads} | {median(ours):.0f} ms | {median(fastest):.0f} ms | **{statistics.median(ratios):.2f}** ({listed}) "
                  f"| {median(ours, 'mib'):.0f} MiB | {median(fastest, 'mib'):.0f} MiB |", flush=True)
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
