"""Theorems on `runtime/src/requantize.rs`, as rustc compiles it, and on the definition in docs/ARITHMETIC.md."""

import itertools

import z3

from assembly import Machine, saturated
from ir import Module
from prover import Products, prove, within

NO_STAGE = 2**31 - 1
MAX = 2**31 - 1


def wide(number):
    return z3.SignExt(64 - number.size(), number)


def power(exponent):
    return z3.BitVecVal(1, 64) << exponent


def clamped(number, low, high):
    return z3.If(number < low, z3.BitVecVal(low, 64), z3.If(number > high, z3.BitVecVal(high, 64), number))


def twice_rounded(product, right):
    """`high` and `out` of docs/ARITHMETIC.md, "Two roundings", all in 64 bits."""
    high = (product + 2**30) >> 31
    magnitude = z3.If(high < 0, -high, high)
    halved = z3.LShR(magnitude + power(right - 1), right)
    return z3.If(right == 0, high, z3.If(high < 0, -halved, halved))


def once_rounded(product, shift):
    """`x` of docs/ARITHMETIC.md, "One rounding"."""
    n = 31 - shift
    return (product + power(n - 1)) >> n


def holds(outcomes, statement, assumptions):
    """The statement of every number that comes out, and that nothing else does."""
    for outcome in outcomes:
        if isinstance(outcome.value, str):
            prove(z3.Not(outcome.condition), assumptions)
        else:
            prove(z3.Implies(outcome.condition, statement(outcome.value)), assumptions)


class Numbers:
    """A sum, and a factor that a file may state."""

    def __init__(self, least=-(2**31), most=MAX):
        self.acc, self.multiplier = z3.BitVecs("acc multiplier", 32)
        self.shift, self.zero_point = z3.BitVecs("shift zero_point", 8)
        self.bias, self.fan_in = z3.BitVecs("bias fan_in", 32)
        self.least, self.most = least, most
        self.assumptions = [
            within(self.acc, least, most), within(self.multiplier, 0, MAX), within(self.shift, -31, 30),
        ]

    def of_the_quick_path(self):
        return self.acc, self.multiplier, self.shift, self.zero_point, self.bias, self.fan_in


def definition_twice(code):
    n = Numbers()
    left = z3.If(n.shift > 0, n.shift, 0)
    right = wide(z3.If(n.shift > 0, z3.BitVecVal(0, 8), -n.shift))
    x = n.acc << z3.ZeroExt(24, left)
    products = Products(n.assumptions)
    product = products.add("product", (wide(x), -(2**31), MAX), (wide(n.multiplier), 0, MAX))
    outcomes = Module(code, products.multiply).run("rounded_twice", n.acc, n.multiplier, n.shift)
    holds(outcomes, lambda value: wide(value) == twice_rounded(product, right), products.assumptions)


def definition_once(code):
    n = Numbers()
    products = Products(n.assumptions)
    product = products.add("product", (wide(n.acc), -(2**31), MAX), (wide(n.multiplier), 0, MAX))
    outcomes = Module(code, products.multiply).run("rounded_once", n.acc, n.multiplier, n.shift)
    expected = z3.Extract(31, 0, once_rounded(product, wide(n.shift)))
    holds(outcomes, lambda value: value == expected, products.assumptions)


def quick_path_exists(code, limit=2**30, shifts=(-22, -1)):
    """There is a quick path where sums are below the limit and the shift is among the shifts, and nowhere else; its numbers
    are those that assembly takes."""
    n = Numbers()
    bias = z3.SignExt(32, n.bias)
    sums = z3.ZeroExt(32, n.fan_in) * (255 * 128) + z3.If(bias < 0, -bias, bias)
    bounded = z3.And(sums < limit, within(n.shift, *shifts))
    module = Module(code, any_product())
    for outcome in module.run("quick_path", *n.of_the_quick_path()):
        if not isinstance(outcome.value, str):
            prove(z3.Implies(outcome.condition, (outcome.value != NO_STAGE) == bounded), n.assumptions)
    for name, expected in zip(("addend", "right"), stage(n)):
        outcomes = module.run(name, *n.of_the_quick_path()[2:])
        holds(outcomes, lambda value: z3.Implies(bounded, wide(value) == expected), n.assumptions)


def stage(n):
    """What is added before the shift, and by how many bits that is."""
    right = wide(-n.shift)
    return power(right - 1) + (wide(n.zero_point) << right), right


def any_product():
    """Of a sum and a multiplier: it plays no part here, so it may be anything."""
    drawn = itertools.count()

    def multiply(a, b):
        if any(z3.is_bv_value(z3.simplify(factor)) for factor in (a, b)):
            return a * b
        return z3.BitVec(f"any{next(drawn)}", a.size())

    return multiply


