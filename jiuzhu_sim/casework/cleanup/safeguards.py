"""What protects people in a clean-up: review, objections, payment meanwhile, temporary help."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.checks import Checks
from jiuzhu_sim.casework.cleanup.reasons import REASONS
from jiuzhu_sim.engine import Results
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.rules.kit import at_most, below, round_money

MOVES = tuple(REASONS.index(name) for name in ("five_guarantee", "orphan", "natural_decrease"))
"""Reasons for which nobody is kept: who has died, or has other support instead."""

PETITIONS = ("strict", "clearly_above")

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def passes(draws: Draws, checks: Checks) -> Flags:
    """Whose case the democratic review holds and passes, if they are eligible (S0.5.5)."""
    is_held = draws.chance("cleanup review", checks.review["held"])
    return is_held & ~draws.chance("cleanup voted down", checks.review["wrongly_no"])


def objects(draws: Draws, checks: Checks, loses: Flags, due_m: Floats, true_m: Floats) -> Flags:
    """Who objects to the posted finding: of those who lose benefit, the wronged and some others.

    `due_m`: yuan a month by what is known, `true_m`: by what is true.
    """
    is_wronged = below(due_m, true_m)
    share = np.where(is_wronged, checks.objections["wronged"], checks.objections["others"])
    return loses & draws.chance("cleanup objection", share)


def is_retained(after: Results, stopped: Flags, reason: NDArray[np.int8], petition: str) -> Flags:
    """Petition groups kept though the rules end their cover: unless clearly above (S4.1.10).

    Clearly above: counted income of the household over what is guaranteed to it, times the ratio
    of the policy (`reading.clearly_above_ratio`). Nobody by the rule ``strict``.
    """
    if petition == "strict" or "is_petition_group" not in after.people:
        return np.zeros(len(stopped), bool)
    ratio = float(after.policy["reading.clearly_above_ratio"])
    limit = after.numbers("guaranteed_m_hh") * ratio
    is_ordinary = at_most(after.numbers("counted_income_m_hh"), limit)
    has_left = np.isin(reason, MOVES) | (after.numbers("n_members_hh") == 0)
    in_group = after.people.numbers("is_petition_group")
    return np.asarray(stopped & in_group & is_ordinary & ~has_left)


def paid_meanwhile(
    roll: Flags, before_m: Floats, after_m: Floats, months: int
) -> tuple[Floats, Floats]:
    """Yuan paid to each household on the roll from the start to the decision, and of it what is
    not due by the decision: nothing is stopped or delayed before (S0.6.1).

    >>> paid, above = paid_meanwhile(np.array([True]), np.array([300.0]), np.array([120.5]), 2)
    >>> float(paid[0]), float(above[0])
    (600.0, 359.0)
    """
    paid = np.where(roll, before_m * months, 0.0)
    above = np.where(roll, np.maximum(before_m - after_m, 0.0) * months, 0.0)
    return round_money(paid, "fen"), round_money(above, "fen")


def temporary_help(after: Results, stopped: Flags) -> Floats:
    """Yuan of temporary assistance that the rules give those removed in hardship (S0.6.2)."""
    return np.where(stopped, after.numbers("temporary_aid_hh"), 0.0)
