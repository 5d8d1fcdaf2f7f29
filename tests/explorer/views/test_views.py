"""Views: every number from its table, everything escaped, both languages, notices that say why."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType
from xml.etree import ElementTree

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.explorer.model import Model, Wanted
from jiuzhu_sim.explorer.views.pieces import amount, shown, signed
from jiuzhu_sim.explorer.views.views import VIEWS, views_css
from jiuzhu_sim.language import set_language, text
from jiuzhu_sim.outlook import provisions

NASTY = '提标 <b>"一"&二</b><script>alert(1)</script>'
ORDER = [
    "answer",
    "cost",
    "programmes",
    "townships",
    "winners",
    "deciles",
    "poverty",
    "curve",
    "provisions",
    "compare",
]
EMPTY = {"br", "col", "hr", "img", "input", "wbr", "meta", "link"}
ALLOWED = re.compile(r"[\d,.%+−*—\-\[\] ]+")


@pytest.fixture(scope="module")
def everything():
    wanted = Wanted()
    for view in VIEWS.values():
        wanted = wanted | view.wanted
    return wanted


@pytest.fixture(scope="module")
def model():
    people = jz.synthesize("example-county", households=3_000, seed=1)
    return Model(people, jz.load_policy("example-county"))


@pytest.fixture(scope="module")
def state(model, everything):
    model.change({"dibao.standard.rural": 640, "dibao.standard.urban": 800}, name="甲")
    model.remember("方案甲")
    model.change({"dibao.standard.rural": 600, "edge.ratio": 2.0}, name=NASTY)
    return model.state(everything)


@pytest.fixture(scope="module")
def same(model, state, everything):
    model.change({"tiers.first_share": 0.9})
    return model.state(everything)


class Reader(HTMLParser):
    """Collects what an HTML page holds, and fails where tags are not closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(made):
    reader = Reader()
    reader.feed(made)
    reader.close()
    assert reader.open == []
    return reader


def seen(made):
    return "".join(read(made).texts)


def test_the_views_and_their_order():
    assert list(VIEWS) == ORDER
    assert [key for key, view in VIEWS.items() if not view.live] == ORDER[7:]
    assert all(view.key == key for key, view in VIEWS.items())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", ORDER)
def test_a_view_is_one_harmless_section(key, lang, state):
    set_language(lang)
    made = VIEWS[key].html(state)
    reader = read(made)
    assert made.startswith(f'<section class="jz-view jz-view-{key}" id="view-{key}" ')
    assert reader.tags.count("section") == 1
    assert not {"script", "style", "link", "iframe"} & set(reader.tags)
    names = {name for name, _ in reader.attributes}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    assert VIEWS[key].title in seen(made)
    for drawing in re.findall(r"<svg.*?</svg>", made, re.S):
        assert ElementTree.fromstring(drawing).get("role") == "img"
    assert not re.search(r"\bnan\b", seen(made))


@pytest.mark.parametrize("key", ORDER)
def test_chinese_views_hold_no_english_sentence(key, state):
    plain = re.sub(r"alert|script|FGT|EC|[SMP]\d", "", seen(VIEWS[key].html(state)))
    assert re.findall(r"[A-Za-z]{4,} [A-Za-z]{3,}", plain) == []


def test_names_of_scenarios_are_text(state):
    for key in ("answer", "cost", "compare"):
        made = VIEWS[key].html(state)
        assert "<script" not in made
        assert '<b>"' not in made
    assert NASTY in seen(VIEWS["answer"].html(state))


def test_only_the_answer_is_read_out_when_it_changes(state):
    made = {key: VIEWS[key].html(state) for key in ORDER}
    assert [key for key in ORDER if "aria-live" in made[key]] == ["answer"]
    assert made["answer"].count('aria-live="polite"') == 1


def test_table_heads_have_a_scope(state):
    for key in ORDER:
        heads = re.findall(r"<th\b[^>]*>", VIEWS[key].html(state))
        assert all("scope=" in head for head in heads), key


# --- numbers ---------------------------------------------------------------------------------
def all_shown(table):
    """Every way in which a value of a table may stand in a view."""
    found = set()
    for row in table.rows:
        for entry in table.statistics:
            found |= {shown(table, entry.name, row), signed(table, entry.name, row)}
    return found


