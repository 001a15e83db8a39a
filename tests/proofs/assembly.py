"""The macros of the kernels in assembly, read in their sources, as formulas of z3.

Knows the few instructions that outputs are made with; any other is refused by name. A vector is one of its numbers, as
every instruction here does the same with all of them.
"""

import re
from pathlib import Path

import z3

KERNELS = Path(__file__).parents[2] / "runtime/src/kernels"


def macro(file, name):
    """The parameters of a macro of a file and its lines."""
    text = (KERNELS / file).read_text()
    found = re.search(rf"\.macro {name}\b ?(?P<parameters>[^\"\n]*)(?P<body>.*?)\.endm", text, re.S)
    # A macro is strings of a line each, or a string of lines.
    lines = [line.strip().strip('",').replace("\\\\", "\\") for line in found["body"].splitlines()]
    return re.split(r"[ ,]+", found["parameters"].strip()), [line for line in lines if line]


def saturated(number, bits):
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    width = number.size()
    return z3.If(number < least, z3.BitVecVal(least, width), z3.If(number > most, z3.BitVecVal(most, width), number))


def shifted(number, kind, by):
    # As a product, which z3 adds up without looking at bits.
    return number * 2 ** by.as_long() if kind == "lsl" else number >> by


class Machine:
    """Registers of 32 bits, and where a kernel loads from, the numbers that it finds there."""

    def __init__(self, multiply, registers, loads=()):
        self.multiply = multiply
        self.registers = dict(registers)
        self.loads = list(loads)

    def run(self, file, name, *arguments):
        parameters, lines = macro(file, name)
        given = dict(zip(parameters, arguments, strict=True))
        for line in lines:
            for parameter in sorted(given, key=len, reverse=True):
                line = line.replace(f"\\{parameter}", given[parameter])
            self.step(line)

    def get(self, text):
        if text.startswith("#"):
            return z3.BitVecVal(sum(int(sign + term) for sign, term in re.findall(r"([-+]?) ?(\d+)", text[1:])), 32)
        return self.registers[text]

    def high_word(self, a, b, doubled):
        """`floor((a * b + 2^31) / 2^32)`, of a product that is doubled for vectors."""
        product = self.multiply(z3.SignExt(32, a), z3.SignExt(32, b))
        return z3.Extract(31, 0, ((2 * product if doubled else product) + 2**31) >> 32)

    def step(self, line):
        operation, operands = line.split(" ", 1)
        target, *texts = re.split(r", *", operands)
        kind = operation.split(".")[0].removesuffix("s") if operation in ("adds", "lsls") else operation.split(".")[0]
        if kind == "vldrw":
            self.registers[target] = self.loads.pop(0)
            return
        if target not in self.registers and kind == "add" and len(texts) == 1:
            return  # A pointer moves on.
        # Two operands are the target and one more.
        if len(texts) == 1 and kind not in ("vneg", "vqmovnb"):
            texts = [target, *texts]
        if len(texts) == 3 and kind in ("add", "sub", "rsb"):
            shift, by = texts.pop().split(" ")
            second = shifted(self.get(texts[1]), shift, self.get(by))
        elif kind == "ssat":
            second = self.get(texts[1])
            self.registers[target] = saturated(second, int(texts[0][1:]))
            return
        else:
            second = self.get(texts[-1])
        first = self.get(texts[0])
        self.registers[target] = self.value(kind, operation, first, second)

    def value(self, kind, operation, a, b):
        match kind:
            case "add" | "vadd":
                return a + b
            case "sub":
                return a - b
            case "rsb":
                return b - a
            case "mul":
                return a * b
            case "lsl":
                return a << b
            case "asr" | "vshr":
                return a >> b
            case "vneg":
                return -b
            case "vshl":
                # To the right by what is below zero.
                return z3.If(b < 0, a >> -b, a << b)
            case "vqmovnb":
                return saturated(a, {"s32": 16, "s16": 8}[operation.split(".")[1]])
            case "smmulr":
                return self.high_word(a, b, False)
            case "vqrdmulh":
                return self.high_word(a, b, True)
        raise ValueError(f"nothing is known of this instruction: {operation}")
