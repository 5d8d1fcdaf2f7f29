from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from jiuzhu_sim.language import speaking
from jiuzhu_sim.measures import deciles, poverty, tally
from jiuzhu_sim.measures.by_income import DECILES, POVERTY
from jiuzhu_sim.measures.welfare import MOMENTS
from tests.measures.small import FOUR, changed, results

BENEFIT = [0.0, 700.0, 250.0, 0.0]


def parts():
    """The four households, first two and last two."""
    halves = [{name: values[some] for name, values in FOUR.items()} for some in HALVES]
    return [results(**half) for half in halves]


HALVES = (slice(0, 2), slice(2, 4))


def merged(measure, new=None):
    """The tables of the parts, added up from the last to the first."""
    made = [
        measure.partial(part, changed(part, new[some]) if new else None)
        for part, some in zip(parts(), HALVES, strict=True)
    ]
    return measure.finish(made[1] + made[0])


def test_poverty_of_parts_is_that_of_all():
    found, levels = merged(POVERTY)
    whole = poverty(results(**FOUR), weight="weight")
    assert found.name == "poverty"
    for side in ("values", "low", "high"):
        ours, theirs = (getattr(table, side) for table in (found, whole))
        np.testing.assert_array_equal(ours[:, :3], theirs[:, :3])
        np.testing.assert_allclose(ours[:, 3], theirs[:, 3], atol=1e-4)
    assert found.n.tolist() == whole.n.tolist() == [4, 4]
    assert levels.name == "incomes"
    assert [levels.get("income_before_m", name) for name in ("p25", "p50")] == [460, 1000]
    assert levels.get("income_before_m", "mean") == pytest.approx(
        np.average(FOUR["income_pc"], weights=[10, 40, 90, 160])
    )


def test_the_new_law_is_judged_by_the_line_of_the_old():
    base = results(**FOUR)
    columns = {**base.computed, "dibao_standard_m_hh": np.full(4, 1001.0)}
    higher = replace(base, computed=MappingProxyType(columns))
    _, _, found, levels = POVERTY.finish(POVERTY.partial(base, higher))
    whole = poverty(higher, weight="weight", line=base)
    np.testing.assert_array_equal(found.values[:, :3], whole.values[:, :3])
    assert found.title == whole.title
    assert levels.name == "incomes"


def test_deciles_of_parts_are_those_of_all():
    (found,) = merged(DECILES, new=BENEFIT)
    base = results(**FOUR)
    whole = deciles(base, changed(base, BENEFIT), weight="weight", per="person")
    np.testing.assert_array_equal(found.values, whole.values)
    np.testing.assert_array_equal(found.low, whole.low)
    assert (found.n == whole.n).all()


def test_tables_say_what_the_bins_cost():
    with speaking("zh"):
        notes = [
            merged(POVERTY)[0].footnotes()[-1],
            merged(DECILES, new=BENEFIT)[0].footnotes()[-1],
        ]
    assert notes[0].startswith("基尼系数按1元一档汇总")
    assert "不超过0%" in notes[1], "each stands at the lower edge of a bin"


def test_a_complete_count_has_no_intervals():
    sample, count = (results(**FOUR | {"weight": [weight] * 4}) for weight in (2.0, 1.0))
    assert np.isfinite(POVERTY.finish(POVERTY.partial(sample))[0].low).all()
    state = POVERTY.partial(count) + POVERTY.partial(count)
    assert state.complete
    for table in POVERTY.finish(state):
        assert np.isnan(table.low).all()
    assert not (POVERTY.partial(count) + POVERTY.partial(sample)).complete


def test_calibrated_people_and_a_missing_policy_are_refused():
    part = parts()[0]
    people = replace(part.people, auxiliaries={"x": np.ones(2)})
    with pytest.raises(ValueError, match="calibrated"):
        POVERTY.partial(replace(part, people=people))
    with pytest.raises(ValueError, match="two policies"):
        DECILES.partial(part)


def test_only_incomes_before_are_shared_with_the_old_law_and_only_where_they_are_its():
    base = results(**FOUR)
    paid = changed(base, [100.0, 0, 0, 300.0])
    columns = {**base.computed, "counted_income_pc_m_hh": np.array([5.0, 6, 7, 8])}
    counted = replace(base, computed=MappingProxyType(columns))
    for new in (paid, counted):
        *_, levels = POVERTY.finish(POVERTY.partial(base, new))
        *_, alone = POVERTY.finish(POVERTY.partial(new))
        np.testing.assert_array_equal(levels.values, alone.values)


def test_deciles_ask_for_all_that_they_read():
    base = results(**FOUR)
    columns = {name: base.computed[name] for name in DECILES.needed}
    some = replace(base, computed=MappingProxyType(columns))
    (found,) = DECILES.finish(DECILES.partial(some, some))
    assert np.nansum(found.values[:, 1]) == 0


def test_quantiles_are_not_of_different_households():
    assert not merged(POVERTY)[1].disjoint


def test_what_the_table_asks_of_the_sums_is_what_is_kept(monkeypatch):
    """Asked anew: another test may have asked before."""
    monkeypatch.setattr(tally, "_asked", {})
    kept = set(POVERTY.partial(results(**FOUR))["base"]["sums"].made)
    poor = {(f"{name}_{moment}",) for name in ("poor", "gap", "square") for moment in MOMENTS}
    assert poor | {("members",)} <= kept
    assert POVERTY.finish(POVERTY.partial(results(**FOUR)))[0].get("fgt0", "before") > 0