def svg_numbers(made):
    """Texts of the charts that are numbers, ticks of axes aside (they stand back in colour)."""
    texts = []
    for drawing in re.findall(r"<svg.*?</svg>", made, re.S):
        for each in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"):
            is_tick = each.get("font-size") == "14" and each.get("fill") == "#57606A"
            if ALLOWED.fullmatch(each.text or "") and not is_tick:
                texts.append(each.text)
    return texts


TABLES = {
    "cost": ("change", "split", "shares"),
    "programmes": ("programmes",),
    "townships": ("township_change",),
    "winners": ("winners_losers",),
    "deciles": ("deciles",),
    "poverty": ("poverty_base", "poverty_fixed"),
}


@pytest.mark.parametrize("key", TABLES)
def test_every_number_of_a_chart_is_its_tables(key, state):
    numbers = svg_numbers(VIEWS[key].html(state))
    expected = set().union(*(all_shown(state.tables[name]) for name in TABLES[key]))
    assert numbers
    assert set(numbers) - expected == set()


def test_every_number_of_the_costly_views_is_their_tables(state):
    change = all_shown(state.tables["change"])
    for key, table in (("provisions", state.provisions), ("compare", state.comparison)):
        numbers = svg_numbers(VIEWS[key].html(state))
        assert numbers
        assert set(numbers) - all_shown(table) - change == set()


def test_the_answer_says_what_the_tables_say(state):
    table, people = state.tables["change"], state.tables["winners_losers"]
    words = seen(VIEWS["answer"].html(state))
    for moment in ("base", "new"):
        assert amount(table.get(f"cost_y.{moment}", "total")) in words
        assert table.show(f"persons.{moment}", "total") in words
    assert amount(table.get("cost_y.change", "total"), sign=True) in words
    gaining = people.get("share", "gain_large") + people.get("share", "gain_small")
    assert f"{gaining:.2%}" in words
    change = next(each for each in state.compared.changes if each.path == "dibao.standard.rural")
    assert "560 元/人·月" in words
    assert "600 元/人·月" in words
    assert change.clause in words


def test_bands_add_up_to_the_whole_bar(state):
    made = VIEWS["winners"].html(state)
    drawing = ElementTree.fromstring(re.search(r"<svg.*?</svg>", made, re.S)[0])
    bars = drawing.iter("{http://www.w3.org/2000/svg}rect")
    wide = [float(each.get("width")) for each in bars if each.get("height") == "44.0"]
    assert sum(wide) == pytest.approx(460 - len(wide), abs=1)


def test_captions_say_what_is_counted(state, model, everything):
    assert "按收入变化分的人口" in seen(VIEWS["winners"].html(state))
    for key in ("cost", "programmes", "townships", "winners", "deciles", "poverty", "curve"):
        words = seen(VIEWS[key].html(state))
        assert re.search("按[户人]统计", words), key
    before = model.per
    model.change({"dibao.standard.rural": 640})
    model.per = "household"
    by_household = model.state(everything)
    model.per = before
    assert "按收入变化分的户" in seen(VIEWS["winners"].html(by_household))
    assert "受益户占" in seen(VIEWS["answer"].html(by_household))


# --- what a reader must not overlook -----------------------------------------------------------
def test_nothing_changes_and_why(same):
    words = seen(VIEWS["answer"].html(same))
    assert "改动没有影响任何一户" in words
    assert "分档" in words
    assert "仍为" in words
    assert "没有变化" in seen(VIEWS["cost"].html(same))


def test_without_any_change_the_answer_says_so(model, everything):
    model.reset()
    state = model.state(everything)
    words = seen(VIEWS["answer"].html(state))
    assert "完全相同" in words
    assert "还没有改动" in words
    for key in ORDER:
        read(VIEWS[key].html(state))
    assert "还没有改动" in seen(VIEWS["provisions"].html(state))


def test_stamps_say_synthetic_illustrative_and_sampled(state):
    words = seen(VIEWS["answer"].html(state))
    assert "合成数据" in words
    assert "示例标准" in words
    assert "按全部3,000户计算" in words
    sampled = replace(state, households=500, dragging=True)
    words = seen(VIEWS["answer"].html(sampled))
    assert "拖动时先按500户样本测算，松开后按全部3,000户重算。" in words
    assert "承担比例为示例" in seen(VIEWS["cost"].html(state))


