"""Months by hand where things meet: deaths, a law that changes, reviews in the month of a rise."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.flows import PERSONS, STOCK, flows, transitions
from jiuzhu_sim.measures.leakage import errors, leakage, mistakes
from jiuzhu_sim.months import Life, accounts, assumptions, regime, regime_names, simulate_months
from jiuzhu_sim.months.roll import REASONS, STATUSES
from jiuzhu_sim.policy import load_policy
from tests.months.hand_life import OFF, POLICY, HandLife, families, lived

DEAD = list(column("not_counted_because").codes).index("dead")


def status(made, home=0):
    return [STATUSES[code] for code in made.status[:, home]]


def reasons(made, home=0):
    return [REASONS[code] for code in made.reason[:, home]]


def test_a_household_whose_members_all_die_leaves_and_never_applies():
    """Two households of one and of two persons die in month 2; the office hears at the recheck."""
    people = families([0, 0], months_since_review=[0, 0])
    people = people.with_columns({"not_counted_because": np.zeros(2, int)})
    made = lived(
        people,
        {"not_counted_because": [[0, 0], [DEAD, DEAD]]},
        events={"died": {1: [True, True]}},
        told={"application.others": 1, "application.entitled": 1},
        months=6,
    )
    assert made.due.tolist() == [[600, 600]] + [[0, 0]] * 5
    assert made.paid.tolist() == made.due.tolist()  # off(): rechecked in the month of the death
    assert reasons(made) == ["none", "no_member", *["none"] * 4]
    assert status(made)[1:] == ["outside"] * 5
    assert made.persons[1:].sum() == 0


def test_a_review_in_the_month_of_the_rise_leaves_nothing_to_leak():
    people = families([0], months_since_review=[10])
    made = lived(people, {"pension_other_m": [[0], [900]]}, months=3)
    assert made.paid[:, 0].tolist() == made.due[:, 0].tolist() == [600, 0, 0]
    assert errors(made).money["leaked"].sum() == 0


def test_an_application_in_the_last_month_is_open_at_the_end():
    incomes = {"pension_other_m": [[900], [900], [0]]}
    made = lived(families([900]), incomes, told={"application.entitled": 1}, months=3)
    assert status(made) == ["outside", "outside", "applying"]
    assert errors(made).money["missed"][:, 0].tolist() == [0, 0, 600]
    assert made.counts["applied"].tolist() == [0, 0, 1]
    assert made.counts["entries"].sum() == 0


def test_gradual_exit_begins_anew_after_income_fell():
    """Risen in 1 and 2, fallen in 3, risen from 4 on: its three months count from month 4."""
    policy = POLICY.change({"reading.grace_months": 3, "review.months_changing": 1})
    incomes = {"pension_other_m": [[650], [650], [300], [650]]}
    made = lived(families([200]), incomes, policy, months=8)
    assert status(made) == ["grace", "grace", "paid", *["grace"] * 3, "outside", "outside"]
    assert made.paid[:, 0].tolist() == [400, 400, 300, 300, 300, 300, 0, 0]
    assert [name for name in reasons(made) if name != "none"] == [
        "income_risen", "income_fallen", "income_risen", "grace_over",
    ]  # fmt: skip


def test_absences_lapse_where_nobody_has_to_work():
    """Wage earners miss labour nobody asks of them; without the job, in month 6, all are asked."""
    policy = POLICY.change({"work.absences_max": 2, "work.suspension_months": 3})
    people = families([0] * 400, months_since_review=[6] * 400)
    people = people.with_columns({"wage_m": np.full(400, 300.0)})
    wages = {"wage_m": [[300] * 400] * 5 + [[0] * 400]}
    made = lived(people, wages, policy, {"labour.absent": 0.1}, months=6)
    suspended = (made.status == STATUSES.index("suspended")).sum(axis=1)
    assert suspended[:5].tolist() == [0] * 5
    assert 15 < suspended[5] < 70  # one month's absences, not those of six


def test_a_standard_raised_in_july_costs_the_static_difference():
    people = jz.synthesize("example-county", households=400, seed=2)
    law = load_policy("example-county").change({"reading.grace_months": 0})
    raised = {"dibao.standard.rural": "+10%", "dibao.standard.urban": "+10%"}
    still = families_of(people, law)
    made = families_of(people, law, schedule={7: raised})
    wanted, weight = ("benefit_m_hh",), people["weight"]
    old, new = (simulate(people, each, wanted) for each in (law, law.change(raised)))
    on = made.opening  # whoever the raise makes entitled has not applied yet
    more = (new["benefit_m_hh"] - old["benefit_m_hh"])[on] @ weight[on]
    assert more > 0
    change = (made.paid - still.paid) @ weight
    assert change[:6].tolist() == [0] * 6
    assert np.allclose(change[6:], more, rtol=1e-12)


def families_of(people, law, **settings):
    return simulate_months(people, law, life=HandLife(people), assumptions=OFF, **settings)


def test_a_raised_standard_makes_nobody_tell_of_a_higher_income():
    """Paid 400, due 350 from month 1; once the standard rises, 500 and 450: nobody gains."""
    people = families([200], months_since_review=[0])
    schedule = {2: {"dibao.standard.rural": 700}}
    told, incomes = {"report.gain": 1}, {"pension_other_m": [[250]]}
    made = lived(people, incomes, told=told, schedule=schedule, months=3)
    assert made.paid[:, 0].tolist() == [400, 500, 500]
    assert made.due[:, 0].tolist() == [350, 450, 450]
    assert made.counts["reported"].sum() == 0


def test_a_raised_standard_is_no_visit():
    people = families([200], months_since_review=[10])
    made = lived(people, schedule={2: {"dibao.standard.rural": 700}}, months=2)
    assert made.reviewed[:, 0].tolist() == [False, True]
    assert not made.visited.any()
    assert made.paid[:, 0].tolist() == [400, 500]


def test_a_law_that_changes_is_the_reason_on_the_roll_too():
    policy = POLICY.change({"reading.grace_months": 6})
    people = families([400], months_since_review=[0])
    schedule = {2: {"dibao.standard.rural": 300}, 4: {"dibao.standard.rural": 600}}
    made = lived(people, policy=policy, schedule=schedule, months=4)
    assert status(made) == ["paid", "grace", "grace", "paid"]
    assert reasons(made) == ["none", "law_changed", "none", "law_changed"]


def test_what_comes_for_earlier_months_of_the_quarter_does_not_leak():
    """Approved in February, with January; out in May, back in July, where a quarter begins."""
    policy = POLICY.change({"reading.benefit_start": "quarter_start", "review.months_changing": 1})
    incomes = {"pension_other_m": [[0], [0], [0], [0], [900], [0], [0]]}
    made = lived(families([900]), incomes, policy, {"application.entitled": 1}, months=7)
    assert status(made) == ["applying", *["paid"] * 3, "outside", "applying", "paid"]
    assert made.paid[:, 0].tolist() == [0, 1200, 600, 600, 0, 0, 600]
    assert errors(made).money["leaked"].sum() == 0
    basic = made.money.sum(axis=1) - made.owed.sum(axis=1)
    assert basic.tolist() == [-600, 0, 0, 0, 0, -600, 0]
    incomes = {"pension_other_m": [[900], [0], [0]]}
    back = lived(families([0]), incomes, policy, {"application.entitled": 1}, months=3)
    assert back.paid[:, 0].tolist() == [0, 0, 1800]  # all three months off the roll


def test_months_from_1_to_60_and_from_the_middle_of_a_year():
    people = jz.synthesize("example-county", households=60, seed=5)
    law = load_policy("example-county").change({"signin.months.urban": 3})
    short = simulate_months(people, law, months=1, start="2025-11")
    long = simulate_months(people, law, months=60, start="2025-11")
    assert short.money[0].tolist() == long.money[0].tolist()
    assert long.names[-1] == "2030-10"
    signs = [name[-2:] for name, n in zip(long.names, long.counts["signins"], strict=True) if n]
    assert set(signs) == {"03", "06", "09", "12"}
    assert np.isfinite(long.money).all()
    assert (long.money >= 0).all()


def test_without_weight_and_without_anybody_entitled():
    people = families([0, 900], weight=[0.0, 0.0])
    made = lived(people, months=2)
    assert made.money.sum() == 0
    assert leakage(made).get("money_paid", "total") == 0
    assert np.isnan(leakage(made).get("money_leaked_rate", "total"))
    rich = lived(families([900, 900]), months=2)
    assert rich.counts["on_roll"].sum() == rich.money.sum() == 0
    for table in (flows(rich), transitions(rich), leakage(rich), mistakes(rich)):
        assert np.nansum(table.values) == 0


@pytest.mark.parametrize(
    "law", ["example-county", "s36-region", "s1-county-2020", "s42-county-2013"]
)
def test_every_regime_runs_under_every_kind_of_law(law):
    people = jz.synthesize("all-programmes", households=120, seed=1)
    for name in regime_names():
        policy = jz.load_policy(law).change(regime(name).changes)
        made = simulate_months(people, policy, months=4, seed=2)
        assert made.on_roll.any(), name


def test_a_life_of_other_people_is_refused():
    law = load_policy("example-county")
    people, others = (jz.synthesize("example-county", households=n, seed=1) for n in (5, 6))
    life = Life(others, assumptions(), months=3, start="2025-01", seed=1)
    with pytest.raises(JZError) as told:
        simulate_months(people, law, months=3, life=life)
    assert told.value.codes == ("JZ-E084",)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_wrong_and_what_moves_adds_up(seed):
    """Of each household and month; in persons and by area, each month and over the year."""
    people = jz.synthesize("all-programmes", households=600, seed=seed)
    law = load_policy("s36-region").change({"reading.benefit_start": "quarter_start"})
    made = simulate_months(people, law, months=8, start="2025-05", seed=seed)
    money = errors(made).money
    assert np.allclose(
        money["paid"] - money["due"],
        money["leaked"] - money["withheld"] - money["missed"],
        rtol=0,
        atol=0.006,
    )
    assert not money["missed"][made.on_roll].any()
    assert not money["leaked"][~made.on_roll].any()
    basic = [key.startswith(("dibao", "tekun")) for key in accounts()]
    for sums, panel in ((made.money, made.paid), (made.owed, made.due)):
        assert np.allclose(sums[:, basic].sum(axis=1), panel @ people["weight"], rtol=1e-12)
    table = flows(made, ["area"])
    for row in table.rows:
        start, came, left, end = (table.get(f"roll_{x}", *row) for x in STOCK)
        assert start + came - left == pytest.approx(end, abs=1e-6)
        start, came, left, changed, end = (table.get(f"roll_{x}", *row) for x in PERSONS)
        assert start + came - left + changed == pytest.approx(end, abs=1e-6)


def test_what_is_due_is_what_the_rules_say_of_the_month_under_every_standard():
    """One life and one luck; without sanctions and gradual exit nothing else decides what is due,
    and where the rules give nobody less for a higher standard, no month does.
    """
    law = load_policy("example-county").change(
        {"reading.grace_months": 0, "single.offered": False, "dibao.benefit_minimum": 0}
    )
    people = jz.synthesize("example-county", households=500, seed=7)
    life = Life(people, assumptions(), months=12, start="2025-01", seed=3)
    higher = law.change({"dibao.standard.rural": "+15%", "dibao.standard.urban": "+15%"})
    runs = [simulate_months(people, each, life=life, seed=3) for each in (law, higher)]
    for t in range(12):
        true = life.people.with_columns(life.month(t).columns)
        for made, each in zip(runs, (law, higher), strict=True):
            static = simulate(true, each, ("benefit_m_hh",))["benefit_m_hh"]
            assert made.due[t].tolist() == static.tolist()
    assert (runs[1].due >= runs[0].due).all()
    assert (runs[1].due > runs[0].due).any()
    for name in runs[0].counts:
        if name.startswith("event."):
            assert runs[0].counts[name].tolist() == runs[1].counts[name].tolist()


def test_a_roster_that_follows_no_law_puts_nobody_into_gradual_exit():
    """Synthetic people are listed at random until they are enrolled; own people's roster counts."""
    people = jz.synthesize("all-programmes", households=1_500, seed=2)
    law = load_policy("national-illustrated")
    grace = STATUSES.index("grace")
    rules = simulate(people, law, ("payment_status_hh",))["payment_status_hh"]
    made = simulate_months(people, law, months=1)
    assert (rules == "grace").sum() > 20
    assert not (made.opening_status == grace).any()
    enrolled = people.with_columns({}, enrolled=1)
    assert (simulate_months(enrolled, law, months=1).opening_status == grace).sum() > 20


def test_tekun_need_not_sign_in():
    """S4.2.22 and S4.5.6 are on dibao: under a monthly sign-in missed by all, tekun stays."""
    people = jz.synthesize("all-programmes", households=3000, seed=2)
    law = load_policy("national-illustrated").change(regime("s45_monthly_signin").changes)
    sure = assumptions().off().changed({"signin.missed": 1})
    made = simulate_months(people, law, months=4, assumptions=sure)
    layer = jz.simulate(made.people, law, ("layer_hh",))["layer_hh"]
    is_urban = made.people["area"] == "urban"
    tekun, dibao = ((layer == name) & is_urban & made.opening for name in ("tekun", "dibao"))
    assert tekun.sum() > 0
    assert dibao.sum() > 20
    assert made.on_roll[-1][tekun].all()
    assert not made.on_roll[-1][dibao].any()
