from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import Statistic, Table, suppress
from jiuzhu_sim.measures.table import TOTAL


@pytest.fixture
def table():
    values = np.array([[4.0, 10.0], [30.0, 60.0], [50.0, 90.0], [84.0, 160.0]])
    return Table(
        name="caseload",
        dims=("township",),
        rows=(("甲<乡>",), ("乙乡",), ("丙乡",), (TOTAL,)),
        statistics=(
            Statistic("households", "households", additive=True),
            Statistic("cost_y", "yuan/year", additive=True),
        ),
        values=values,
        low=values * 0.9,
        high=values * 1.1,
        n=np.array([4, 30, 50, 84]),
        per="household",
        fields={"policy": "示例县"},
    )


def test_a_small_row_is_hidden_and_with_it_the_next(table):
    shown = suppress(table, min_n=5)
    assert shown.hidden[:, 0].tolist() == [True, True, False, False]
    assert np.isnan(shown.values[:2]).all()
    assert np.isnan(shown.low[:2]).all()
    assert shown.n.tolist() == [0, 0, 50, 84]
    assert "note.suppressed" in shown.notes
    text = shown._repr_html_() + shown.frame().to_string()
    for number in ("4.0", "30", "60", "10.0"):
        assert f">{number}<" not in text


def test_two_small_rows_protect_each_other(table):
    hidden = suppress(table, min_n=31).hidden
    assert hidden[:, 0].tolist() == [True, True, False, False]


def test_no_margin_gives_a_hidden_cell_away():
    rows = [(area, kind) for area in ("urban", "rural") for kind in "ABC"]
    n = np.array([8, 4, 0, 19, 30, 40, 101])
    values = n[:, None].astype(float)
    made = Table(
        name="caseload",
        dims=("area", "category_hh"),
        rows=(*rows, (TOTAL, TOTAL)),
        statistics=(Statistic("households", "households", additive=True),),
        values=values,
        low=values,
        high=values,
        n=n,
        per="household",
    )
    hidden = {row for row, cell in zip(made.rows, suppress(made).hidden[:, 0], strict=True) if cell}
    assert ("urban", "B") in hidden
    for place in (0, 1):
        for key in ("urban", "rural", "A", "B", "C"):
            inside = [row for row in rows if row[place] == key]
            if inside:
                assert sum(row in hidden for row in inside) != 1, key
    assert ("urban", "C") not in hidden, "nobody stands behind it"


def test_nothing_small_nothing_hidden(table):
    assert suppress(table, min_n=3) is table


def test_html_escapes_names_and_says_what_is_counted(table):
    page = table._repr_html_()
    assert "甲&lt;乡&gt;" in page
    assert "按户统计" in page
    assert 'class="total"' in page


def test_a_month_at_the_head_of_a_row_stays_on_one_line(table):
    months = replace(table, rows=(("2025-01",), ("东河乡镇便民服务中心",), *table.rows[2:]))
    page = months._repr_html_()
    assert '<th scope="row" class="short">2025-01</th>' in page
    assert '<th scope="row">东河乡镇便民服务中心</th>' in page


def test_labels_follow_the_language(table):
    assert table.headers()[1] == "户数（户）"
    set_language("en")
    try:
        assert table.headers()[1] == "Households (households)"
        assert table.labels((TOTAL,)) == ("Total",)
    finally:
        set_language("zh")


def test_what_is_shown_is_what_is_held(table):
    assert table.show("cost_y", TOTAL) == "160"
    with pytest.raises(KeyError):
        table.get("cost_y", "丁乡")


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("share", 0.12345, "12.35%"),
        ("yuan/month", 1234.5, "1,234.50"),
        ("persons", 1234.6, "1,235"),
        ("", 2187.0, "2,187"),
        ("", 240.2, "240.20"),
        ("index", -0.00001, "0.0000"),
        ("share", float("nan"), "—"),
    ],
)
def test_numbers_are_shown_by_their_unit(unit, value, shown):
    assert Statistic("share", unit).show(value) == shown


def test_a_table_without_rows_has_no_observations():
    none = np.empty((0, 1))
    table = Table(
        "t", ("area",), (), (Statistic("persons", "persons"),), none, none, none, N0, "person"
    )
    assert table.observations == 0
    assert Table(**vars(table) | {"disjoint": False}).observations == 0


N0 = np.empty(0, np.int64)
