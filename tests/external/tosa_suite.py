#!/usr/bin/env python3
"""Generates TOSA's conformance suite, has the runtime compute what our operators can express, and compares all bytes.

    tosa_suite.py FOLDER PROGRAM [EVERY]

FOLDER is where the suite is generated, or was; PROGRAM is the example `tosa_suite` of dim-conformance, which computes tests.
With EVERY only one test in so many is computed, of each operator's in the order of their names.

The tests are those of TOSA 1.0.2 for PRO-INT, EXT-DOUBLEROUND and EXT-INT4 that pass on an implementation, of the
operators in OPERATORS. The reference model makes what is expected, from the same files.

Prints a table by operator and why tests are left out, then, as its last line, one JSON object: tests, ran, equal, left_out, first
(the first test that is not equal, or null). Exits with 0 if every test that ran is equal, 1 if one is not, and 2 if something
cannot be used.
"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy

OPERATORS = ["conv2d", "depthwise_conv2d", "matmul", "avg_pool2d", "max_pool2d", "rescale", "add", "pad", "clamp"]
# Where the suite's commands are.
TOOLS = pathlib.Path(sys.executable).parent
# One command takes so many folders.
AT_ONCE = 100


def generate(folder):
    """The folders of all tests, generated first if they are not there. Its random numbers are the same every time."""
    tests = folder / "tests"
    if not tests.exists():
        building = folder / "building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        command = [str(TOOLS / "tosa_verif_conformance_generator"), "--operators", *OPERATORS]
        command += ["--profile", "tosa-pro-int", "--extension", "tosa-ext-doubleround", "tosa-ext-int4"]
        command += ["--tosa-version", "1.0.2", "--test-type", "positive", "--output-type", "binary"]
        command += ["-j", str(os.cpu_count() or 1), "--build-directory", str(building / "build")]
        command += ["--output-directory", str(building / "tests")]
        # It calls its other commands by name.
        environment = dict(os.environ, PATH=f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=building)
        if done.returncode:
            raise ValueError(f"the generator failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        # Last, so that an interrupted generation is started anew.
        (building / "tests").rename(tests)
        shutil.rmtree(building)
    return sorted(path.parent for path in tests.rglob("desc.json"))


def operator_of(test):
    """The operator of a test, which starts its name."""
    return max((name for name in OPERATORS if test.name.startswith(name + "_")), key=len)


def sampled(tests, every):
    """One test in so many, of each operator's."""
    by_operator = collections.defaultdict(list)
    for test in tests:
        by_operator[operator_of(test)].append(test)
    return [test for name in OPERATORS for test in by_operator[name][::every]]


def compute(program, tests):
    """For each test what became of it: `ran` and our operator, or `left out` and why."""
    outcomes = {}
    for start in range(0, len(tests), AT_ONCE):
        command = [program, *map(str, tests[start : start + AT_ONCE])]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(f"{program} failed: {done.stderr[-1000:]}")
        for line in done.stdout.splitlines():
            test, what, detail = line.split("\t")
            outcomes[pathlib.Path(test)] = (what, detail)
    if len(outcomes) != len(tests):
        raise ValueError(f"{program} said something of {len(outcomes)} tests, not of {len(tests)}")
    return outcomes


def expected(test, folder):
    """The bytes that the reference model computes."""
    description = json.loads((test / "desc.json").read_text())
    command = [str(TOOLS / "tosa_reference_model"), "--test_desc", str(test / "desc.json"), "--output_dir", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{test}: the reference model says {done.returncode}: {done.stderr[-1000:]}")
    (result,) = description["ofm_file"]
    return numpy.load(pathlib.Path(folder) / result).tobytes()


def main(arguments):
    if len(arguments) not in (2, 3):
        raise ValueError("usage: tosa_suite.py FOLDER PROGRAM [EVERY]")
    folder, program = pathlib.Path(arguments[0]).resolve(), str(pathlib.Path(arguments[1]).resolve())
    every = int(arguments[2]) if len(arguments) == 3 else 1
    tests = sampled(generate(folder), every)
    outcomes = compute(program, tests)
    counts = {name: collections.Counter() for name in OPERATORS}
    reasons = {name: collections.Counter() for name in OPERATORS}
    first = None
    with tempfile.TemporaryDirectory() as results:
        for test, (what, detail) in outcomes.items():
            count = counts[operator_of(test)]
            count["tests"] += 1
            if what == "ran":
                count["ran"] += 1
                is_equal = (test / "dim.bin").read_bytes() == expected(test, results)
                count["equal"] += is_equal
                first = first or (None if is_equal else test.name)
            else:
                reasons[operator_of(test)][detail] += 1
    print(f"{'operator':<20} {'tests':>6} {'ran':>6} {'equal':>6}")
    for name in OPERATORS:
        count = counts[name]
        print(f"{name:<20} {count['tests']:>6} {count['ran']:>6} {count['equal']:>6}")
        for why, number in reasons[name].most_common():
            print(f"    {number} left out: {why}")
    total = sum(counts.values(), collections.Counter())
    report = {key: total[key] for key in ("tests", "ran", "equal")}
    report |= {"left_out": total["tests"] - total["ran"], "first": first}
    print(json.dumps(report))
    return 0 if total["ran"] == total["equal"] else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
