#!/usr/bin/env python3
"""Time encoders on the CPU here and in LiteRT with XNNPACK, in turns, single-threaded, and print a row of a table of each.

    cargo build --release -p dim-conformance --example time_encoder --example benchmark_graphs
    target/release/examples/benchmark_graphs target/graphs
    for network in target/graphs/resnet8; do dim export $network.dim --format tflite -o $network.tflite; done
    cc -O1 -shared -fPIC bench/mask_cpuid.c -o target/mask_cpuid.so
    bench/encode_litert.py target/graphs/resnet8.dim [MORE.dim ...] [--mask target/mask_cpuid.so] [--rounds 7]

Beside each .dim file is the same encoder as .tflite. Needs the packages ai-edge-litert and numpy. Every side encodes one
image again and again in a process of its own; other work on the machine only ever adds time, to some images of some side,
so the time of a side is that of its quickest image of all rounds. With `--mask`, XNNPACK is also held to VNNI and to AVX2,
by CPUID. XNNPACK scales sums in floating point, so its bytes may differ from ours by one.
"""
import argparse, os, pathlib, subprocess, sys, time

# What XNNPACK is held to, and our instruction set to compare with it.
HELD = {"avx2": "avx2", "vnni": "avx512vnni"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dim", nargs="+", type=pathlib.Path, help="encoders, .dim files with a .tflite file beside each")
    parser.add_argument("--timer", default="target/release/examples/time_encoder", help="the example, built with --release")
    parser.add_argument("--mask", type=pathlib.Path, help="bench/mask_cpuid.c as a shared library")
    parser.add_argument("--rounds", type=int, default=7, help="times that each side is measured")
    parser.add_argument("--seconds", type=float, default=0.5, help="about how long a side is measured in a round")
    parser.add_argument("--litert", action="store_true", help="print the microseconds of an image in LiteRT only")
    return parser.parse_args()


def time_litert(path, seconds):
    """Return the microseconds of the quickest image."""
    import numpy
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]
    pixels = numpy.random.default_rng(0).integers(-128, 128, image["shape"]).astype(image["dtype"])
    interpreter.set_tensor(image["index"], pixels)
    times, end = [], time.perf_counter() + seconds
    while len(times) < 10 or time.perf_counter() < end:
        start = time.perf_counter()
        interpreter.invoke()
        times.append(time.perf_counter() - start)
    return min(times) * 1e6


def run(command, **environment):
    """Return what a process prints."""
    environment = os.environ | environment
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment).stdout


def litert(path, seconds, **environment):
    return float(run([sys.executable, __file__, str(path), "--litert", "--seconds", str(seconds)], **environment))


def ours(options, dim, images, *instructions):
    """Return the microseconds of the quickest image with these instruction sets, or with each that this processor has."""
    lines = map(str.split, run([options.timer, str(dim), str(images), *instructions]).splitlines())
    return {name: float(shortest) for name, _, _, shortest, *_ in lines}


def measure(options, dim):
    """Return the quickest image of each side."""
    best = {}

    def note(**times):
        best.update({side: min(times[side], best.get(side, times[side])) for side in times})

    sets = ours(options, dim, 10)
    for _ in range(options.rounds):
        note(litert=litert(dim.with_suffix(".tflite"), options.seconds))
        for held in HELD if options.mask else ():
            mask = {"LD_PRELOAD": str(options.mask.resolve()), "MASK_CPUID": held}
            note(**{f"litert, {held}": litert(dim.with_suffix(".tflite"), options.seconds, **mask)})
        for name, microseconds in sets.items():
            note(**ours(options, dim, max(10, int(options.seconds * 1e6 / microseconds)), name))
    return best


def main():
    options = arguments()
    if options.litert:
        print(time_litert(options.dim[0], options.seconds))
        return
    for number, dim in enumerate(options.dim):
        times = measure(options, dim)
        ratios = {f"{held} / {held}": times[f"litert, {held}"] / times[name] for held, name in HELD.items() if name in times and options.mask}
        ratios |= {f"litert / {name}": times["litert"] / time for name, time in times.items() if not name.startswith("litert") and name != "portable"}
        if number == 0:
            print("| network |", " | ".join([*times, *ratios]), "|\n|---|" + "---|" * len(times | ratios))
        cells = [f"{time:,.1f}" if time < 1000 else f"{time:,.0f}" for time in times.values()]
        print(f"| {dim.stem} |", " | ".join(cells + [f"{ratio:.2f}" for ratio in ratios.values()]), "|", flush=True)


if __name__ == "__main__":
    main()
