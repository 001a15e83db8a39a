#!/usr/bin/env python3
"""Proves what docs/VERIFICATION.md lists as proved, from the sources and from what rustc makes of them.

    tests/proofs/prove.py [FOLDER]

FOLDER is where rustc's output goes, target/proofs by default. Each theorem has wrong ones beside it, with a constant changed;
if one of them is proved, the proof of the right one means nothing, and the program fails. Needs z3 (tests/external/requirements.txt).
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import accumulators
import int4
import requantization
import winograd
from prover import Report

HERE = Path(__file__).parent
# How the high word of a product is made: from halves of words, as `SMMULR`, and as everywhere else.
FORMS = {
    "halves": ("thumbv6m-none-eabi", "dim_armv6m"),
    "smmulr": ("thumbv7em-none-eabi", "dim_dsp"),
    "64 bits": ("thumbv7m-none-eabi", "dim_armv7m"),
}
FINISHES = [
    ("dsp/tile.rs", ["sum"], {}),
    ("dsp/depthwise.rs", ["sum", "multiplier", "addend", "shift"], {}),
    ("mve/tile.rs", ["sum", "multiplier", "addend", "shift"], {}),
    ("mve/depthwise.rs", ["sum"], {"loads": True}),
]


def compile_for(target, condition, folder):
    """What rustc makes of src/lib.rs, in LLVM's intermediate representation."""
    output = folder.resolve() / f"{condition}.ll"
    command = ["cargo", "rustc", "--quiet", "--locked", "--release", "--target", target, "--", f"--emit=llvm-ir={output}"]
    settings = {"RUSTFLAGS": f"--cfg {condition}", "CARGO_TARGET_DIR": str(folder.resolve() / condition)}
    subprocess.run(command, cwd=HERE, env=os.environ | settings, check=True)
    return output.read_text()


def theorems(code):
    """Each with its name, its proof, and wrong ones: arguments with which it must be refuted."""
    one, any_form = requantization, code["64 bits"]
    yield "requantize, two roundings: any sum, any factor", one.definition_twice, [any_form], [
        {"code": changed(any_form, "1073741824", "1073741823")}]
    yield "requantize, one rounding: any sum, any factor", one.definition_once, [any_form], [
        {"code": changed(any_form, "sub i8 31,", "sub i8 30,")}]
    for form, text in code.items():
        yield f"the quick path exists where it should, {form}", one.quick_path_exists, [text], [
            {"limit": 2**30 + 1}, {"shifts": (-23, -1)}, {"shifts": (-22, 0)}]
        halves = form == "halves"
        wrong = [{"code": changed(text, "i32 127)", "i32 126)")}]
        if halves:
            wrong.append({"code": changed(text, "32768", "32767")})
        yield f"the quick path equals the definition, {form}", one.quick_path, [text, halves], wrong
    yield "the quick path, with no number of its code another one", both_of_the_quick_path, [any_form], [
        {"code": wrong} for wrong in with_other_numbers(any_form, "quick_path")]
    for file, registers, more in FINISHES:
        def proof(limit=2**30, shifts=(-22, -1), file=file, registers=registers, more=more):
            one.assembly(file, registers, limit=limit, shifts=shifts, **more)

        yield f"the quick path in assembly, {file}", proof, [], [{"limit": 2**30 + 2}, {"shifts": (-31, -1)}]
    yield "no product is larger than the parser assumes", accumulators.products, [], [{"most": accumulators.MAX_PRODUCT - 1}]
    yield "no sum leaves 32 bits, in any order", accumulators.sums, [], [{"limit": 2**31}]
    yield "the parser's check is that of the theorem on sums", accumulators.check, [], [{"limit": 2**31}, {"limit": 2**31 - 2}]
    yield "sums of additions fit 32 bits", accumulators.additions, [], [{"left_shift": 23}]
    yield "tiles: what comes out is the convolution", winograd.identity, [], [{"a": [[6, -4, -4, 1, 1, 1], *winograd.A[1:]]}]
    yield "tiles: transformed numbers fit 16 bits", winograd.bounds, [], [{"largest": (256, 128)}, {"largest": (255, 129)}]
    yield "tiles: sums below 2^25 come back", winograd.recovery, [], [{"limit": winograd.LIMIT + 2}, {"ninth": winograd.NINTH + 2}]
    yield "tiles: no layer has a sum beyond", winograd.layers, [], [{"limit": winograd.LIMIT + 2}]
    yield "tiles: sums in the assembly of the M4", winograd.transform_in_assembly, [], [{"matrix": winograd.A[::-1]}]
    yield "tiles: outputs in the assembly of the M4", winograd.outputs_in_assembly, [], [{"limit": winograd.LIMIT + 2}]
    yield "int4 by two: inputs", int4.inputs, [], [{"rounding": int4.ROUND // 2}]
    yield "int4 by two: weights", int4.weights, [], [{"signs": int4.SIGNS - 8}, {"eights": int4.EIGHTS - 1}]
    yield "int4 by two: products", int4.products, [], [{"upper": lambda x0, x1, w0, w1: x0 * w0 + x1 * w1}]
    yield "int4 by two: sums come back", int4.sums, [], [{"words": int4.WORDS + 1}, {"largest": 256}, {"rounding": 0}]


def changed(text, old, new):
    """Code with a wrong constant."""
    if old not in text:
        source = "what rustc makes of tests/proofs/src/lib.rs"
        raise SystemExit(f"error: tests/proofs/prove.py: {old!r} is no longer in {source}: change another constant")
    return text.replace(old, new)


def both_of_the_quick_path(code):
    requantization.quick_path_exists(code)
    requantization.quick_path(code)


def with_other_numbers(text, name):
    """The code with one number of a function larger by one, for each number of an instruction that computes one."""
    function = re.search(rf"^define[^\n]*\d{name}17h.*?^}}", text, re.M | re.S)
    for line in re.finditer(r"^  %.*$", function[0], re.M):
        # Which of two results is taken out is no number, nor is a bound that is only noted.
        if "extractvalue" in line[0]:
            continue
        numbers = re.sub(r"range\([^)]*\)", lambda note: "." * len(note[0]), line[0])
        for number in re.finditer(r"(?<=[ ,])-?\d+(?=$|[, )])", numbers):
            at = function.start() + line.start() + number.start()
            yield f"{text[:at]}{int(number[0]) + 1}{text[at + len(number[0]):]}"


def main():
    start = time.monotonic()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "target/proofs"
    folder.mkdir(parents=True, exist_ok=True)
    code = {form: compile_for(*arguments, folder) for form, arguments in FORMS.items()}
    report = Report()
    for name, proof, arguments, wrong in theorems(code):
        report.theorem(name, proof, arguments, wrong)
    counts = f"{report.proved} theorems proved, {report.wrong} wrong ones refuted, {len(report.failed)} failed"
    print(f"{counts}; {time.monotonic() - start:.0f} s")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
