"""Over-payment before the clean-up: months since the review times what was too much."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook.audit.audit import audit
from jiuzhu_sim.outlook.audit.overpaid import recovery_table
from tests.outlook.audit.rolls import made, recipients


def by_hand(audited):
    chosen = audited.chosen
    less = np.maximum(chosen.amount_before_m - chosen.amount_after_m, 0) * audited.roll
    less = np.where(chosen.retained | (less < 0.005), 0, less)
    months = np.maximum(audited.people.numbers("months_since_review"), 1)
    return float(audited.people.numbers("weight") @ (less * months))


def test_over_payment_is_months_times_what_was_too_much():
    table = recovery_table(made(), 0.6)
    assert table.get("recovery_over", "fraud") == pytest.approx(by_hand(made()), rel=1e-6)


def test_fraud_is_claimed_whole_and_a_mistake_of_the_office_is_not():
    table = recovery_table(made(), 0.25)
    over = table.get("recovery_over", "fraud")
    assert table.get("recovery_claimed", "fraud") == over
    assert table.get("recovery_recovered", "fraud") == pytest.approx(over / 4, rel=1e-4)
    assert table.get("recovery_exempt", "office_mistake") == over
    for cause in ("fraud", "own_mistake", "office_mistake"):
        parts = [table.get(f"recovery_{part}", cause) for part in ("exempt", "recovered", "lost")]
        assert sum(parts) == pytest.approx(over)


def test_a_longer_time_since_the_review_makes_it_more():
    people = made().people
    later = people.with_columns({"months_since_review": people["months_since_review"] + 5})
    more = recovery_table(audit(later, made().policy, seed=3))
    once = recovery_table(made())
    assert more.get("recovery_over", "fraud") > once.get("recovery_over", "fraud")


def test_without_the_last_review_there_is_none():
    assert recovery_table(recipients()) is None


def test_a_rate_outside_is_refused():
    with pytest.raises(JZError) as refused:
        recovery_table(made(), 1.5)
    assert "JZ-E004" in refused.value.codes
