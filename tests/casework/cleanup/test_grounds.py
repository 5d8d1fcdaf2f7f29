"""The grounds of S0.3 in a clean-up, one hand-made family each: stopped, with its own reason."""

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import OUTCOMES, REASONS, clean_up, reason_clause
from jiuzhu_sim.policy import load_policy
from tests.casework.cleanup.test_cleanup import people_of

STREET = load_policy("s0-street")
LINE = STREET["dibao.standard.urban"]

# What is recorded of a family of one aged 40, and the reason and clause to be found.
GROUNDS = {
    "not_collected": ({"months_not_collected": 3}, "S0.3.1"),
    "away": ({"months_away": 3}, "S0.3.2"),
    "bills": ({"electricity_bill_m": LINE + 1}, "S0.3.3"),
    "refused_work": ({"n_job_refusals": 1, "labour_capable": True}, "S0.3.4"),
    "school": ({"is_self_paid_school": True}, "S0.3.5"),
    "compensation": (
        {"compensation_true": 50_000.0, "months_since_compensation_true": 1},
        "S0.3.6",
    ),
    "misconduct": ({"has_misconduct": True}, "S0.3.7"),
    "information": ({"registry_income_m": LINE + 1}, "S0.3.8"),
    "natural_decrease": ({"not_counted_because_true": 5}, "S0.3.9"),
}
BELOW = {
    "not_collected": {"months_not_collected": 2},
    "away": {"months_away": 2},
    "bills": {"electricity_bill_m": LINE - 1},
    "refused_work": {"n_job_refusals": 0},
    "compensation": {"compensation_true": 50_000.0, "months_since_compensation_true": 600},
    "information": {"registry_income_m": LINE - 1},
}


def judged(values, checks):
    one = {"one": {"age": [40], "paid": LINE}}
    given = {name: np.array([value]) for name, value in values.items()}
    return clean_up(people_of(one).with_columns(given), STREET, checks=checks)


def checks_for(reason):
    """Registers speak where nobody visits; all else stands on record or is seen by a visit."""
    return "matching_only" if reason == "information" else "complete"


@pytest.mark.parametrize("reason", GROUNDS)
def test_each_ground_stops_with_its_own_reason_and_clause(reason):
    values, clause = GROUNDS[reason]
    found = judged(values, checks_for(reason))
    # The wronged object (assumed 0.8 where only data are compared): ask before anybody does.
    silent = found.checks.change(objections={"wronged": 0, "others": 0})
    found = judged(values, silent)
    assert OUTCOMES[found.outcome[0]] == "stopped"
    assert REASONS[found.reason[0]] == reason
    assert reason_clause(reason, STREET) == clause
    assert found.paid_while_undecided[0] == pytest.approx(5 * LINE)  # May to September (S0.4.1)


@pytest.mark.parametrize("reason", BELOW)
def test_just_below_the_ground_nothing_stops(reason):
    found = judged(BELOW[reason], checks_for(reason))
    assert OUTCOMES[found.outcome[0]] == "stays"


def test_a_child_who_has_split_off_is_a_smaller_family():
    """S0.3.9: nothing records why fewer are listed than are covered: computed anew."""
    people = people_of({"two paid, one listed": {"age": [40], "covered": 2, "paid": 2 * LINE}})
    found = clean_up(people, STREET)
    assert OUTCOMES[found.outcome[0]] == "reduced"
    assert REASONS[found.reason[0]] == "recomputed"
    assert found.reasons_persons.tolist() == [1]
