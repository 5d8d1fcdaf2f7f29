"""Wrong and missed cover, incidence and efficiency: typed by hand, and against slow oracles."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking, texts
from jiuzhu_sim.measures.incidence import concentration, efficiency, incidence
from jiuzhu_sim.measures.sight import MEASURES, can_say
from jiuzhu_sim.measures.targeting import (
    aim_between,
    cover,
    cover_money,
    grouped,
    make_aim,
)
from jiuzhu_sim.measures.welfare import gini
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.population.views import seen
from jiuzhu_sim.rules.kit import HALF_FEN
from tests.measures.small import AREA, DUE, PAID, SIX, WEIGHT


def test_households_by_hand():
    made = cover(SIX)
    get = {name: made.get(f"cover_{name}", "total") for name in ("paid", "entitled", "right")}
    assert get == {"paid": 17, "entitled": 16, "right": 13}
    assert (made.get("cover_wrong", "total"), made.get("cover_missed", "total")) == (4, 3)
    assert made.get("cover_wrong_rate", "total") == 4 / 17
    assert made.get("cover_wrong_of_other", "total") == 4 / 24
    assert made.get("cover_missed_rate", "total") == 3 / 16
    assert made.get("cover_missed_of_unpaid", "total") == 3 / 23
    assert made.get("cover_differential", "total") == pytest.approx(13 / 16 - 4 / 24)


def test_persons_and_groups_by_hand():
    made = cover(SIX, AREA, per="person")
    assert made.get("cover_wrong", "rural") == 16
    assert made.get("cover_missed_rate", "urban") == 6 / 16
    assert made.get("cover_wrong_rate", "total") == 16 / 34
    assert np.isnan(made.get("cover_wrong_of_other", "urban")) is np.False_
    assert made.values[:-1, :5].sum(axis=0) == pytest.approx(made.values[-1, :5])


def test_money_by_hand():
    made = cover_money(SIX)
    get = {n: made.get(f"cover_money_{n}", "total") for n in ("wrong", "over", "under", "missed")}
    assert get == {"wrong": 800, "over": 100, "under": 300, "missed": 1800}
    paid, due = made.get("cover_money_paid", "total"), made.get("cover_money_due", "total")
    assert paid - due == get["wrong"] + get["over"] - get["under"] - get["missed"]
    assert made.get("cover_money_missed_rate", "total") == 1800 / due
    rates = {n: made.get(f"cover_money_{n}_rate", "total") for n in ("wrong", "over", "under")}
    assert rates == {"wrong": 800 / paid, "over": 100 / paid, "under": 300 / due}
    flags = cover_money(make_aim(PAID, np.array(DUE) > 0, weight=WEIGHT))
    assert flags.get("cover_money_wrong", "total") == 800
    assert "cover_money_over" not in [entry.name for entry in flags.statistics]


def test_efficiency_by_hand():
    made = efficiency(SIX)
    # Gaps: 300, 2 × 200, 3 × 100, none, 2 × 350, none; closed: 300, 400, 100.
    paid, gap = 3000 + 500 + 200 + 800, 3000 + 400 + 600 + 2100
    closed = 3000 + 400 + 200
    assert made.get("vertical", "total") == 3700 / paid
    assert made.get("horizontal", "total") == 13 / 16
    assert made.get("vee", "total") == 3700 / paid
    assert made.get("spillover", "total") == pytest.approx(100 / 3700)
    assert made.get("pre", "total") == closed / paid
    assert made.get("gap_efficiency", "total") == closed / gap
    # Beckerman: PRE = VEE × (1 − spillover).
    assert closed / paid == pytest.approx(3700 / paid * (1 - 100 / 3700))


def test_incidence_by_hand():
    # Persons by income: 50 (6 persons), 100 (10), 200 (2), 300 (6), 900 (16), 1000 (20): 60.
    made = incidence(SIX, poorest=[0.1, 0.2, 1.0])
    assert made.get("incidence_share", "total", "10%") == 0
    assert made.get("incidence_share", "total", "20%") == pytest.approx(3000 * 6 / 10 / 4500)
    assert made.get("cgh", "total", "20%") == pytest.approx(3000 * 6 / 10 / 4500 / 0.2)
    assert made.get("cgh", "total", "100%") == pytest.approx(1)
    grouped_made = incidence(SIX, AREA, poorest=[0.5])
    assert grouped_made.dims == ("area", "poorest")
    assert ("urban", "50%") in grouped_made.rows


# --- slow oracles --------------------------------------------------------------------------
def share_by_hand(paid, income, persons, q):
    """Persons in rising order of income, one income at a time, in fractions."""
    wanted = Fraction(q) * sum(persons)
    got = total = Fraction(0)
    for level in sorted(set(income)):
        here = [k for k, each in enumerate(income) if each == level]
        heads, money = sum(persons[k] for k in here), sum(paid[k] for k in here)
        part = min(max(wanted / heads, Fraction(0)), Fraction(1)) if heads else Fraction(0)
        got, wanted, total = got + money * part, wanted - heads * part, total + money
    return got / total


def coefficient_by_hand(paid, income, persons):
    """Twice the area between the diagonal and the concentration curve, by trapezoids."""
    heads, money = Fraction(sum(persons)), Fraction(sum(paid))
    x = y = area = Fraction(0)
    for level in sorted(set(income)):
        here = [k for k, each in enumerate(income) if each == level]
        dx = sum(Fraction(persons[k]) for k in here) / heads
        dy = sum(Fraction(paid[k]) for k in here) / money
        area += dx * (y + dy / 2)
        x, y = x + dx, y + dy
    return 1 - 2 * area


HOMES = st.lists(
    st.tuples(
        st.integers(0, 3),  # paid, hundreds
        st.integers(0, 3),  # due
        st.integers(-2, 4),  # income
        st.integers(1, 4),  # members
        st.integers(0, 3),  # weight
    ),
    min_size=1,
    max_size=12,
)


def aim_of(homes):
    paid, due, income, members, weight = (
        np.array(part, float) for part in zip(*homes, strict=True)
    )
    return make_aim(
        paid * 100, due * 100, members=members, weight=weight, income_pc_m=income * 100, line_m=200
    )


@given(HOMES, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_incidence_and_concentration_against_fractions(homes, q):
    aim = aim_of(homes)
    paid = [Fraction(home[0] * home[4]) for home in homes]
    persons = [home[3] * home[4] for home in homes]
    income = [home[2] for home in homes]
    share = incidence(aim, poorest=[q]).get("incidence_share", "total", f"{100 * q:g}%")
    value = concentration(aim).get("concentration", "total")
    if not sum(paid) or not sum(persons):
        assert np.isnan(share)
        assert np.isnan(value)
        return
    assert share == pytest.approx(float(share_by_hand(paid, income, persons, q)), abs=1e-9)
    expected = coefficient_by_hand(paid, income, persons)
    assert value == pytest.approx(float(expected), abs=1e-9)


TABLES = (
    cover,
    lambda aim: cover(aim, per="person"),
    cover_money,
    incidence,
    concentration,
    efficiency,
)


@given(HOMES)
def test_a_weight_is_as_many_households(homes):
    """Weights 0 to 3 give what so many copies of weight 1 give; and order does not matter."""
    copies = [(*home[:4], 1) for home in homes for _ in range(home[4])]
    if not copies:
        return
    for table in TABLES:
        weighted, copied = table(aim_of(homes)), table(aim_of(copies))
        assert weighted.values[-1] == pytest.approx(copied.values[-1], nan_ok=True, abs=1e-9)
        turned = table(aim_of(homes[::-1]))
        assert np.array_equal(turned.values, weighted.values, equal_nan=True)


@given(HOMES)
def test_perfect_targeting_makes_no_error(homes):
    homes = [(home[1], *home[1:]) for home in homes]
    made, money = cover(aim_of(homes)), cover_money(aim_of(homes))
    for name in ("cover_wrong", "cover_missed"):
        assert made.get(name, "total") == 0
        assert made.get(f"{name}_rate", "total") in (0, pytest.approx(np.nan, nan_ok=True))
    assert made.get("cover_differential", "total") in (1, pytest.approx(np.nan, nan_ok=True))
    assert money.values[-1, 2:6].sum() == 0


@given(HOMES)
def test_identities_and_bounds(homes):
    aim = aim_of(homes)
    made = {e.name: v for e, v in zip(cover(aim).statistics, cover(aim).values[-1], strict=True)}
    assert made["cover_paid"] == made["cover_right"] + made["cover_wrong"]
    assert made["cover_entitled"] == made["cover_right"] + made["cover_missed"]
    beside = efficiency(aim)
    parts = {e.name: v for e, v in zip(beside.statistics, beside.values[-1], strict=True)}
    if not np.isnan(list(parts.values())).any():
        assert parts["pre"] == pytest.approx(parts["vee"] * (1 - parts["spillover"]))
        assert all(-1e-12 <= value <= 1 + 1e-12 for value in parts.values())
    value = concentration(aim).get("concentration", "total")
    assert np.isnan(value) or -1 <= value <= 1


def test_concentration_of_income_itself_is_the_gini():
    income = np.array([0.0, 100, 100, 350, 900])
    weight = np.array([3.0, 1, 2, 5, 1])
    aim = make_aim(income, income, weight=weight, income_pc_m=income)
    table = concentration(aim)
    expected = [float(part[0]) for part in gini(income, weight)]
    got = [float(part[0, 0]) for part in (table.values, table.low, table.high)]
    assert got == pytest.approx(expected)


# --- intervals -----------------------------------------------------------------------------
def test_intervals_cover_over_many_samples():
    """Samples of 400 from 20,000: 95 % intervals of what is new here cover nearly as often."""
    draw = np.random.default_rng(5)
    income = draw.lognormal(6, 0.6, 20_000)
    entitled = income < 350
    paid = np.where(draw.random(20_000) < np.where(entitled, 0.6, 0.1), 300 - income / 5, 0)
    paid = np.maximum(paid, 0)
    due = entitled * 200.0

    def measured(some):
        aim = make_aim(paid[some], due[some], income_pc_m=income[some], line_m=350)
        tables = (cover(aim), incidence(aim, poorest=[0.2]), concentration(aim), efficiency(aim))
        names = ("cover_differential", "incidence_share", "concentration", "pre")
        return [
            [float(part[-1, [e.name for e in table.statistics].index(name)]) for part in parts]
            for table, name in zip(tables, names, strict=True)
            for parts in [(table.values, table.low, table.high)]
        ]

    truth = [value for value, *_ in measured(np.arange(20_000))]
    hits = np.zeros(4)
    for _ in range(400):
        made = measured(draw.choice(20_000, 400, replace=False))
        hits += [low <= t <= high for t, (_, low, high) in zip(truth, made, strict=True)]
    assert (np.abs(hits / 400 - 0.95) < 0.04).all()


# --- edges and refusals --------------------------------------------------------------------
def test_nobody_entitled_and_nobody_paid():
    nobody = cover(make_aim([5.0, 0], [0.0, 0]))
    assert nobody.get("cover_wrong_rate", "total") == 1
    assert np.isnan(nobody.get("cover_missed_rate", "total"))
    assert np.isnan(nobody.get("cover_differential", "total"))
    unpaid = cover(make_aim([0.0, 0], [5.0, 0]))
    assert np.isnan(unpaid.get("cover_wrong_rate", "total"))
    assert unpaid.get("cover_missed_rate", "total") == 1
    assert "—" in str(unpaid)


def test_less_than_half_a_fen_is_nothing():
    made = cover(make_aim([0.004, 5.0], [0.0, 5.003]))
    assert (made.get("cover_paid", "total"), made.get("cover_wrong", "total")) == (1, 0)
    assert cover_money(make_aim([5.0], [5.003])).get("cover_money_under", "total") == 0


def test_recipients_only_cannot_tell_who_is_missed():
    aim = make_aim([5.0, 5], [5.0, 0], income_pc_m=[1.0, 2], line_m=3, knows_outside=False)
    made = cover(aim)
    names = [entry.name for entry in made.statistics]
    assert names == ["cover_paid", "cover_right", "cover_wrong", "cover_wrong_rate"]
    assert "漏保" in made.footnotes()[1]
    for table in (incidence, concentration, efficiency):
        with pytest.raises(JZError) as refused:
            table(aim)
        assert refused.value.codes == ("JZ-E098",)
        assert "低收入人口库" in str(refused.value)


def test_what_a_roster_can_say():
    people = people_from_tables({"household_id": [0]}, {"area": ["rural"]})
    sight = can_say(people)
    assert not any(sight.can(each) for each in MEASURES)
    with pytest.raises(JZError) as refused:
        sight.require("missed_cover")
    assert refused.value.codes == ("JZ-E098",)
    assert "未保家庭" in str(refused.value)
    assert "核查" in str(refused.value)
    verified = can_say(people, is_verified=True)
    assert verified.can("wrong_cover")
    assert not verified.can("missed_cover")
    assert can_say(people, is_verified=True, covers_outside=True).can("missed_cover")
    assert verified.lines()[0] == "能说：错保"
    with speaking("en"):
        assert "recipients only" in verified.lines()[1]


def test_wrong_arrays_are_refused_all_at_once():
    with pytest.raises(JZError) as refused:
        make_aim([1.0, -2], [1.0], weight=[1.0, np.nan], income_pc_m=[1.0, np.inf])
    assert refused.value.codes == ("JZ-E032", "JZ-E033", "JZ-E032", "JZ-E032")
    with pytest.raises(JZError):
        cover(SIX, per="family")
    with pytest.raises(JZError):
        incidence(SIX, poorest=[0.0])
    for table in (incidence, concentration, efficiency):
        with pytest.raises(JZError):
            table(make_aim([1.0], [1.0]))


def test_small_groups_are_hidden():
    made = cover(SIX, AREA, min_n=2)
    names = [entry.name for entry in made.statistics]
    row = made.values[made.rows.index(("rural",))]
    assert np.isnan(row[names.index("cover_wrong")])
    assert row[names.index("cover_paid")] == 7
    assert made.get("cover_wrong", "total") == 4


def test_a_synthetic_county_before_and_on_the_truth():
    people = jz.synthesize("all-programmes", households=1500, seed=1)
    policy = jz.load_policy("national")
    true = seen(people, "true").with_columns({"has_applied": np.ones(1500, bool)})
    paid, due = jz.simulate(people, policy), jz.simulate(true, policy)
    aim = aim_between(paid, due)
    made = cover(aim, grouped("township", people["township"]), per="person")
    assert made.has_intervals
    assert 0 < made.get("cover_wrong_rate", "total") < 1
    perfect = cover(aim_between(due, due))
    assert perfect.get("cover_wrong", "total") == perfect.get("cover_missed", "total") == 0
    assert efficiency(aim).get("gap_efficiency", "total") > 0


def test_every_head_and_note_has_its_words():
    for table in (
        cover(SIX),
        cover_money(SIX),
        incidence(SIX),
        concentration(SIX),
        efficiency(SIX),
    ):
        assert table.title
        assert all(entry.title for entry in table.statistics)
        assert all(note in texts() for note in table.notes)


def test_the_tolerance_itself_is_nothing_paid_and_nothing_due():
    made = make_aim([HALF_FEN, 0.005], [HALF_FEN, 0.005])
    assert made.paid.tolist() == made.entitled.tolist() == [False, True]


def test_what_is_refused_is_named_by_its_worst_value():
    for amounts, worst in (([np.nan, 1.0], "nan"), ([-2.5, 1.0], "-2.5")):
        with pytest.raises(JZError, match=worst):
            make_aim(amounts, [0.0, 0.0])


def test_a_difference_of_the_tolerance_is_none():
    made = cover_money(make_aim(TWICE, TWICE[::-1]))
    assert made.get("cover_money_over", "total") == made.get("cover_money_under", "total") == 0


TWICE = np.array([4, 5]) * HALF_FEN
"""They differ by the tolerance to the last bit."""
