"""Theorems on the bound of accumulators: docs/decisions/0005, with the constants of the parser."""

import re
from pathlib import Path

import z3

from prover import prove, within

PARSER = (Path(__file__).parents[2] / "model-format/src/validate/node.rs").read_text()
DIFFERENCE = int(re.search(r"const LARGEST_DIFFERENCE: u32 = (\d+);", PARSER)[1])
MAX_PRODUCT = DIFFERENCE * int(re.search(r"const MAX_PRODUCT: u32 = LARGEST_DIFFERENCE \* (\d+);", PARSER)[1])


def products(most=MAX_PRODUCT):
    """No product of an int8 weight and an int8 input with its zero point taken off is larger."""
    q, zero_point, weight = [z3.SignExt(24, number) for number in z3.BitVecs("q zero_point weight", 8)]
    prove(within((q - zero_point) * weight, -most, most), [])


def sums(limit=2**31 - 1, most=MAX_PRODUCT):
    """No sum of a bias and any of the products, in any order, leaves 32 bits: by induction over the products added."""
    fan_in, bias, added, so_far, product = z3.Ints("fan_in bias added so_far product")
    magnitude = z3.If(bias < 0, -bias, bias)

    def bounded(total, products):
        return within(total, -magnitude - products * most, magnitude + products * most)

    accepted = [fan_in >= 0, fan_in * most + magnitude <= limit]
    prove(bounded(bias, 0), accepted)
    step = [*accepted, 0 <= added, added < fan_in, bounded(so_far, added), within(product, -most, most)]
    prove(bounded(so_far + product, added + 1), step)
    prove(within(so_far, -(2**31), 2**31 - 1), [*accepted, 0 <= added, added <= fan_in, bounded(so_far, added)])


def check(limit=2**31 - 1):
    """The parser's check, whose numbers saturate at 32 bits, lets through what the theorem on sums asks for, and no less."""
    fan_in, bias = z3.Ints("fan_in bias")
    magnitude = z3.If(bias < 0, -bias, bias)

    def saturating(number):
        return z3.If(number > 2**32 - 1, 2**32 - 1, number)

    refused = saturating(saturating(fan_in * MAX_PRODUCT) + magnitude) > limit
    given = [within(fan_in, 0, 2**32 - 1), within(bias, -(2**31), 2**31 - 1)]
    prove(z3.Not(refused) == (fan_in * MAX_PRODUCT + magnitude <= 2**31 - 1), given)
    # And the fan-in of a convolution, a product in 32 bits, does not wrap.
    prove(z3.BoolVal(255 * 255 * 65_535 < 2**32), [])


def additions(left_shift=int(re.search(r"const MAX_LEFT_SHIFT: u8 = (\d+);", PARSER)[1])):
    """Both inputs of an addition, shifted to the left as far as the parser lets them, and their sum fit 32 bits."""
    a, b = z3.Ints("a b")
    bounded = [within(number, -DIFFERENCE, DIFFERENCE) for number in (a, b)]
    prove(within((a + b) * 2**left_shift, -(2**31), 2**31 - 1), bounded)
