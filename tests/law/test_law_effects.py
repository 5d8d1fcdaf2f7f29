"""Every parameter matters: moved, it changes some result for some household.

One law has every programme on (`tests/full_law.py`); on it each number is moved up and down, and
each choice set to its other values. What matters only beside another setting is listed there, in
`BESIDE`. There are no other exceptions, but for prices: a rise that reaches its trigger already
cannot start the subsidy once more.
"""

import math
from functools import cache

import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import declarations
from jiuzhu_sim.rules import RULES
from tests.full_law import BESIDE, beside, full_law, people

EVERYTHING = tuple(dict.fromkeys(rule.name for rule in RULES))
READ = [path for path, entry in declarations().items() if entry.read_by == "rules"]

# The rise of prices has reached its trigger, and only a move to the other side of it matters.
ONE_WAY = {"price.cpi_rise", "price.cpi_trigger", "price.food_rise", "price.food_trigger"}

# Read outside the household rules: they move nobody.
ELSEWHERE = {
    "casework": {
        "cleanup.months",
        "cleanup.petition_rule",
        "cleanup.admits_new",
        "reading.role_separation",
        "reading.extension_trigger_days",
        "reading.step_overlap",
        "reading.quota_rule",
        "reading.petition_limit_days",
        "reading.posting_days",
        "reading.extended_limit_wd",
    },
    "months": {
        "payment.calendar.urban",
        "payment.calendar.rural",
        "payment.day",
        "signin.months.urban",
        "signin.months.rural",
        "matching.months",
    },
    "measures": {"funding.central_share", "funding.province_share", "funding.city_share"},
    "assessment": {"reading.assessment_design", "reading.phase_year"},
    "figures": {"reading.urban_residual", "reading.decline_unit"},
    "outlook": {
        "reading.temporary_year",
        "reading.rural_spend_source",
        "reading.cost_share_province",
        "reading.cost_share_prefecture",
        "temporary.reserve",
    },
}


@cache
def crowd():
    return people(5, 2_500)


@cache
def results_with(settings):
    return simulate(crowd(), full_law().change(dict(settings)), EVERYTHING, threads=1)


def base_of(path):
    """The results of the law in which the parameter is awake."""
    return results_with(tuple(sorted(beside(path).items())))


def others(declared, now):
    """Other values: every other choice; of a number one lower and one higher, near it."""
    if declared.type == "boolean":
        return [not now]
    if declared.type == "choice":
        return [choice for choice in declared.choices if choice != now]
    far = (declared.high - declared.low) / 100
    step = 1 if declared.type == "integer" else max(abs(now) / 2, far)
    moved = (max(now - step, declared.low), min(now + step, declared.high))
    return [round(value, 9) for value in moved if value != now]


def moves(base, changed):
    new = simulate(base.people, changed, EVERYTHING, reuse=base, threads=1)
    return [
        name
        for name in EVERYTHING
        if new.computed[name] is not base.computed[name]
        and (new.computed[name] != base.computed[name]).any()
    ]


@pytest.mark.parametrize("path", READ)
def test_a_parameter_matters(path):
    base = base_of(path)
    now = base.policy[path]
    assert now != math.inf, "the full law has finite limits"
    values = others(declarations()[path], now)
    idle = [value for value in values if not moves(base, base.policy.change({path: value}))]
    assert len(idle) == (path in ONE_WAY), f"{path}: {now} → {idle} changes no result"


def test_what_is_read_elsewhere_moves_nobody():
    found: dict[str, set[str]] = {}
    base = results_with(())
    for path, entry in declarations().items():
        if entry.read_by != "rules":
            found.setdefault(entry.read_by, set()).add(path)
            for value in others(entry, base.policy[path]):
                assert moves(base, base.policy.change({path: value})) == [], path
    assert found == ELSEWHERE


@pytest.mark.parametrize("path", BESIDE)
def test_beside_is_needed(path):
    """Without the setting nothing would move: the table holds no entry too many."""
    base = results_with(())
    below = [one for one in READ if one == path or one.startswith(f"{path}.")]
    assert below
    for one in below:
        for value in others(declarations()[one], base.policy[one]):
            assert moves(base, base.policy.change({one: value})) == [], one
