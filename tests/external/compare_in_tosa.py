#!/usr/bin/env python3
"""Runs .tosa files in TOSA's reference model and compares every byte of every output.

    compare_in_tosa.py MODEL.tosa...

Beside each MODEL.tosa lies a MODEL.cases: for each image the int8 bytes of the input, then those expected of every
output, in the order of the graph's outputs, with nothing in between.

Prints one JSON object: models, images, outputs (tensors compared), bytes (bytes compared), differ (bytes
that differ), first (where the first one is, or null). Exits with 0 if nothing differs, 1 if something
does, and 2 if a file cannot be used.
"""

import json
import os
import pathlib
import sys

import numpy
import tosa_reference_model
from tosa.TosaGraph import TosaGraph


def compare(path, report):
    """Adds what the graph at `path` gives to `report`."""
    graph = path.read_bytes()
    shapes = border(graph)
    lengths = [int(numpy.prod(shape)) for shape in shapes]
    cases = numpy.fromfile(path.with_suffix(".cases"), dtype=numpy.int8)
    if cases.size == 0 or cases.size % sum(lengths):
        raise ValueError(f"{path.with_suffix('.cases')}: {cases.size} bytes, not a multiple of {sum(lengths)}")
    report["models"] += 1
    for image, case in enumerate(cases.reshape(-1, sum(lengths))):
        given, *expected = numpy.split(case, numpy.cumsum(lengths)[:-1])
        # All limits of the level that every implementation supports are checked, too.
        outputs, status = tosa_reference_model.run(graph, [given.reshape(shapes[0])], tosa_level="EIGHTK")
        if status != tosa_reference_model.GraphStatus.TOSA_VALID:
            raise ValueError(f"{path}: the reference model says {status.name}")
        report["images"] += 1
        for index, (found, bytes_expected) in enumerate(zip(outputs, expected, strict=True)):
            found = numpy.asarray(found).view(numpy.int8).reshape(-1)
            if found.size != bytes_expected.size:
                raise ValueError(f"{path}: output {index} has {found.size} bytes, not {bytes_expected.size}")
            wrong = numpy.flatnonzero(found != bytes_expected)
            report["outputs"] += 1
            report["bytes"] += bytes_expected.size
            report["differ"] += int(wrong.size)
            if wrong.size and report["first"] is None:
                at = int(wrong[0])
                report["first"] = (
                    f"{path.name}, image {image}, output {index}, element {at}: "
                    f"TOSA's reference model {int(found[at])}, expected {int(bytes_expected[at])}"
                )


def border(graph):
    """The shape of the input, then those of the outputs."""
    block = TosaGraph.GetRootAs(graph, 0).Regions(0).Blocks(0)
    tensors = [block.Tensors(index) for index in range(block.TensorsLength())]
    shapes = {tensor.Name(): tensor.ShapeAsNumpy().tolist() for tensor in tensors}
    names = [block.Inputs(0)] + [block.Outputs(index) for index in range(block.OutputsLength())]
    return [shapes[name] for name in names]


def main(paths):
    # The reference model writes warnings to the standard output: that any 1.0 is older than its 1.1.
    ours = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if not paths:
        raise ValueError("usage: compare_in_tosa.py MODEL.tosa...")
    report = {"models": 0, "images": 0, "outputs": 0, "bytes": 0, "differ": 0, "first": None}
    for path in paths:
        compare(pathlib.Path(path), report)
    print(json.dumps(report), file=ours)
    return 1 if report["differ"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