def quick_path(code, by_halves=False, limit=2**30, shifts=(-22, -1)):
    """With such sums and shifts, it gives what the definition gives, and nothing in it leaves 32 bits."""
    n = Numbers(1 - limit, limit - 1)
    n.assumptions.append(within(n.shift, *shifts))
    products, simplify = Products(n.assumptions), lambda value: value
    if by_halves:
        product, simplify = halves(products, n)
    else:
        product = products.add("product", (wide(n.acc), n.least, n.most), (wide(n.multiplier), 0, MAX))
        # What the code multiplies by is twice the sum.
        prove(wide(n.acc << 1) == 2 * wide(n.acc), n.assumptions)
        products.known.append((wide(n.acc << 1), wide(n.multiplier), 2 * product))
    outcomes = Module(code, products.multiply, simplify).run("quick_path", *n.of_the_quick_path())
    expected = clamped(twice_rounded(product, wide(-n.shift)) + wide(n.zero_point), -128, 127)
    holds(outcomes, lambda value: z3.Or(value == NO_STAGE, wide(value) == expected), products.assumptions)


def halves(products, n):
    """The product of a sum and a multiplier, of which those of halves of words are known; and what recognizes the rounded
    high word that is made of them."""
    a, b = wide(n.acc << 1), wide(n.multiplier)
    low, half = 2**16 - 1, 2**15
    factors = [((a & low, 0, low), (a >> 16, -half, half - 1)), ((b & low, 0, low), (b >> 16, 0, half - 1))]
    [(a0, a1), (b0, b1)] = factors
    # That a product is that of halves, shifted and added, is the distributive law; here for twice the sum.
    prove(z3.And(wide(n.acc) * 2 == (a1[0] << 16) + a0[0], b == (b1[0] << 16) + b0[0]), products.assumptions)
    p00, p01, p10, p11 = [products.add(f"p{i}{j}", factors[0][i], factors[1][j]) for i in (0, 1) for j in (0, 1)]
    product, high = z3.BitVec("product", 64), z3.BitVec("high", 32)
    bound = n.most * MAX
    products.assumptions += [
        within(product, -bound, bound),
        2 * product == (p11 << 32) + ((p10 + p01) << 16) + p00,
        wide(high) == (2 * product + 2**31) >> 32,
    ]

    def simplify(value):
        if value.size() != 32 or not agrees(value, n, products):
            return value
        prove(value == high, products.assumptions)
        return high

    return product, simplify


def agrees(value, n, products):
    """Whether a formula is the rounded high word for a few sums and multipliers, so that it is worth a proof."""
    for acc, multiplier in ((12345678, MAX), (-987654321, 1518500250), (2**29 + 1, 2**30 + 2**15 + 1)):
        given = [(n.acc, z3.BitVecVal(acc, 32)), (n.multiplier, z3.BitVecVal(multiplier, 32))]
        known = [(product, z3.simplify(z3.substitute(x * y, *given))) for x, y, product in products.known]
        found = z3.simplify(z3.substitute(value, *given, *known))
        if not z3.is_bv_value(found) or found.as_signed_long() != (2 * acc * multiplier + 2**31) >> 32:
            return False
    return True


def assembly(file, arguments, loads=False, limit=2**30, shifts=(-22, -1), sum_registers=None):
    """The macro `dim_finish` of a kernel gives what the definition gives, under the conditions of the quick path.

    `sum_registers` says what a sum is found as, and what else is in registers.
    """
    n = Numbers(1 - limit, limit - 1)
    n.assumptions.append(within(n.shift, *shifts))
    products = Products(n.assumptions)
    product = products.add("product", (wide(n.acc), n.least, n.most), (wide(n.multiplier), 0, MAX))
    prove(wide(n.acc << 1) == 2 * wide(n.acc), n.assumptions)
    products.known.append((wide(n.acc << 1), wide(n.multiplier), 2 * product))
    addend, right = [z3.Extract(31, 0, number) for number in stage(n)]
    registers = dict(sum=n.acc, multiplier=n.multiplier, addend=addend, shift=right, r2=n.multiplier, r3=addend, r12=right)
    registers |= sum_registers(n.acc) if sum_registers else {}
    machine = Machine(products.multiply, registers, [n.multiplier, addend, right] if loads else [])
    machine.run(file, "dim_finish", *arguments)
    found = machine.registers["sum"]
    if loads:
        # What it leaves to its caller.
        found = saturated(found, 8)
    expected = clamped(twice_rounded(product, wide(-n.shift)) + wide(n.zero_point), -128, 127)
    prove(wide(found) == expected, products.assumptions)
