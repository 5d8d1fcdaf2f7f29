import io
import re
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import suppress
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.figure import DPI, new_figure, style, tick, to_png
from tests.report import small_tables as small

DRAWN = {
    "ranked": lambda: charts.ranked(small.townships(), "mean_benefit_m"),
    "ranked_cost": lambda: charts.ranked(small.townships(), "cost_y"),
    "stacked": lambda: charts.stacked(small.crossed(), "persons"),
    "compared": lambda: charts.compared(small.reconciled()),
    "short": lambda: charts.need_against_appropriation(small.gap(36_000_000)),
    "enough": lambda: charts.need_against_appropriation(small.gap(41_000_000)),
    "before_after": lambda: charts.before_after(small.poverty()),
    "winners": lambda: charts.winners_losers_bar(small.winners()),
    "deciles": lambda: charts.decile_bars(small.deciles()),
}


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_is_an_image_with_words(name, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph, a layout that does not fit
        chart = DRAWN[name]()
    image = Image.open(io.BytesIO(chart.png)).convert("L")
    assert image.size == (chart.width, chart.height)
    assert chart.width == 8.4 * DPI
    assert np.asarray(image).min() < 100  # something is drawn
    edge = np.asarray(image)[[0, -1]]
    assert (edge == 255).all()  # and nothing is cut off at the top or the bottom
    assert chart.title
    assert chart.sentence.endswith("。" if lang == "zh" else ".")
    assert chart.title in chart.alt
    assert chart.sentence in chart.alt
    markup = chart._repr_html_()
    assert markup.startswith('<figure class="chart"><img src="data:image/png;base64,')
    assert "<figcaption>" in markup
    assert re.fullmatch(r"[a-z0-9_]+", chart.key)


def numbers(sentence):
    return re.findall(r"-?\d[\d,]*(?:\.\d+)?%?", sentence)


def test_sentences_use_the_numbers_of_the_table(lang):
    table = small.townships()
    shown = [table.show("mean_benefit_m", *row) for row in (("东河乡",), (small.LONG,), ("total",))]
    assert numbers(DRAWN["ranked"]().sentence) == shown
    table = small.crossed()
    shown = [table.show("persons", "rural", "A"), table.show("persons", "total", "total")]
    assert numbers(DRAWN["stacked"]().sentence) == shown
    table, row = small.gap(36_000_000), ("rural",)
    shown = [table.show(name, *row) for name in ("need_y", "appropriation_y", "gap_y", "need_rate")]
    assert numbers(DRAWN["short"]().sentence) == shown
    said = DRAWN["compared"]().sentence
    for name in ("reported", "model", "difference_rate"):
        assert small.reconciled().show(name, "R2") in said
    said = DRAWN["before_after"]().sentence
    for entry in small.poverty().statistics:
        for moment in ("before", "after"):
            assert small.poverty().show(entry.name, moment) in said
    said = DRAWN["winners"]().sentence
    for (band,) in small.winners().rows[:-1]:
        assert small.winners().show("share", band) in said
    assert sorted(numbers(DRAWN["deciles"]().sentence)) == ["-8.00", "1", "10", "42.00"]


def test_enough_money_is_said_without_a_minus():
    assert "结余3,000,000元/年" in DRAWN["enough"]().sentence


def test_hidden_cells_are_left_out_and_told():
    table = small.table(
        "caseload",
        ("township",),
        [("甲",), ("乙",), ("丙",), ("total",)],
        [small.MEAN],
        [[1], [20], [30], [25]],
        n=[2, 9, 30, 41],
        fields=small.POLICY,
    )
    chart = charts.ranked(suppress(table), "mean_benefit_m")
    assert "甲" not in chart.sentence
    assert "另有2行户数过少" in chart.sentence
    assert chart.height < charts.ranked(table, "mean_benefit_m").height


def test_missing_values_are_told_and_nothing_to_draw_too():
    values = [[np.nan], [np.nan], [np.nan]]
    rows = [("甲",), ("乙",), ("total",)]
    table = small.table("caseload", ("township",), rows, [small.MEAN], values, fields=small.POLICY)
    chart = charts.ranked(table, "mean_benefit_m")
    assert chart.sentence == "没有可以画出的数值。另有2项没有数值，没有画出。"
    assert len(chart.png) > 0


def test_all_the_same_is_said():
    chart = charts.decile_bars(small.deciles([0] * 10))
    assert chart.sentence == "平均月增加各处都是0.00元/人·月。"


def means(low, middle, high, spread):
    rows = [("甲镇",), ("乙镇",), ("丙镇",)]
    return small.table(
        "caseload",
        ("township",),
        rows,
        [small.MEAN],
        [[low], [middle], [high]],
        spread,
        fields=small.POLICY,
    )


def test_rows_are_called_highest_and_lowest_only_where_intervals_tell_them_apart():
    apart = charts.ranked(means(100, 200, 400, 0.1), "mean_benefit_m").sentence
    assert "最高的是丙镇" in apart
    for spread, middle in ((0.1, 110), (0.1, 390), (0.5, 200)):
        close = charts.ranked(means(100, middle, 400, spread), "mean_benefit_m").sentence
        assert "最高" not in close
        assert "重叠" in close
    assert "最高的是丙镇" in charts.ranked(means(100, 110, 400, None), "mean_benefit_m").sentence


def test_unknown_statistic():
    with pytest.raises(KeyError, match="caseload: no_such"):
        charts.ranked(small.townships(), "no_such")


def test_same_table_same_bytes_on_threads_too():
    alone = DRAWN["deciles"]().png
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda name: DRAWN[name]().png, ["deciles", "winners"] * 3))
    assert drawn[0::2] == [alone] * 3


def test_settings_of_the_process_stay():
    import matplotlib

    names = set(matplotlib.rcParams) - {"backend"}  # reading that one chooses a backend
    before = {name: matplotlib.rcParams[name] for name in names}
    DRAWN["winners"]()
    assert {name: matplotlib.rcParams[name] for name in names} == before


def test_pyplot_is_never_loaded():
    script = (
        "import sys; from tests.report.test_charts import DRAWN; DRAWN['winners']();"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0


def test_font_is_registered_once():
    from matplotlib.font_manager import fontManager

    for _ in range(3):
        with style():
            pass
    assert sum(entry.fname.endswith("NotoSansSC-GB2312.ttf") for entry in fontManager.ttflist) == 1


def test_missing_glyph_warns():
    with style():
        figure = new_figure(2, 1)
        figure.text(0.1, 0.5, "\U0001f9ff")
        with pytest.warns(UserWarning, match="Glyph .* missing"):
            to_png(figure)


def test_axis_numbers_have_a_true_minus():
    assert [tick(-1234.0), tick(-0.05, "share"), tick(-0.0)] == ["−1,234", "−5%", "0"]


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(JZError, match=r"JZ-E046.*matplotlib.*jiuzhu_sim\[reports\]"):
        DRAWN["winners"]()


def test_save_whole_or_not_at_all(tmp_path):
    chart = DRAWN["winners"]()
    path = chart.save(tmp_path / "new" / "图1.png")
    assert path.read_bytes() == chart.png
    assert [each.name for each in path.parent.iterdir()] == ["图1.png"]
    with pytest.raises(JZError, match="JZ-E040"):
        chart.save(path / "below_a_file.png")
