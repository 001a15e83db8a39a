#!/usr/bin/env python3
"""Runs .tflite files in TensorFlow Lite Micro's interpreter and compares every byte of every output.

    compare_in_tflite_micro.py MODEL.tflite...

Beside each MODEL.tflite lies a MODEL.cases: for each image the bytes of the input, int8 or uint8, then the int8 bytes
expected of every output, in the order of the model's outputs, with nothing in between.

Prints one JSON object: models, images, outputs (tensors compared), bytes (bytes compared), differ (bytes
that differ), first (where the first one is, or null). Exits with 0 if nothing differs, 1 if something
does, and 2 if a file cannot be used.
"""

import json
import pathlib
import sys

import numpy
from tflite_micro.python.tflite_micro import runtime

# Bytes of working memory; nothing depends on it as long as the model fits.
ARENA = 16 << 20


def compare(path, report):
    """Adds what the model at `path` gives to `report`."""
    interpreter = runtime.Interpreter.from_file(str(path), arena_size=ARENA)
    count = outputs_of(path)
    details = [interpreter.get_input_details(0)] + [interpreter.get_output_details(index) for index in range(count)]
    for detail in details:
        if detail["dtype"] != numpy.int8 and (detail is not details[0] or detail["dtype"] != numpy.uint8):
            raise ValueError(f"{path}: {detail['dtype']} where int8 is expected")
    shapes = [tuple(int(extent) for extent in detail["shape"]) for detail in details]
    lengths = [int(numpy.prod(shape)) for shape in shapes]
    cases = numpy.fromfile(path.with_suffix(".cases"), dtype=numpy.int8)
    if cases.size == 0 or cases.size % sum(lengths):
        raise ValueError(f"{path.with_suffix('.cases')}: {cases.size} bytes, not a multiple of {sum(lengths)}")
    report["models"] += 1
    for image, case in enumerate(cases.reshape(-1, sum(lengths))):
        given, *expected = numpy.split(case, numpy.cumsum(lengths)[:-1])
        interpreter.set_input(given.view(details[0]["dtype"]).reshape(shapes[0]), 0)
        interpreter.invoke()
        report["images"] += 1
        for index, bytes_expected in enumerate(expected):
            found = interpreter.get_output(index).reshape(-1)
            wrong = numpy.flatnonzero(found != bytes_expected)
            report["outputs"] += 1
            report["bytes"] += bytes_expected.size
            report["differ"] += int(wrong.size)
            if wrong.size and report["first"] is None:
                at = int(wrong[0])
                report["first"] = (
                    f"{path.name}, image {image}, output {index}, element {at}: "
                    f"TensorFlow Lite Micro {int(found[at])}, expected {int(bytes_expected[at])}"
                )


def outputs_of(path):
    """The number of outputs, which the interpreter does not tell: read from the file by the rules of FlatBuffers."""
    data = path.read_bytes()

    def number(place, size, signed=False):
        return int.from_bytes(data[place : place + size], "little", signed=signed)

    def field(table, slot):
        vtable = table - number(table, 4, signed=True)
        place = table + number(vtable + 4 + 2 * slot, 2)
        return place + number(place, 4)

    subgraphs = field(number(0, 4), 2)
    first = subgraphs + 4 + number(subgraphs + 4, 4)
    return number(field(first, 2), 4)


def main(paths):
    if not paths:
        raise ValueError("usage: compare_in_tflite_micro.py MODEL.tflite...")
    report = {"models": 0, "images": 0, "outputs": 0, "bytes": 0, "differ": 0, "first": None}
    for path in paths:
        try:
            compare(pathlib.Path(path), report)
        except RuntimeError as error:
            raise ValueError(f"{path}: {error}") from error
    print(json.dumps(report))
    return 1 if report["differ"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
