"""What rustc made of a function, in LLVM's intermediate representation, as formulas of z3.

Takes functions of numbers, without memory and without loops; anything else is refused by name. Every branch is followed,
so that a function becomes a list of outcomes: under which condition, which number or a panic. Where LLVM has noted that a
number cannot overflow (`nsw`, `nuw`), that is an outcome to be excluded too.
"""

import re
from dataclasses import dataclass

import z3

FUNCTION = re.compile(r"^define [^@]*@(?P<name>[^(]+)\((?P<arguments>.*?)\)[^()]*\{\n(?P<body>.*?)^\}", re.M | re.S)
LABEL = re.compile(r"^(?P<label>[-\w.$]+):")
# Attributes of operands and results, which say nothing about a value that is not shown by other means.
ATTRIBUTES = re.compile(r"\b(noundef|zeroext|signext|range\([^)]*\)|tail|fastcc|nneg|samesign|disjoint|exact|, ![\w.]+ !\d+)(?= )")
BINARY = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "and": lambda a, b: a & b, "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b, "shl": lambda a, b: a << b, "lshr": z3.LShR, "ashr": lambda a, b: a >> b,
}
COMPARISON = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "sgt": lambda a, b: a > b, "sge": lambda a, b: a >= b,
    "slt": lambda a, b: a < b, "sle": lambda a, b: a <= b, "ugt": z3.UGT, "uge": z3.UGE, "ult": z3.ULT, "ule": z3.ULE,
}
PANIC = "a panic"
OVERFLOW = "an overflow that LLVM excludes"


@dataclass
class Outcome:
    condition: z3.BoolRef
    value: object  # a formula, PANIC or OVERFLOW


def as_bits(condition):
    return z3.If(condition, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))


def is_one(bit):
    return bit == z3.BitVecVal(1, 1)


