"""Charts as SVG: well-formed, escaped, every number as given, marks where values are."""

import math
import re
from xml.etree import ElementTree

import pytest

from jiuzhu_sim.explorer.views import svg
from jiuzhu_sim.explorer.views.svg import Entry
from jiuzhu_sim.explorer.views.svg_lines import Axis, Band, Line, Mark, axis_text, lines, ticks
from jiuzhu_sim.explorer.views.svg_marks import lines_of, measure, nice, room_for
from jiuzhu_sim.language import set_language

NASTY = "A<b>&\"'</svg><script>alert(1)</script>"
PAIRS = [
    Entry("东河乡", (100.0, 150.0, 50.0), ("100", "150", "+50")),
    Entry(NASTY, (200.0, 120.0, -80.0), ("200", "120", "−80")),
    Entry("隐去", (math.nan,) * 3, ("*", "*", "*")),
]
ONES = [Entry(each.label, each.values[2:], each.shown[2:]) for each in PAIRS]
HEADS = ("现行", "方案", "差额")
CHARTS = {
    "bars": lambda **words: svg.bars(ONES, **words),
    "paired": lambda **words: svg.paired(PAIRS, heads=HEADS, **words),
    "paired_of_whole": lambda **words: svg.paired(PAIRS, heads=HEADS, of_whole=True, **words),
    "dots": lambda **words: svg.dots(PAIRS, heads=HEADS, **words),
    "stacked": lambda **words: svg.stacked(ONES, **words),
    "columns": lambda **words: svg.columns(ONES, axis="组", **words),
    "waterfall": lambda **words: svg.waterfall(ONES, **words),
}


def tree(made):
    return ElementTree.fromstring(made)


def named(root, name):
    return [each for each in root.iter() if each.tag.rpartition("}")[2] == name]


def written(made):
    """What a reader sees in the picture."""
    return [each.text for each in named(tree(made), "text")]


def sizes(made):
    return [float(each.get("font-size")) for each in named(tree(made), "text")]


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_one_element_with_a_text_alternative(kind):
    made = CHARTS[kind](title=f"支出 {NASTY}", desc="一句话 <说明>")
    root = tree(made)
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"支出 {NASTY}"
    assert [each.text for each in list(root)[:2]] == [f"支出 {NASTY}", "一句话 <说明>"]
    assert "script" not in {each.tag.rpartition("}")[2] for each in root.iter()}
    assert "style=" not in made
    assert "nan" not in made.lower().replace("nan_", "")


@pytest.mark.parametrize("kind", CHARTS)
def test_names_and_numbers_stand_as_given(kind):
    made = CHARTS[kind](title="支出", desc="")
    seen = written(made)
    expected = {shown for each in ONES for shown in each.shown}
    assert expected <= set(seen)
    assert any(words.startswith("A<b>") for words in seen)
    assert min(sizes(made)) >= 13


def test_no_numbers_but_those_given_are_written():
    for kind in ("bars", "paired", "dots", "stacked", "waterfall"):
        seen = written(CHARTS[kind](title="支出", desc=""))
        given = {shown for each in PAIRS for shown in each.shown}
        numbers = {words for words in seen if re.fullmatch(r"[+−\d.,%]+", words)}
        assert numbers <= given, kind


def test_bars_are_as_long_as_their_values_and_hang_to_the_left_below_zero():
    entries = [Entry("a", (30.0,), ("30",)), Entry("b", (-15.0,), ("−15",))]
    more, less = named(tree(svg.bars(entries, title="", desc="")), "rect")
    assert float(more.get("width")) == pytest.approx(2 * float(less.get("width")), abs=0.2)
    zero = float(more.get("x"))
    assert float(less.get("x")) + float(less.get("width")) == pytest.approx(zero, abs=0.2)
    assert (more.get("fill"), less.get("fill")) == ("#0072B2", "#D55E00")


def test_what_is_hidden_is_not_drawn():
    hidden = [Entry("a", (math.nan, math.nan, math.nan), ("*", "*", "*"))]
    made = svg.dots(hidden, title="", desc="", heads=HEADS)
    assert named(tree(made), "circle") == []
    assert written(made).count("*") == 2


def test_parts_of_a_whole_are_drawn_against_it():
    entries = [Entry("FGT0", (0.2, 0.1, 0.4), ("20%", "10%", "40%"))]
    rects = named(tree(svg.paired(entries, title="", desc="", heads=HEADS, of_whole=True)), "rect")
    whole, base, new = (float(each.get("width")) for each in rects[2:])
    assert (base / whole, new / whole) == (
        pytest.approx(0.5, abs=0.01),
        pytest.approx(0.25, abs=0.01),
    )


def test_a_stacked_bar_fills_its_width():
    entries = [Entry("a", (0.4,), ("40.00%",)), Entry("b", (0.6,), ("60.00%",))]
    rects = named(tree(svg.stacked(entries, title="", desc="")), "rect")
    wide = [float(each.get("width")) for each in rects[:2]]
    assert sum(wide) == pytest.approx(svg.WIDTH - 2)


