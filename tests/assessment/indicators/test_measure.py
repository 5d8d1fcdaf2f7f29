"""The whole: a synthetic county, its truth, its samples, in any order of rows; own lists."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.assessment.indicators import (
    PRECISIONS,
    evidence_of,
    indicators,
    measure,
    of_precision,
    read_checked,
    synthetic_evidence,
    synthetic_returns,
)
from jiuzhu_sim.assessment.indicators.checked import on_roll, truth_of
from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.procedure.procedure import procedures
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, speaking
from jiuzhu_sim.population.people import is_person, lay_out

POLICY = jz.load_policy("s1-county-2020")


@pytest.fixture(scope="module")
def people():
    return people_on_roll("", POLICY, 3000, 1)


@pytest.fixture(scope="module")
def evidence(people):
    return synthetic_evidence(people, POLICY, year=2025)


@pytest.fixture(scope="module")
def census(evidence):
    return measure(evidence, "census")


def test_every_precision_is_measured_on_synthetic_data(census):
    assert census.is_synthetic
    for precision in PRECISIONS:
        assert [key for key in of_precision(precision) if key not in census.missing]
    assert set(census.keys) == set(indicators())


def test_shares_are_shares_and_a_census_of_files_has_no_interval(census):
    of_files = [k for k, each in enumerate(census.indicators) if "returns" not in each.needs]
    shares = [k for k in of_files if census.indicators[k].is_share]
    held = census.value[:, shares]
    assert ((held >= 0) & (held <= 1) | np.isnan(held)).all()
    assert np.isnan(census.low[:, of_files]).all()
    assert (census.hits <= census.n)[~np.isnan(census.n)].all()
    assert (census.n <= census.population)[~np.isnan(census.n)].all()


def test_right_cover_is_that_of_the_truth(people, census):
    checked, due_m = truth_of(people, POLICY)
    place = people["township"] == census.units[0]
    entitled, covered = due_m > 0.005, people.numbers("was_dibao")
    weight = people.numbers("weight")
    for key, of, is_met in (
        ("cover_accuracy", covered & place, entitled),
        ("cover_reach", entitled & place, covered),
    ):
        hits, n = (np.rint(weight[of & some].sum()) for some in (is_met, place))
        k = census.place(key)
        assert (census.hits[0, k], census.n[0, k]) == (hits, n)
    assert census.size[0] == weight[covered & place].sum()
    over = checked.over_m[checked.township == census.units[0]]
    money = 12 * float(weight[covered & place] @ over)
    assert census.column("overpaid_money")[0] == pytest.approx(money)


def test_a_sample_estimates_the_census(evidence, census):
    made = measure(evidence, "sample", files=20, seed=1)
    for key in ("cover_accuracy", "cover_reach", "payment_on_time", "overpaid_money"):
        k = made.place(key)
        inside = (made.low[:, k] <= census.value[:, k]) & (census.value[:, k] <= made.high[:, k])
        known = ~np.isnan(made.low[:, k])
        # Of eight 95 % intervals one may well miss, three hardly.
        assert known.any()
        assert (inside | ~known).sum() >= 6
    for key in ("books_consistent", "registered_poor_covered", "disability_aid_reached"):
        np.testing.assert_array_equal(made.column(key), census.column(key))


@pytest.mark.parametrize("design", ["census", "sample"])
def test_any_order_of_households_gives_the_same(people, evidence, design):
    turned = np.random.default_rng(1).permutation(people.households)
    first, sizes = np.cumsum(people.sizes) - people.sizes, people.sizes
    rows = [first[h] + k for h in turned for k in range(sizes[h])]
    persons = {n: people.numbers(n)[rows] for n in people.laid_out if is_person(n)}
    homes = {n: people.numbers(n)[turned] for n in people.laid_out if not is_person(n)}
    mixed = lay_out(persons, homes, sizes[turned], people.names, people.about)
    parts = {"log": evidence.log, "procedure": evidence.procedure, "returns": evidence.returns}
    made, again = (
        measure(evidence_of(people=each, results=jz.simulate(each, POLICY), **parts), design)
        for each in (people, mixed)
    )
    for name in ("value", "hits", "n", "population", "size"):
        np.testing.assert_allclose(getattr(made, name), getattr(again, name))


@pytest.mark.parametrize("name", procedures())
def test_every_procedure_measures_what_it_rules_and_says_what_it_does_not(people, name):
    made = measure(synthetic_evidence(people, POLICY, name, year=2025))
    for precision in PRECISIONS:
        assert [key for key in of_precision(precision) if key not in made.missing]
    is_none = np.isnan(made.value).all(axis=0)
    assert {key for key, none in zip(made.keys, is_none, strict=True) if none} == set(made.missing)
    assert all(why.endswith("。") for why in made.missing.values())


def test_lists_of_people_without_a_roll_are_refused(tmp_path):
    people = jz.synthesize("example-county", households=50, seed=1)
    with pytest.raises(JZError, match="花名册") as error:
        read_checked(tmp_path / "list.csv", people)
    assert error.value.codes == ("JZ-E098",)


def test_lists_handed_back_are_a_sample_of_the_roll(people, tmp_path):
    at = on_roll(people)
    ids, town = people.ids[at], people["township"][at]
    first = str(town[0])
    mine = np.flatnonzero(town == first)[:10]
    rows = ["编号,核查认定：是否符合条件,核定金额（元/月）"]
    rows += [f"{ids[k]},{'否' if k == mine[0] else '是'},{'' if k == mine[0] else 1}" for k in mine]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    checked = read_checked(str(path), people)
    made = measure(evidence_of(people=people, verification=checked))
    k, unit = made.place("cover_accuracy"), made.units.index(first)
    of = people.numbers("weight")[at][town == first].sum()
    assert (made.hits[unit, k], made.n[unit, k], made.population[unit, k]) == (9, 10, of)
    assert made.low[unit, k] < 0.9 < made.high[unit, k]
    assert np.isnan(np.delete(made.value[:, k], unit)).all()
    assert made.column("amount_accuracy")[unit] == 0
    assert made.column("overpaid_money")[unit] > 0
    assert "cover_reach" in made.missing


def test_returns_stand_in_only_where_nothing_else_tells():
    events = [{"kind": "decide", "at": "2025-03-03", "outcome": "passed"},
              {"kind": "pay", "at": "2025-03-04", "amount": 300}]  # fmt: skip
    log = log_of([{"township": "甲镇", "programme": "dibao", "events": events}], at="2025-12-31")
    returns = synthetic_returns(["甲镇"], 1)
    told = {**returns.value, "paid_after_decision": np.array([0.5])}
    blank = {"paid_after_decision": np.array([np.nan])}
    more = {name: {**getattr(returns, name), **blank} for name in ("hits", "n", "population")}
    own = type(returns)(returns.units, told, **more, is_synthetic=True)
    made = measure(evidence_of(log=log, procedure="national", returns=own), "census")
    assert made.column("paid_after_decision").tolist() == [1.0]
    assert any("先批后发率" in note for note in made.notes)


def test_a_table_tells_what_is_missing_in_both_languages(census):
    for language in LANGUAGES:
        with speaking(language):
            for precision in PRECISIONS:
                table = census.table(precision)
                assert table.rows == tuple((unit,) for unit in census.units)
                assert len(table.headers()) == 1 + len(table.statistics)
            # The sentences were made when it was measured.
            assert any("没有规定这一项" in note for note in census.table("S1.1").footnotes())
            frame = census.definitions()
            assert len(frame) == len(indicators())
            assert (frame.iloc[:, :10] != "").all(axis=None)
