"""Theorems on two products of int4 weights in one multiplication: `runtime/src/kernels/portable/int4.rs`, whose constants
are read there."""

import z3

from prover import prove, within
from winograd import constant


def number(name):
    return int(constant("portable/int4.rs", rf"const {name}: u32 = (0x[\da-f_]+);").replace("_", ""), 16)


SIGNS, PAIR, EIGHTS = number("SIGNS"), number("PAIR"), number("EIGHTS")
ROUND = 1 << int(constant("portable/int4.rs", r"const ROUND: u32 = 1 << (\d+);"))
WORDS = int(constant("scratch/int4.rs", r"const WORDS: usize = (\d+);"))


def half(word, low):
    """16 bits of a word from bit `low` on, with their sign."""
    return z3.SignExt(16, z3.Extract(low + 15, low, word))


def inputs(rounding=ROUND):
    """A word of a paired filter's columns becomes `x0 * 2^16 + x1`."""
    word = z3.BitVec("word", 32)
    packed = (z3.RotateLeft(word, 16) ^ rounding) - rounding
    prove(packed == (half(word, 0) << 16) + half(word, 16), [])


def weights(signs=SIGNS, eights=EIGHTS):
    """With the eights taken off, a mask gives `w1 * 2^16 + w0` of either channel and of either two inputs."""
    packed = z3.BitVec("packed", 32)

    def digit(low):
        return z3.SignExt(28, z3.Extract(low + 3, low, packed))

    for shift in (0, 4, 8, 12):
        taken = (z3.LShR(packed ^ signs, shift) & PAIR) - eights
        prove(taken == (digit(shift + 16) << 16) + digit(shift), [])


def products(upper=lambda x0, x1, w0, w1: x1 * w0 + x0 * w1):
    """What a multiplication gives, modulo 2^32, and that a sum may start with the eights of all its inputs taken off."""
    x0, x1, w0, w1, rest = z3.Ints("x0 x1 w0 w1 rest")
    word = (x1 * 2**16 + x0) * (w1 * 2**16 + w0)
    prove(word - rest * 2**32 == upper(x0, x1, w0, w1) * 2**16 + x0 * w0, [rest == x1 * w1])
    x, w, start = z3.BitVecs("x w start", 32)
    prove(start - EIGHTS * x + (w + EIGHTS) * x == start + w * x, [])


def sums(words=WORDS, largest=255, rounding=ROUND):
    """The upper half of a block's sum comes back, whatever is in the lower one."""
    upper, lower = z3.BitVecs("upper lower", 32)
    most = words * largest * 8
    prove((((upper << 16) + lower + rounding) >> 16) == upper, [within(upper, -2 * most, 2 * most), within(lower, -most, most)])
