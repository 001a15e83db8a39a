#!/usr/bin/env python3
"""Time an encoder on the CPU here and in LiteRT with XNNPACK, in turns, single-threaded, and print the ratio.

    dim export resnet8.dim --format tflite -o resnet8.tflite
    cargo build --release -p dim-conformance --example time_encoder
    bench/encode_litert.py resnet8.dim resnet8.tflite [--timer target/release/examples/time_encoder] [--rounds 7]

Needs the packages ai-edge-litert and numpy. Both sides encode one image again and again; a round takes the median time
of an image of each of ours (every instruction set that the processor has kernels for) and of LiteRT's. Other work on the
machine only ever adds time, to some rounds of some side, so the ratio is that of the shortest rounds of both sides; beside
it are the ratios within single rounds. XNNPACK scales sums in floating point, so its bytes may differ from ours by one.
"""
import argparse, statistics, subprocess, time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dim", help="the encoder, a .dim file")
    parser.add_argument("tflite", help="the same encoder, written by `dim export --format tflite`")
    parser.add_argument("--timer", default="target/release/examples/time_encoder", help="the example, built with --release")
    parser.add_argument("--rounds", type=int, default=7, help="times that each side is measured")
    parser.add_argument("--images", type=int, default=1000, help="images of a measurement, after a tenth that does not count")
    return parser.parse_args()


def interpreter(path):
    """Return a function that encodes one image."""
    import numpy
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path, num_threads=1)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]
    pixels = numpy.random.default_rng(0).integers(-128, 128, image["shape"]).astype(numpy.int8)
    interpreter.set_tensor(image["index"], pixels)
    return interpreter.invoke


def measure_litert(invoke, images):
    """Return the median microseconds of an image."""
    times = []
    for number in range(images + images // 10):
        start = time.perf_counter()
        invoke()
        if number >= images // 10:
            times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


def measure_dim(options):
    """Return the median microseconds of an image of each instruction set."""
    command = [options.timer, options.dim, str(options.images)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: float(median) for name, median, *_ in map(str.split, found.splitlines())}


def main():
    options = arguments()
    invoke = interpreter(options.tflite)
    times = {}
    for number in range(options.rounds):
        row = {"litert": measure_litert(invoke, options.images)} | measure_dim(options)
        for name, microseconds in row.items():
            times.setdefault(name, []).append(microseconds)
            print(f"round {number + 1}  {name:<11} {microseconds:9.1f} us an image", flush=True)
    theirs = times.pop("litert")
    for name, ours in times.items():
        rounds = [their / our for their, our in zip(theirs, ours)]
        print(f"speed over LiteRT, {name}: {min(theirs) / min(ours):.2f} (single rounds {min(rounds):.2f} to {max(rounds):.2f})")


if __name__ == "__main__":
    main()
