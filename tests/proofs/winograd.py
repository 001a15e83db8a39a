"""Theorems on the convolution by tiles: docs/decisions/0020 and `runtime/src/kernels/winograd/mod.rs`, whose matrices and
bounds are read there."""

import itertools
import re

import z3

from assembly import KERNELS, Machine
from prover import prove, within
from requantization import assembly

PROOF = (KERNELS / "winograd/mod.rs").read_text()
SCALES = (24, 12, 6, 6)


def constant(file, pattern):
    """The only number or numbers that the pattern finds in a file of the kernels."""
    [found] = re.findall(pattern, (KERNELS / file).read_text())
    return found


LIMIT = 1 << int(constant("winograd/conv2d.rs", r"const LIMIT: u32 = 1 << (\d+);"))
NINTH = int(constant("portable/winograd/output.rs", r"const NINTH: i32 = (0x[\da-f_]+);").replace("_", ""), 16)
POWERS = [int(power) for power in constant("portable/winograd/output.rs", r"const POWERS: .* = \[([\d, ]+)\];").split(",")]
# Of both axes; the largest leaves the fewest bits.
POWERS_OF_TWO = sorted({a + b for a in POWERS for b in POWERS}, reverse=True)


def matrices():
    """`B^T`, `G` and `A^T` of the comment, which stand beside each other."""
    rows = re.search(r"^//!       4  0 .*?(?=//! ```)", PROOF, re.M | re.S)[0].splitlines()
    numbers = [[int(number) for number in re.findall(r"-?\b\d+\b", re.sub(r"[A-Z]\^?T? =|rows.*", " ", row[3:]))] for row in rows]
    transposed_b, g, transposed_a = [row[:6] for row in numbers], [row[6:9] for row in numbers], [row[9:] for row in numbers]
    return transposed_b, g, [row for row in transposed_a if row]


B, G, A = matrices()


def identity(a=A):
    """What comes out is the correlation, times 24, 12, 6 and 6: for every pair of a weight and an input of an axis, so by
    linearity in both for all, and by rows and columns for tiles."""
    for k, n in itertools.product(range(3), range(6)):
        products = [G[p][k] * B[p][n] for p in range(6)]
        for i, row in enumerate(a):
            got = sum(x * y for x, y in zip(row, products, strict=True))
            prove(z3.BoolVal(got == (SCALES[i] if n == i + k else 0)), [])


def bounds(largest=(255, 128)):
    """The largest numbers that transforms give are those that are stated, and fit 16 bits."""
    for matrix, largest, stated in zip((B, G), largest, (25_500, 6_272), strict=True):
        rows = [sum(map(abs, row)) for row in matrix]
        found = max(x * y * largest for x in rows for y in rows)
        prove(z3.BoolVal(found == stated and f"{stated:,}" in PROOF and found < 2**15), [])


def recovery(limit=LIMIT, ninth=NINTH):
    """A sum below the limit comes back from what is congruent to its product with every denominator."""
    y = z3.BitVec("y", 32)
    for power in POWERS_OF_TWO:
        prove(((9 * (y << power)) * ninth >> power) == y, [within(y, 1 - limit, limit - 1)])
    for scale, power in zip(SCALES, POWERS, strict=True):
        prove(z3.BoolVal(scale == 3 << power), [])


def layers(limit=LIMIT):
    """A layer that is let through has no sum beyond the limit: it holds for up to 114 input channels."""
    fan_in, bias, y = z3.Ints("fan_in bias y")
    room = limit - fan_in * 255 * 128
    assumptions = [fan_in >= 0, bias >= 0, bias < room, y <= fan_in * 255 * 128 + bias]
    prove(z3.And(y < LIMIT, LIMIT <= 2**25), assumptions)
    prove(z3.BoolVal(9 * 114 * 255 * 128 < limit <= 9 * 115 * 255 * 128), [])


def transform_in_assembly(matrix=A):
    """The macro of the Cortex-M4 for the sums is the matrix, modulo 2^32."""
    names = ["a", "b", "c", "d", "e", "f"]
    given = dict(zip(names, z3.BitVecs(names, 32)))
    machine = Machine(None, given | {"temporary": z3.BitVecVal(0, 32)})
    machine.run("dsp/winograd/sums.rs", "dim_transform", *names, "temporary")
    for row, name in zip(matrix, ("a", "d", "b", "f"), strict=True):
        expected = sum(factor * given[name] for factor, name in zip(row, names, strict=True))
        prove(machine.registers[name] == expected, [])


def outputs_in_assembly(limit=LIMIT):
    """The macro of the Cortex-M4 for its outputs gives what the definition gives, of what is congruent to a sum's product
    with each denominator."""
    high, low = [int(constant("dsp/winograd/sums.rs", rf'"{move} lr, #(0x[\da-f]+)"'), 16) for move in ("movt", "movw")]
    for power in POWERS_OF_TWO:
        def registers(y, power=power):
            return dict(sum=9 * (y << power), lr=z3.BitVecVal(high << 16 | low, 32))

        assembly("dsp/winograd/sums.rs", ["sum", str(power)], limit=limit, sum_registers=registers)
