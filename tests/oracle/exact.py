"""What the exact references share: amounts as fractions, rounding, comparing with the engine."""

import math
from fractions import Fraction

import numpy as np

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import declarations
from jiuzhu_sim.population import people_from_tables
from tests.random_circumstances import random_circumstances
from tests.random_tables import random_tables

ZERO = Fraction(0)
HALF_FEN = Fraction(5, 1000)


def exact_law(policy):
    """The policy's values as exact numbers, as the documents state them."""
    units = {path: declared.unit for path, declared in declarations().items()}
    return {path: _exact(value, units[path]) for path, value in policy.values.items()}


def _exact(value, unit):
    raw = value.value if value.raw is None else value.raw
    if isinstance(raw, bool | str):
        return raw
    if math.isinf(raw):
        return math.inf
    by_year = value.raw_unit == "yuan/person-year" and unit == "yuan/person-month"
    return Fraction(str(raw)) / (12 if by_year else 1)


def exact_households(persons, households):
    """Each household of the two tables with its persons, amounts as exact hundredths."""
    people = _records(persons)
    living = [[] for _ in households["area"]]
    for person in people:
        living[person["household_id"]].append(person)
    yield from zip(_records(households), living, strict=True)


def _records(table):
    """One mapping a row; what the dictionary holds as a float becomes whole hundredths."""
    exact = {name: _values(name, values.tolist()) for name, values in table.items()}
    return [dict(zip(exact, row, strict=True)) for row in zip(*exact.values(), strict=True)]


def _values(name, values):
    if columns()[name].dtype != "float64":
        return values
    return [Fraction(round(100 * yuan), 100) if yuan else ZERO for yuan in values]


def below(amount, limit):
    """Less than half a fen is nothing, so that much must be missing."""
    return limit - amount >= HALF_FEN


def to_fen(amount):
    """To the nearest fen, half a fen up."""
    return Fraction(math.floor(amount * 100 + Fraction(1, 2)), 100)


def rounded(amount, law):
    """Up to whole yuan, less than half a fen being nothing; or to the fen where so chosen."""
    if law["dibao.benefit_rounding"] == "fen":
        return to_fen(amount)
    whole = math.floor(amount)
    return Fraction(whole if amount - whole < HALF_FEN else whole + 1)


def same(got, want):
    """Equal; amounts as near as floats can be, far closer than a fen."""
    if isinstance(want, Fraction):
        return math.isclose(got, want, rel_tol=1e-12, abs_tol=1e-9)
    return got == want


def differences(results, expected):
    """Household, column, engine, reference: wherever the two part."""
    return [
        (household, name, got, want)
        for name in expected[0]
        for household, (got, outcome) in enumerate(
            zip(results[name].tolist(), expected, strict=True)
        )
        if not same(got, want := outcome[name])
    ]


def random_households(seed, households, policy):
    """Persons and households with all that people may bring; thresholds are those of `policy`."""
    persons, homes = random_tables(seed, households, policy)
    sizes = np.bincount(persons["household_id"])
    more_persons, more_homes = random_circumstances(seed + 1, sizes, policy)
    return persons | more_persons, homes | more_homes


def reference(judge, policy, seed, households):
    """Random tables, and what the reference says of each household."""
    tables, law = random_households(seed, households, policy), exact_law(policy)
    return tables, [judge(home, persons, law) for home, persons in exact_households(*tables)]


def disagreements(policy, tables, expected):
    """Where the engine parts from the reference on these tables."""
    results = simulate(people_from_tables(*tables), policy, expected[0])
    return differences(results, expected)