class Module:
    """The functions of a file.

    `multiply(a, b)` may give a product of two formulas a simpler form than z3's own, and `simplify(sum)` what has been added.
    """

    def __init__(self, text, multiply=lambda a, b: a * b, simplify=lambda value: value):
        self.multiply = multiply
        self.simplify = simplify
        self.functions = {found["name"]: found for found in FUNCTION.finditer(text)}

    def run(self, name, *arguments):
        """The outcomes of the function whose mangled name has `name` in it as a whole part."""
        part = f"{len(name)}{name}17h"
        [function] = [found for mangled, found in self.functions.items() if part in mangled]
        return self.call(function, arguments)

    def call(self, function, arguments):
        names = re.findall(r"(%[-\w.$]+)(?:,|$)", function["arguments"])
        if len(names) != len(arguments):
            raise ValueError(f"{function['name']} has {len(names)} arguments, not {len(arguments)}")
        blocks, label = {"start": []}, "start"
        for line in function["body"].splitlines():
            line = line.split(";")[0].strip()
            if found := LABEL.match(line):
                label = found["label"]
                blocks[label] = []
            elif line:
                blocks[label].append(ATTRIBUTES.sub("", line))
        return list(self.follow(blocks, "start", None, dict(zip(names, arguments)), [], 0))

    def follow(self, blocks, label, before, values, conditions, at):
        """Runs a block from line `at` on, and what comes after it."""
        values = dict(values)
        for index in range(at, len(blocks[label])):
            line = " ".join(blocks[label][index].split())
            if line == "unreachable":
                yield Outcome(z3.And(conditions), PANIC)
                return
            if found := re.match(r"ret i\d+ (\S+)$", line):
                yield Outcome(z3.And(conditions), self.operand(values, found[1], line.split()[1]))
                return
            if found := re.match(r"br label %([^ ,]+)", line):
                yield from self.follow(blocks, found[1], label, values, conditions, 0)
                return
            if found := re.match(r"br i1 ([^,]+), label %([^ ,]+), label %([^ ,]+)", line):
                condition = is_one(self.operand(values, found[1], "i1"))
                yield from self.follow(blocks, found[2], label, values, [*conditions, condition], 0)
                yield from self.follow(blocks, found[3], label, values, [*conditions, z3.Not(condition)], 0)
                return
            if re.match(r"call void @\S*panic", line):
                continue
            if " = " not in line:
                raise ValueError(f"nothing is known of this instruction: {line}")
            target, operation = line.split(" = ", 1)
            if (found := re.match(r"call i\d+ @([^(]+)\((.*)\)", operation)) and found[1] in self.functions:
                given = [self.operand(values, *reversed(part.split())) for part in found[2].split(", ")]
                for outcome in self.call(self.functions[found[1]], given):
                    further = [*conditions, outcome.condition]
                    if isinstance(outcome.value, str):
                        yield Outcome(z3.And(further), outcome.value)
                    else:
                        yield from self.follow(blocks, label, before, values | {target: outcome.value}, further, index + 1)
                return
            values[target], fits = self.value(values, operation, before)
            if fits is not None:
                yield Outcome(z3.And([*conditions, z3.Not(fits)]), OVERFLOW)

    def operand(self, values, text, kind):
        if text.startswith("%"):
            return values[text]
        number = {"true": 1, "false": 0}.get(text)
        return z3.BitVecVal(int(text) if number is None else number, int(kind[1:]))

    def value(self, values, operation, before):
        """Of an instruction, and under what condition it is what it is said to be."""
        if found := re.match(rf"({'|'.join([*BINARY, 'mul'])}) ((?:nuw |nsw )*)(i\d+) ([^,]+), ([^,]+)$", operation):
            kind, flags, width, *texts = found.groups()
            a, b = [self.operand(values, text, width) for text in texts]
            if kind == "mul":
                return self.multiply(a, b), None
            result = BINARY[kind](a, b)
            return self.simplify(result) if kind == "add" else result, stays(kind, flags, a, b)
        if found := re.match(r"icmp (\w+) (i\d+) ([^,]+), ([^,]+)$", operation):
            kind, width, *texts = found.groups()
            return as_bits(COMPARISON[kind](*[self.operand(values, text, width) for text in texts])), None
        if found := re.match(r"(zext|sext|trunc) (?:nuw |nsw )*(i\d+) (\S+) to i(\d+)$", operation):
            kind, width, text, wanted = found.groups()
            given, more = self.operand(values, text, width), int(wanted) - int(width[1:])
            if kind == "trunc":
                return z3.Extract(int(wanted) - 1, 0, given), None
            return (z3.ZeroExt if kind == "zext" else z3.SignExt)(more, given), None
        if found := re.match(r"select i1 ([^,]+), (i\d+) ([^,]+), i\d+ ([^,]+)$", operation):
            condition, width, *texts = found.groups()
            a, b = [self.operand(values, text, width) for text in texts]
            return z3.If(is_one(self.operand(values, condition, "i1")), a, b), None
        if found := re.match(r"phi (i\d+) (.*)$", operation):
            [text] = re.findall(rf"\[ (\S+), %{re.escape(before)} \]", found[2])
            return self.operand(values, text, found[1]), None
        if found := re.match(r"extractvalue \{ i\d+, i1 \} (%\S+), ([01])$", operation):
            return values[found[1]][int(found[2])], None
        if found := re.match(r"call (?:i\d+|\{ i\d+, i1 \}) @llvm\.([\w.]+)\.i\d+\((.*)\)", operation):
            given = [self.operand(values, *reversed(part.split())) for part in found[2].split(", ")]
            return self.intrinsic(found[1], *given), None
        raise ValueError(f"nothing is known of this instruction: {operation}")

    def intrinsic(self, name, a, b):
        chosen = {"smin": "slt", "smax": "sgt", "umin": "ult", "umax": "ugt"}
        if name in chosen:
            return z3.If(COMPARISON[chosen[name]](a, b), a, b)
        if name == "abs":
            return z3.If(a < 0, -a, a)
        bits, operation = a.size(), name.split(".")[0]
        extend = z3.SignExt if operation[0] == "s" else z3.ZeroExt
        wide = [extend(bits, number) for number in (a, b)]
        exact = {"add": lambda: wide[0] + wide[1], "sub": lambda: wide[0] - wide[1], "mul": lambda: self.multiply(*wide)}
        exact = exact[operation[1:]]()
        low = z3.Extract(bits - 1, 0, exact)
        return low, as_bits(extend(bits, low) != exact)


def stays(kind, flags, a, b):
    """Under what condition a result does not leave its bits, where LLVM notes that it does not; and no shift is too far."""
    is_near = z3.simplify(z3.ULT(b, b.size()))
    checks = [is_near] if kind in ("shl", "lshr", "ashr") and not z3.is_true(is_near) else []
    for flag in flags.split():
        extend = z3.SignExt if flag == "nsw" else z3.ZeroExt
        more = a.size()
        wide = BINARY[kind](extend(more, a), (z3.ZeroExt if kind == "shl" else extend)(more, b))
        checks.append(extend(more, BINARY[kind](a, b)) == wide)
    return z3.And(checks) if checks else None