def test_a_waterfall_goes_from_one_amount_to_the_other():
    steps = [
        Entry("现行", (100.0,), ("100",)),
        Entry("甲", (6.0,), ("+6",)),
        Entry("乙", (-2.0,), ("−2",)),
        Entry("方案", (104.0,), ("104",)),
    ]
    assert svg.starts_at(steps) > 0
    rects = named(tree(svg.waterfall(steps, title="", desc="")), "rect")
    ends = [(float(r.get("x")), float(r.get("x")) + float(r.get("width"))) for r in rects]
    base, up, down, new = ends
    assert up[0] == pytest.approx(base[1], abs=0.2)
    assert down[1] == pytest.approx(up[1], abs=0.2)
    assert new[1] == pytest.approx(down[0], abs=0.2)


def test_columns_leave_out_numbers_that_would_touch():
    short = [Entry(str(k), (float(k),), (f"{k}.00",)) for k in range(1, 11)]
    long = [Entry(str(k), (float(k),), (f"{k},000,000.00",)) for k in range(1, 11)]
    assert "5.00" in written(svg.columns(short, title="", desc=""))
    made = svg.columns(long, title="", desc="")
    assert "5,000,000.00" not in written(made)
    assert "5,000,000.00" in made  # in the tip


def test_nothing_at_all_still_gives_a_picture():
    for made in (
        svg.bars([], title="", desc=""),
        svg.columns([], title="", desc=""),
        svg.stacked([], title="", desc=""),
        svg.dots([], title="", desc="", heads=HEADS),
        svg.waterfall([], title="", desc=""),
        lines([], x=Axis("x"), y=Axis("y"), title="", desc=""),
    ):
        assert tree(made).get("role") == "img"


def test_scales_end_at_round_numbers():
    for reach in (0.0031, 1.0, 7.3, 53_518_176.0):
        assert reach <= nice(reach) <= 1.51 * reach
    assert nice(-1.0) == nice(math.nan) == 1.0


def test_a_column_of_numbers_seldom_moves():
    assert room_for(["9,998"]) == room_for(["9,999"])
    assert room_for(["9,999"]) < room_for(["99,999,999"])


def test_long_labels_are_folded_and_cut_only_after_the_third_line():
    assert lines_of("东河乡", 100) == ("东河乡",)
    folded = lines_of("经济技术开发区街道办事处", 110)
    assert "".join(folded) == "经济技术开发区街道办事处"
    assert all(measure(line) <= 130 for line in folded)
    cut = lines_of("很长的名称" * 20, 110)
    assert len(cut) == 3
    assert cut[-1].endswith("…")


# --- lines -----------------------------------------------------------------------------------
def drawn(series, **more):
    return lines(
        series, x=Axis("收入", "yuan"), y=Axis("补助", "yuan"), title="t", desc="d", **more
    )


def paths(made):
    return [each.get("d") for each in named(tree(made), "path") if each.get("fill") == "none"]


def test_a_step_goes_right_then_up_and_a_gap_interrupts():
    steps, gap = paths(
        drawn(
            [
                Line((0, 10, 20), (5.0, 5.0, 0.0), "甲", step=True),
                Line((0, 10, 20, 30), (1.0, math.nan, 3.0, 4.0), "乙"),
            ]
        )
    )
    assert re.fullmatch(r"M\S+ \S+(H\S+V\S+){2}", re.sub(r"(?<=\d)(?=[HV])", "", steps))
    assert gap.count("M") == 2


def test_bands_are_shaded_and_marks_say_what_they_are():
    made = drawn(
        [Line((0, 100), (0.0, 50.0), "")],
        bands=[Band(20, 40, "陡坡 <20>")],
        marks=[
            Mark(50, 25, "现在 25元"),
            Mark(60, math.nan, "没有"),
        ],
    )
    band = next(each for each in named(tree(made), "rect"))
    assert float(band.get("width")) > 50
    assert "现在 25元" in written(made)
    assert "没有" not in written(made)
    assert len(named(tree(made), "circle")) == 2  # one on the line, one in the key


def test_ticks_are_round_and_within():
    assert ticks(0, 1) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(5, 5) == [5]
    for low, high in ((-3.0, 7.0), (280.0, 1120.0), (0.0, 6.1e7)):
        found = ticks(low, high)
        assert 3 <= len(found) <= 7
        assert low <= found[0] <= found[-1] <= high


def test_large_money_on_an_axis_is_in_the_larger_unit_of_the_language():
    assert axis_text(20_000_000, "yuan/year", 8e7) == "2,000万"
    assert axis_text(0, "yuan/year", 8e7) == "0"
    assert axis_text(1200, "yuan/month", 2000) == "1,200"
    set_language("en")
    try:
        assert axis_text(20_000_000, "yuan/year", 8e7) == "20 million"
    finally:
        set_language("zh")
