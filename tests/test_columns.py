"""The data dictionary: every column whole, every header unambiguous."""

import numpy as np
import pytest

from jiuzhu_sim.columns import LEVELS, VIEWS, code_labels, codes, column, columns, find_column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language, texts

ENTRIES = columns().values()
FLOWS = {"yuan/month": "_m", "yuan/person-month": "_m", "yuan/year": "_y", "yuan/person-year": "_y"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_is_whole(entry):
    assert entry.level in LEVELS
    assert entry.kind in ("input", "result")
    assert set(entry.label) == {"zh", "en"}
    assert all(entry.label.values())
    assert np.dtype(entry.storage)
    assert (entry.dtype == "code") == bool(entry.codes)
    assert all(set(label) == {"zh", "en"} for label in (entry.codes or {}).values())
    if entry.low is not None:
        assert entry.low < entry.high


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_names_tell_unit_and_kind(entry):
    stem = entry.name.removesuffix("_hh")
    if entry.unit in FLOWS:
        assert stem.endswith(FLOWS[entry.unit])
    if entry.kind == "result":
        assert entry.name.endswith("_hh") == (entry.level == "household")
    if entry.name.startswith(("is_", "has_")):
        assert entry.dtype == "bool"
    if entry.name.startswith("n_"):
        assert entry.unit in ("count", "persons", "households")
    if entry.unit == "share":
        assert (entry.low, entry.high) == (0, 1)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_the_same_columns_in_their_own_kind(view):
    shown = {entry.view_of: entry for entry in ENTRIES if entry.view == view}
    assert len(shown) == 12
    for name, entry in shown.items():
        base = column(name)
        assert (entry.level, entry.dtype, entry.unit) == (base.level, base.dtype, base.unit)
        assert (entry.low, entry.high, entry.optional) == (base.low, base.high, True)


def test_every_unit_has_a_name():
    assert {e.unit for e in ENTRIES if e.unit and f"unit.{e.unit}" not in texts()} == set()


def test_no_header_means_two_columns():
    seen = {}
    for entry in ENTRIES:
        for spelled in {entry.name, *entry.label.values(), *entry.aliases}:
            seen.setdefault(spelled.strip().lower(), set()).add(entry.name)
    assert {spelled: names for spelled, names in seen.items() if len(names) > 1} == {}


def test_headers_are_found_however_written():
    for spelled in ("wage_m", " Wage_M ", "月工资", "月工资性收入", "Wage a month"):
        assert find_column(spelled) == "wage_m"
    assert find_column("鞋码") is None
    assert find_column(7) is None


def test_codes_and_their_labels_stand_in_the_same_order():
    kinds = codes("layer_hh")
    assert code_labels("layer_hh")[kinds.edge] == "低保边缘"
    set_language("en")
    try:
        assert code_labels("layer_hh")[kinds.edge] == "Edge"
        assert column("layer_hh").title == "Layer"
    finally:
        set_language("zh")


def test_an_unknown_column_is_told_with_the_nearest():
    with pytest.raises(JZError) as caught:
        column("wages_m")
    assert caught.value.codes == ("JZ-E010",)
    assert caught.value.problems[0].values["nearest"] == "wage_m"
