"""How grids fit on paper: numbers stay on one line, wide tables lie sideways, then in pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.report.document.fit import PADDING, ems, fit, is_whole
from jiuzhu_sim.report.document.grids import listing_grid
from jiuzhu_sim.report.document.numbering import chinese, prefix
from jiuzhu_sim.report.document.pages import stretches
from jiuzhu_sim.report.document.pieces import Box, Grid, Heading, Line, Paragraph
from jiuzhu_sim.report.document.style import Style, load_style, style_names
from jiuzhu_sim.report.document.words import clean, written_date
from jiuzhu_sim.report.section import Listing


def grid(columns, digits=9):
    box = Box("9" * digits)
    return Grid(
        "表1",
        "题",
        "",
        "",
        ("乡镇", *(f"第{k}列" for k in range(columns))),
        (True, *[False] * columns),
        (Line((Box("东河乡"), *[box] * columns)),),
    )


@settings(max_examples=60, deadline=None)
@given(columns=st.integers(1, 40), digits=st.integers(1, 18), style=st.sampled_from(style_names()))
def test_every_number_stays_on_one_line_and_every_column_is_shown(columns, digits, style):
    look, made = load_style(style), grid(columns, digits)
    layout = fit(made, look)
    assert sorted({k for part in layout.parts for k in part}) == list(range(columns + 1))
    room = look.text_width(layout.is_wide)
    for part, widths in zip(layout.parts, layout.widths, strict=True):
        assert part[0] == 0  # each piece names its rows
        assert sum(widths) == pytest.approx(room)
        for column, width in zip(part, widths, strict=True):
            shown = made.lines[0].boxes[column].text
            assert ems(shown) * layout.size + PADDING <= width


def test_a_small_table_stands_upright_in_large_letters_a_wide_one_does_not():
    look = load_style("official")
    small, middle, large = (fit(grid(k), look) for k in (3, 8, 15))
    assert (small.is_wide, small.size, len(small.parts)) == (False, 10.5, 1)
    assert (middle.is_wide, len(middle.parts)) == (True, 1)
    assert (large.is_wide, len(large.parts)) == (True, 2)


def test_long_texts_get_the_room_that_short_ones_leave():
    made = listing_grid(Listing("题", ("项", "说明"), (("户", "共同生活" * 40),)), 1)
    layout = fit(made, load_style("official"))
    short, long = layout.widths[0]
    assert long > 3 * short


def test_headings_go_with_the_wide_table_below_them():
    look: Style = load_style("official")
    head = Heading(1, "一、", "宽", "_Toc1")
    found = stretches([Paragraph(("前",)), head, grid(10), Paragraph(("后",))], look)
    assert [(each.is_wide, len(each.pieces)) for each in found] == [
        (False, 1),
        (True, 2),
        (False, 1),
    ]


def test_numbers_in_chinese():
    assert [chinese(n) for n in (1, 10, 11, 21, 99)] == ["一", "十", "十一", "二十一", "九十九"]
    assert prefix((11,), "chinese") == "十一、"
    assert prefix((1, 2, 3), "decimal") == "1.2.3 "


@given(st.text())
def test_clean_words_are_fit_for_xml(words):
    from xml.etree import ElementTree

    made = clean(words)
    ElementTree.fromstring(f"<a>{made.replace('&', '').replace('<', '')}</a>")
    assert clean(made) == made


def test_dates_as_officials_write_them():
    assert written_date("2026-03-05") == "2026年3月5日"
    assert written_date("二〇二六年\x00三月") == "二〇二六年三月"


def test_only_a_low_table_is_kept_on_one_page():
    look = load_style("official")
    low, tall = (
        listing_grid(Listing("题", ("项", "数"), (("户", "1"),) * rows), 1) for rows in (8, 20)
    )
    wrapped = listing_grid(Listing("题", ("项", "数"), (("共同生活" * 60, "1"),) * 8), 1)
    assert is_whole(low, fit(low, look))
    assert not is_whole(tall, fit(tall, look))
    assert not is_whole(wrapped, fit(wrapped, look))
