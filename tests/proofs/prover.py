"""Proves that a statement holds for all numbers, or gives numbers for which it does not."""

import inspect
import time

import z3

# More than any theorem takes on a machine that has other work.
SECONDS = 900


class Refuted(Exception):
    """A statement that does not hold, with numbers that show it."""


def prove(statement, assumptions):
    """Raises `Refuted` unless the statement follows from the assumptions."""
    solver = z3.Solver()
    solver.set("timeout", 1000 * SECONDS)
    solver.add(*assumptions, z3.Not(statement))
    found = solver.check()
    if found == z3.sat:
        raise Refuted(f"for {solver.model()}")
    if found != z3.unsat:
        raise TimeoutError(f"not decided within {SECONDS} s")


def within(number, low, high):
    return z3.And(number >= low, number <= high)


class Products:
    """Products of two numbers that are not known, each of them one number of which only the bounds are known.

    What holds for every number within the bounds holds for the product. A prover of bits that had to multiply 32 bits by
    32 would not end.
    """

    def __init__(self, assumptions):
        self.assumptions = list(assumptions)
        self.known = []

    def add(self, name, first, second):
        """Gives the product of two formulas of 64 bits, each with its bounds, which are proved."""
        corners = [a * b for a in first[1:] for b in second[1:]]
        for number, low, high in (first, second):
            prove(within(number, low, high), self.assumptions)
        product = z3.BitVec(name, 64)
        self.assumptions.append(within(product, min(corners), max(corners)))
        self.known.append((first[0], second[0], product))
        return product

    def multiply(self, a, b):
        """Modulo 2^bits, so that the factors must agree modulo 2^bits only."""
        last = a.size() - 1
        for first, second, product in self.known:
            for x, y in ((a, b), (b, a)):
                same = z3.And(x == z3.Extract(last, 0, first), y == z3.Extract(last, 0, second))
                try:
                    prove(same, self.assumptions)
                except Refuted:
                    continue
                return z3.Extract(last, 0, product)
        return a * b


class Report:
    """Prints a line for each theorem with its time, and keeps the names of those that fail."""

    def __init__(self):
        self.proved = self.wrong = 0
        self.failed = []

    def theorem(self, name, proof, arguments, wrong):
        """Runs a proof, and then with wrong arguments in the place of right ones, with which it must be refuted."""
        start = time.monotonic()
        try:
            proof(*arguments)
            for change in wrong:
                self.refute(proof, arguments, change)
            self.proved += 1
            result = "proved"
        except (Refuted, TimeoutError, ValueError) as why:
            self.failed.append(name)
            result = f"FAILED, {why}".replace("\n", "")
        print(f"{time.monotonic() - start:6.1f} s  {name}: {result}", flush=True)

    def refute(self, proof, arguments, change):
        names = inspect.signature(proof).parameters
        try:
            proof(**dict(zip(names, arguments)) | change)
        except Refuted:
            self.wrong += 1
            return
        raise ValueError(f"a wrong one is proved too, with another {', '.join(change)}")