def test_hidden_cells_stay_hidden(everything):
    made = jz.synthesize("example-county", households=300, seed=1)
    people = replace(made, about=MappingProxyType({"source": "own"}))
    model = Model(people, jz.load_policy("example-county"), min_cell=25)
    model.change({"dibao.standard.rural": 600})
    state = model.state(everything)
    table = state.tables["township_change"]
    assert table.hidden is not None
    gone = [row for row, hidden in zip(table.rows, table.hidden, strict=True) if hidden.any()]
    open_model = Model(people, jz.load_policy("example-county"), min_cell=0)
    open_model.change({"dibao.standard.rural": 600})
    known = open_model.state(everything).tables["township_change"]
    drawn = svg_numbers(VIEWS["townships"].html(state))
    secret = {known.show("cost_y.new", *row) for row in gone} - {"0"}
    public = {known.show("cost_y.new", *row) for row in table.rows if row not in gone}
    assert secret - public
    assert not (secret - public) & set(drawn)
    assert "没有画出" in seen(VIEWS["townships"].html(state))
    answer = seen(VIEWS["answer"].html(state))
    assert text("view.hidden") in answer
    assert "不予公布" in answer
    for key in ORDER:
        read(VIEWS[key].html(state))


def test_people_without_townships_are_told_so(state):
    tables = {name: table for name, table in state.tables.items() if name != "township_change"}
    compared = replace(state.compared, tables=MappingProxyType(tables))
    assert "没有所在乡镇" in seen(VIEWS["townships"].html(replace(state, compared=compared)))


def test_while_dragging_the_costly_views_wait(state):
    waiting = replace(state, dragging=True, curves=None, provisions=None, comparison=None)
    for key in ("curve", "provisions", "compare"):
        assert "松开滑块后计算" in seen(VIEWS[key].html(waiting))


def test_both_ways_of_splitting_the_change_are_drawn(state):
    results = state.compared.base
    table = provisions(
        results.people, state.baseline, state.scenario, base=results, method="shapley"
    )
    words = seen(VIEWS["provisions"].html(replace(state, provisions=table)))
    assert "按次序加上" in words
    assert "沙普利分摊" in words
    for row in table.rows:
        for name in ("cost_y.in_order", "cost_y.shapley"):
            assert signed(table, name, row) in words


# --- curves ------------------------------------------------------------------------------------
def test_the_curve_passes_through_the_scenario(state):
    found, table = state.curves["rural"], state.tables["change"]
    place = found.standards.tolist().index(600.0) if 600.0 in found.standards else None
    near = abs(found.standards - 600).argmin() if place is None else place
    assert found.values["cost_y"][near] == pytest.approx(
        table.get("cost_y.new", "rural"), rel=0.02 if place is None else 1e-9
    )
    words = seen(VIEWS["curve"].html(state))
    assert shown(table, "cost_y.new", ("rural",)) in words
    assert "每一整元逐一算准" in words


def test_curves_are_kept_while_only_the_standard_moves(model, everything):
    model.change({"dibao.standard.rural": 600})
    first = model.state(everything).curves
    model.change({"dibao.standard.rural": 655})
    again = model.state(everything).curves
    assert again["rural"] is first["rural"]
    assert again["urban"] is not first["urban"]
    model.change({"dibao.standard.rural": 655, "edge.ratio": 2.0})
    assert model.state(everything).curves["rural"] is not first["rural"]


def test_where_a_curve_cannot_be_exact_it_is_simulated_and_says_why(everything):
    people = jz.synthesize("example-county", households=300, seed=1)
    model = Model(people, jz.load_policy("example-county"))
    model.change({"dibao.benefit_form": "tiers"})
    state = model.state(everything)
    found = state.curves["rural"]
    assert found.why
    words = seen(VIEWS["curve"].html(state))
    assert "不能逐元算准" in words
    assert found.why in words


def test_the_style_fetches_nothing():
    css = views_css()
    assert "url(" not in css
    assert "@import" not in css
    for name in ("jz-views", "jz-view", "jz-cards", "jz-data", "jz-stale", "jz-figures"):
        assert f".{name}" in css
