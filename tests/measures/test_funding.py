"""Who pays: four shares that make one, and a cost that is split without a fen left over."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures import Statistic, Table
from jiuzhu_sim.measures.disclosure import suppress
from jiuzhu_sim.measures.funding import LEVELS, NOTHING, SHARES, shares_of, who_pays
from jiuzhu_sim.policy import load_policy

POLICY = load_policy("example-county")
FEN = 0.01
AREAS = ("urban", "rural", "total")


def change(old, new, n=(50, 60, 110)):
    """A table of baseline, reform and difference, typed by hand: households and cost."""
    values = np.column_stack([n, n, np.zeros(3), old, new, np.subtract(new, old)]).astype(float)
    names = [f"{name}.{moment}" for name in ("persons", "cost_y") for moment in MOMENTS]
    units = ["persons"] * 3 + ["yuan/year"] * 3
    return Table(
        "change",
        ("area",),
        tuple((area,) for area in AREAS),
        tuple(Statistic(name, unit, True) for name, unit in zip(names, units, strict=True)),
        values,
        values * np.nan,
        values * np.nan,
        np.array(n),
        "household",
        fields={"base": "甲", "new": "乙"},
    )


MOMENTS = ("base", "new", "change")
HUNDREDTHS = st.integers(0, 100)


def test_shares_by_hand():
    law = POLICY.change({"funding.central_share": 0.5, "funding.city_share": 0.2})
    assert shares_of(law) == {"central": 0.5, "province": 0.15, "city": 0.2, "county": 0.15}


def test_a_cost_by_hand():
    table = who_pays(change([100, 300, 400], [150, 300, 450]), POLICY, POLICY)
    assert table.get("cost_y.base", "urban", "central") == pytest.approx(68)
    assert table.get("cost_y.new", "urban", "county") == pytest.approx(18)
    assert table.get("cost_y.change", "total", "province") == pytest.approx(7.5)
    assert table.get("cost_y.change", "rural", "total") == 0
    assert table.get("share.new", "total", "city") == 0.05


@given(st.lists(HUNDREDTHS, min_size=3, max_size=3), st.lists(st.integers(0, 10**13), max_size=6))
def test_the_four_make_the_whole(parts, fen):
    if sum(parts) > 100:
        parts = [part * 100 // sum(parts) for part in parts]
    law = POLICY.change({path: p / 100 for path, p in zip(SHARES.values(), parts, strict=True)})
    assert sum(shares_of(law).values()) == pytest.approx(1, abs=1e-12)
    old, new = np.resize(fen or [0], 3) / 100, np.resize(fen[::-1] or [0], 3) / 100
    table = who_pays(change(old, new), POLICY, law)
    for row in AREAS:
        for moment in MOMENTS:
            levels = [table.get(f"cost_y.{moment}", row, level) for level in LEVELS]
            whole = table.get(f"cost_y.{moment}", row, "total")
            assert sum(levels) == pytest.approx(whole, abs=FEN / 2)


@pytest.mark.parametrize("path", SHARES.values())
def test_each_share_matters_and_is_illustrative_until_given(path):
    table = change([100, 300, 400], [150, 300, 450])
    before = who_pays(table, POLICY, POLICY)
    moved = POLICY.change({path: POLICY[path] / 2})
    after = who_pays(table, POLICY, moved)
    level = next(level for level, each in SHARES.items() if each == path)
    assert after.get("cost_y.new", "total", level) == before.get("cost_y.new", "total", level) / 2
    assert after.get("cost_y.base", "total", level) == before.get("cost_y.base", "total", level)
    assert after.get("cost_y.new", "total", "county") > before.get("cost_y.new", "total", "county")
    assert declarations()[path].illustrative
    assert "note.shares_illustrative" in after.notes


def test_shares_that_were_given_are_not_illustrative():
    own = POLICY.change(dict.fromkeys(SHARES.values(), 0.2))
    table = change([100, 300, 400], [150, 300, 450])
    assert "note.shares_illustrative" not in who_pays(table, own, own).notes
    assert "note.shares_illustrative" in who_pays(table, POLICY, own).notes


def test_more_than_everything_is_refused():
    law = POLICY.change({"funding.central_share": 0.8, "funding.province_share": 0.151})
    with pytest.raises(JZError) as caught:
        shares_of(law)
    assert caught.value.codes == ("JZ-E063",)
    exact = POLICY.change({"funding.central_share": 0.7, "funding.province_share": 0.25})
    assert shares_of(exact)["county"] == 0


def test_what_is_hidden_stays_hidden():
    shown = suppress(change([100, 300, 400], [150, 300, 450], n=(3, 60, 63)))
    table = who_pays(shown, POLICY, POLICY)
    assert np.isnan(table.get("cost_y.new", "urban", "central"))
    assert np.isnan(table.get("cost_y.new", "rural", "total"))  # it would tell the urban one
    assert table.hidden is not None
    assert table.hidden.tolist() == np.isnan(table.values).tolist()
    assert "note.suppressed" in table.notes


def test_all_shares_of_a_total_are_everything():
    table = who_pays(change([100, 300, 400], [150, 300, 450]), POLICY, POLICY)
    for area in AREAS:
        assert table.get("share.base", area, "total") == table.get("share.new", area, "total") == 1


def test_a_billionth_too_much_is_everything():
    law = POLICY.change({"funding.central_share": 1.0, "funding.province_share": NOTHING})
    law = law.change({"funding.city_share": 0.0})
    assert sum(float(law[path]) for path in SHARES.values()) == 1 + NOTHING
    assert shares_of(law)["county"] == 0
