from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import Statistic, Table, suppress
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, rounded, row_label


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


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        *((unit, "1,235") for unit in ("households", "persons", "yuan/year", "yuan")),
        *((unit, "1,234.57") for unit in ("10k yuan", "10k yuan/year", "yuan/month")),
        ("ratio", "1,234.568"),
        ("index", "1,234.5679"),
        ("share", "123,456.79%"),
    ],
)
def test_decimals_of_every_unit(unit, shown):
    assert Statistic("share", unit).show(1234.56789) == shown


def test_no_number_is_too_large_to_show():
    assert rounded(1e300, 2) == f"{10**300:,}.00"


def test_observations_are_those_of_the_total_or_of_the_first_row_where_rows_overlap(table):
    assert table.observations == 84
    rows = replace(table.only([0, 1, 2]), disjoint=False)
    assert rows.observations == 4
    assert table.only([0, 1, 2]).observations == 84
    assert "84" in table.caption


@pytest.fixture
def mixed(table):
    """A sum with intervals beside a share that is known."""
    heads = (Statistic("persons", "persons"), Statistic("share", "share"))
    sides = {name: getattr(table, name).copy() for name in ("values", "low", "high")}
    for each in sides.values():
        each[:, 1] = [0.1, 0.2, 0.7, 1]
    return replace(table, statistics=heads, **sides, notes=(INTERVAL_NOTE,))


def test_a_value_is_shown_in_its_own_unit(mixed):
    assert mixed.show("share", "乙乡") == "20.00%"
    assert mixed.show("persons", "乙乡") == "30"


def test_some_rows_keep_all_that_belongs_to_them(mixed):
    some = replace(mixed, hidden=np.array([[False, True]] * 3 + [[True, True]])).only([2, 0])
    assert some.rows == (("丙乡",), ("甲<乡>",))
    assert some.values[:, 0].tolist() == [50, 4]
    assert some.low[:, 0].tolist() == [45, 3.6]
    assert some.high[:, 0].tolist() == pytest.approx([55, 4.4])
    assert some.hidden.tolist() == [[False, True]] * 2


def test_a_complete_count_has_no_intervals_and_no_note_on_them(mixed):
    whole = mixed.of_all()
    assert np.isnan(whole.low).all()
    assert np.isnan(whole.high).all()
    assert not whole.has_intervals
    assert (whole.notes, whole.footnotes()) == ((), ())
    assert len(mixed.footnotes()) == 1
    assert replace(whole, notes=(INTERVAL_NOTE,)).footnotes() == ()


def test_rounding_is_no_uncertainty(mixed):
    assert mixed.is_uncertain(1, 0)
    assert not mixed.is_uncertain(1, 1)
    narrow = replace(mixed, high=mixed.low * (1 + 1e-12))
    assert not narrow.has_intervals


def test_a_frame_has_values_and_bounds_of_what_is_uncertain(mixed):
    frame = mixed.frame()
    assert list(frame.columns[2:4]) == [f"{frame.columns[1]} 下限", f"{frame.columns[1]} 上限"]
    assert frame.columns.size == 1 + 3 + 1 + 1
    assert frame.iloc[:, 1].tolist() == [4, 30, 50, 84]
    assert frame.iloc[:, 4].tolist() == [0.1, 0.2, 0.7, 1]
    sure = mixed.low.copy()
    sure[1:] = mixed.high[1:] = mixed.values[1:]  # of the first row alone is anything uncertain
    assert replace(mixed, low=sure).frame().columns.size == 6


def test_plain_text_has_intervals_stars_and_the_rest(mixed):
    lines = str(replace(mixed, hidden=np.eye(4, 2, dtype=bool))).splitlines()
    assert lines[2] == "甲<乡> | * | 10.00%"
    assert lines[3] == "乙乡 | 30 [27, 33] | *"
    assert lines[4] == "丙乡 | 50 [45, 55] | 70.00%"


def test_one_row_is_the_total_and_colours_are_of_values_there_are(mixed):
    page = mixed._repr_html_()
    assert page.count('<tr class="total">') == 1
    assert page.count("<tr>") == 4  # the head, and three townships
    light = replace(mixed, statistics=(mixed.statistics[0], Statistic("colour", "colour")))
    values = np.column_stack([mixed.values[:, 0], [0, 1, np.nan, 0]])
    page = replace(light, values=values, low=values, high=values)._repr_html_()
    assert [page.count(f'<td class="colour-{k}">') for k in (0, 1)] == [2, 1]
    assert page.count("<td>—</td>") == 1


def test_keys_of_a_row_that_no_column_knows():
    assert row_label("no_such_dimension", "甲乡") == "甲乡"
    assert row_label("moment", "before") != "before"
