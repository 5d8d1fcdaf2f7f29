"""The loop over months: what is paid, when the office learns, and what is refused."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.roll import REASONS, STATUSES
from jiuzhu_sim.months.run import simulate_months
from tests.months.hand_life import OFF, POLICY, families, lived


def status(made, home=0):
    return [STATUSES[code] for code in made.status[:, home]]


def reasons(made, home=0):
    return [REASONS[code] for code in made.reason[:, home]]


def test_nothing_happens_and_the_same_is_paid_every_month():
    made = lived(families([0, 400, 900]), months=3)
    assert made.paid.tolist() == [[600, 200, 0]] * 3
    assert made.due.tolist() == made.paid.tolist()
    assert status(made, 2) == ["outside"] * 3
    assert made.money.sum(axis=1).tolist() == made.owed.sum(axis=1).tolist() == [800.0] * 3


def test_benefit_leaks_until_the_review():
    """A pension begins in month 2; the last review was 9 months ago, the next is in month 3."""
    people = families([0], months_since_review=[9])
    made = lived(people, {"pension_other_m": [[0], [900], [900], [900]]}, months=4)
    assert made.due[:, 0].tolist() == [600, 0, 0, 0]
    assert made.paid[:, 0].tolist() == [600, 600, 0, 0]
    assert status(made) == ["paid", "paid", "outside", "outside"]
    assert reasons(made) == ["none", "none", "income_above", "none"]
    assert made.reviewed[:, 0].tolist() == [False, False, True, False]
    assert made.visited[:, 0].tolist() == [False, False, True, False]


def test_a_household_in_new_need_waits_for_its_application():
    made = lived(
        families([900]),
        {"pension_other_m": [[900], [0]]},
        told={"application.entitled": 1},
        months=4,
    )
    assert made.due[:, 0].tolist() == [0, 600, 600, 600]
    assert made.paid[:, 0].tolist() == [0, 0, 600, 600]
    assert status(made) == ["outside", "applying", "paid", "paid"]
    assert reasons(made) == ["none", "applied", "approved", "none"]
    assert made.counts["entries"].tolist() == [0, 0, 1, 0]


def test_benefit_from_the_month_after_the_approval_and_from_the_quarter_on():
    people, incomes = families([900]), {"pension_other_m": [[0]]}
    told = {"application.entitled": 1}
    later = POLICY.change({"reading.benefit_start": "next_month"})
    assert lived(people, incomes, later, told, months=3).paid[:, 0].tolist() == [0, 0, 600]
    early = POLICY.change({"reading.benefit_start": "quarter_start"})
    made = lived(people, incomes, early, told, months=3)
    assert made.paid[:, 0].tolist() == [0, 1200, 600]


def test_who_is_not_entitled_is_refused():
    made = lived(families([900]), told={"application.others": 1}, months=3)
    assert status(made) == ["applying", "outside", "applying"]
    assert reasons(made) == ["applied", "refused", "applied"]
    assert made.counts["refused"].tolist() == [0, 1, 0]


def test_who_was_in_need_before_and_stayed_away_goes_on_to():
    """Until the need has passed once: the second is in need anew in month 2."""
    people = families([0, 0, 0], was_dibao=[False, False, True])
    incomes = {"pension_other_m": [[0, 900, 0], [0, 0, 0]]}
    made = lived(people, incomes, told={"application.entitled": 1}, months=3)
    assert status(made, 0) == ["outside"] * 3
    assert status(made, 1) == ["outside", "applying", "paid"]


def test_take_up_multiplies_the_rate_of_applying():
    people = families([900] * 400)
    counts = [
        lived(
            people,
            {"pension_other_m": [[0] * 400]},
            told={"application.entitled": 0.2},
            months=1,
            conditions=Conditions(take_up=factor),
        ).counts["applied"][0]
        for factor in (0, 1, 2)
    ]
    assert counts[0] == 0
    assert 50 < counts[1] < 110 < counts[2] < 210


def test_after_an_exit_a_household_may_come_back():
    people = families([0], months_since_review=[11])
    incomes = {"pension_other_m": [[900], [0], [0], [0]]}
    made = lived(people, incomes, told={"application.entitled": 1}, months=4)
    assert status(made) == ["outside", "applying", "paid", "paid"]
    assert reasons(made) == ["income_above", "applied", "approved", "none"]


def test_gradual_exit_counts_from_the_month_in_which_income_rose():
    """Risen in month 1, found in month 3: of four months two are left."""
    policy = POLICY.change({"reading.grace_months": 4})
    people = families([200], months_since_review=[9])
    made = lived(people, {"pension_other_m": [[650]]}, policy, months=6)
    assert status(made) == ["paid", "paid", "grace", "grace", "outside", "outside"]
    assert reasons(made) == ["none", "none", "income_risen", "none", "grace_over", "none"]
    assert made.due[:, 0].tolist() == [400] * 4 + [0, 0]
    assert made.paid[:, 0].tolist() == [400] * 4 + [0, 0]


def test_income_that_falls_again_ends_the_gradual_exit():
    policy = POLICY.change({"reading.grace_months": 6, "review.months_changing": 1})
    made = lived(families([200]), {"pension_other_m": [[650], [100]]}, policy, months=2)
    assert status(made) == ["grace", "paid"]
    assert reasons(made) == ["income_risen", "income_fallen"]
    assert made.paid[:, 0].tolist() == [400, 500]


def test_a_change_of_the_standard_reaches_everybody_on_the_roll_at_once():
    schedule = {2: {"dibao.standard.rural": 700}, 4: {"dibao.standard.rural": 300}}
    made = lived(families([0, 400]), months=4, schedule=schedule)
    assert made.paid.tolist() == [[600, 200], [700, 300], [700, 300], [300, 0]]
    assert reasons(made, 1) == ["none", "none", "none", "law_changed"]
    assert [law["dibao.standard.rural"] for law in made.policies] == [600, 700, 700, 300]


def test_a_price_month_comes_and_goes():
    on = {"price.cpi_rise": 0.05, "price.scpi_rise": 0.1, "price.cpi_trigger": 0.03}
    made = lived(families([0]), months=3, schedule={2: on, 3: {"price.cpi_rise": 0}})
    price = made.money[:, list(accounts()).index("price.rural")]
    assert price.tolist() == [0, 60, 0]


def test_the_roster_is_the_roll_where_people_bring_one():
    """Listed and not entitled by what is on record leaves; entitled and not listed stays out."""
    people = families([900, 0, 0], was_dibao=[True, True, False])
    made = lived(people, months=2)
    assert made.opening.tolist() == [True, True, False]
    assert reasons(made, 0) == ["not_on_record", "none"]
    assert made.paid.tolist() == [[0, 600, 0]] * 2
    assert made.due.tolist() == [[0, 600, 600]] * 2


def test_every_change_of_status_has_a_reason_and_no_other_month_has():
    people = jz.synthesize("example-county", households=2_000, seed=3)
    made = simulate_months(people, jz.load_policy("example-county"), months=18, seed=2)
    before = np.vstack([made.opening_status, made.status[:-1]])
    assert ((made.status != before) == (made.reason > 0)).all()


def test_what_is_kept_does_not_change_the_money():
    people = families([0, 400], months_since_review=[9, 3])
    incomes = {"pension_other_m": [[0, 400], [900, 400]]}
    kept, lean = (lived(people, incomes, months=5, keep=keep) for keep in (True, False))
    assert (kept.money == lean.money).all()
    assert (kept.owed == lean.owed).all()
    assert lean.paid is lean.status is lean.reason is None
    assert {name: row.tolist() for name, row in kept.counts.items()} == {
        name: row.tolist() for name, row in lean.counts.items()
    }
    with pytest.raises(ValueError, match="keep=True"):
        _ = lean.on_roll


def test_wrong_inputs_are_told_at_once():
    people = families([0])
    with pytest.raises(JZError) as told:
        simulate_months(people, POLICY, months=61, start="1/2025")
    assert told.value.codes == ("JZ-E032", "JZ-E032")
    schedule = {0: {}, 13: {}, 2: {"dibao.standrad.rural": 1}}
    with pytest.raises(JZError) as told:
        simulate_months(people, POLICY, schedule=schedule)
    assert told.value.codes == ("JZ-E083", "JZ-E083", "JZ-E003")


def test_months_are_named_by_the_calendar():
    assert lived(families([0]), months=3, start="2024-11").names == (
        "2024-11",
        "2024-12",
        "2025-01",
    )


def test_off_is_the_default_without_chance():
    told = assumptions().off()
    assert {name: OFF[name] for name in ("report.gain", "matching.found")} == {
        name: told[name] for name in ("report.gain", "matching.found")
    }
    assert OFF["report.gain"] == OFF["matching.found"] == 0
