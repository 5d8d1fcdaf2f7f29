"""What the office learns between reviews: reports, sign-ins, matches, deaths, absences."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.office_knowledge import Knowledge
from jiuzhu_sim.months.regimes import regime
from jiuzhu_sim.months.roll import REASONS, STATUSES, reason_clauses
from tests.months.hand_life import POLICY, families, lived


def status(made, home=0):
    return [STATUSES[code] for code in made.status[:, home]]


def reasons(made, home=0):
    return [REASONS[code] for code in made.reason[:, home] if code]


def test_who_is_due_more_tells_and_who_is_due_less_does_not():
    people = families([200, 200], months_since_review=[0, 0])
    made = lived(people, {"pension_other_m": [[100, 300]]}, told={"report.gain": 1}, months=2)
    assert made.paid.tolist() == [[500, 400]] * 2
    assert made.due.tolist() == [[500, 300]] * 2
    assert made.counts["reported"].tolist() == [1, 0]


def test_a_match_finds_a_rise_of_registered_income_in_its_months():
    policy = POLICY.change({"matching.months": 3})
    people = families([200, 200], months_since_review=[0, 0])
    incomes = {"pension_other_m": [[300, 200]]}
    made = lived(people, incomes, policy, {"matching.found": 1}, months=4)
    assert made.matched[:, 0].tolist() == [False, False, True, False]
    assert not made.matched[:, 1].any()
    assert made.paid[:, 0].tolist() == [400, 400, 300, 300]


def test_a_match_does_not_see_what_no_register_shows():
    people = families([0], months_since_review=[0])
    policy = POLICY.change({"matching.months": 1})
    made = lived(people, {"farm_income_y": [[6_000]]}, policy, {"matching.found": 1}, months=2)
    assert not made.matched.any()
    assert made.due[0, 0] < made.paid[0, 0] == 600


def test_two_sign_ins_missed_are_a_waiver():
    """Urban, by the quarter: missed in March and June."""
    policy = POLICY.change(regime("s42").changes)
    people = families([0], area="urban", months_since_review=[0])
    made = lived(people, policy=policy, told={"signin.missed": 1}, months=7)
    assert status(made) == ["paid"] * 5 + ["outside"] * 2
    assert reasons(made) == ["waived"]
    assert made.counts["signins"].tolist() == [0, 0, 1, 0, 0, 1, 0]
    rural = families([0], months_since_review=[0])
    made = lived(rural, policy=policy, told={"signin.missed": 1}, months=7)
    assert status(made) == ["paid"] * 7


def test_a_renewal_missed_is_a_waiver_where_it_is_required():
    policy = POLICY.change(regime("s42").changes)
    people = families([0], area="urban", months_since_review=[10])
    made = lived(people, policy=policy, told={"renewal.missed": 1}, months=3)
    assert status(made) == ["paid", "outside", "outside"]
    assert reasons(made) == ["waived"]
    assert not made.reviewed.any()


def test_one_sign_in_attended_begins_the_count_again():
    policy = POLICY.change(regime("s45_monthly_signin").changes | {"stop.signins_missed": 3})
    people = families([0] * 300, area="urban", months_since_review=[0] * 300)
    made = lived(people, policy=policy, told={"signin.missed": 0.3}, months=3)
    assert 0 < (made.status[2] == 0).sum() < 25
    assert (made.status[:2] >= 2).all()


def test_changes_are_told_at_a_sign_in():
    policy = POLICY.change({"signin.months.rural": 2})
    people = families([0], months_since_review=[0])
    made = lived(people, {"pension_other_m": [[300]]}, policy, {"report.signin": 1}, months=3)
    assert made.paid[:, 0].tolist() == [600, 300, 300]


def test_a_death_is_followed_up_within_three_months():
    homes = 300
    people = families([0] * (2 * homes), size=2, months_since_review=[0] * homes)
    people = people.with_columns({"not_counted_because": np.zeros(2 * homes, int)})
    dead = np.tile([0, list_of("not_counted_because").index("dead")], homes)
    made = lived(
        people,
        {"not_counted_because": [dead]},
        events={"died": {0: np.ones(homes, bool)}},
        told={"death.recheck_months": 3},
        months=4,
    )
    assert (made.due == 600).all()
    still = (made.paid == 1200).sum(axis=1)
    assert 150 < still[0] < 250
    assert 50 < still[1] < 150
    assert still[2:].tolist() == [0, 0]
    assert made.persons[3].tolist() == [1] * homes


def list_of(name):
    from jiuzhu_sim.columns import column

    return list(column(name).codes)


def test_too_many_absences_suspend_for_three_months():
    policy = POLICY.change({"work.absences_max": 2, "work.suspension_months": 3})
    people = families([0], months_since_review=[0])
    told = people.with_columns({"n_labour_absences": np.array([2])})
    made = lived(told, policy=policy, months=5)
    assert status(made) == ["suspended"] * 3 + ["paid"] * 2
    assert made.paid[:, 0].tolist() == [0, 0, 0, 600, 600]
    assert reasons(made) == ["resumed"]
    made = lived(people, policy=policy, told={"labour.absent": 1}, months=5)
    assert status(made) == ["suspended"] * 3 + ["paid", "suspended"]


def test_knowledge_of_a_claim_is_never_late():
    people = families([0], emergency_need=[0.0])
    office = Knowledge(people)
    office.look({"emergency_need": np.array([500.0]), "savings": np.array([9.0])})
    office.refresh(np.array([False]))
    assert office.known["emergency_need"].tolist() == [500]
    assert office.known["savings"].tolist() == [0]
    assert office.stale().tolist() == [True]


def test_a_reason_has_its_clauses():
    assert reason_clauses("no_member") == ("S0.3.9",)
    with pytest.raises(JZError, match="JZ-E060"):
        reason_clauses("waved")
