"""Reform files: what is written is read back as the same law, whatever stands in the title."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import (
    load_policy,
    parse_reform,
    read_reform,
    reform_text,
    write_reform,
)

POLICY = load_policy("example-county")


def values(declared):
    """Any value a parameter may take, no limit among them where that is allowed."""
    if declared.type == "boolean":
        return st.booleans()
    if declared.type == "choice":
        return st.sampled_from(sorted(declared.choices))
    if declared.type == "integer":
        some = st.integers(int(declared.low), int(declared.high))
    else:
        some = st.floats(declared.low, declared.high)
    return some | st.just(math.inf) if declared.unlimited else some


PAIRS = st.sampled_from(sorted(declarations())).flatmap(
    lambda path: st.tuples(st.just(path), values(declarations()[path]))
)
TITLES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
NASTY = (
    *("", " ", "a: b", "# 注释", "{zh: x}", "'\"\\", "- 1\n- 2", "\t\r\n\x07\x85\u2028\ufeff"),
    *(
        "!!python",
        "true",
        "null",
        "1e3",
        "=1+1",
        "提标“670”😀",
        "\U0010ffff",
        "%YAML 1.2",
        "---\n...",
    ),
)


def again(changed, **signed):
    return parse_reform(reform_text(POLICY, changed, **signed), "x.yaml")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changes_come_back(data):
    changes = dict(data.draw(st.lists(PAIRS, min_size=1, max_size=12)))
    changed = POLICY.change(changes)
    if not POLICY.diff(changed):
        return
    title = data.draw(TITLES)
    reform = again(changed, title=title, author=data.draw(TITLES))
    assert reform.apply(load_policy(reform.baseline)).digest() == changed.digest()
    assert reform.title["zh"] == (title or reform.title["zh"])


@pytest.mark.parametrize("words", NASTY)
def test_words_come_back_as_they_are(words):
    changed = POLICY.change({"dibao.standard.rural": 670})
    reform = again(changed, title=words, author=words, reference={"zh": words, "en": "b"})
    assert reform.author == words
    assert reform.title["en"] == (
        words or "农村低保标准（dibao.standard.rural）：560 元/人·月 → 670 元/人·月"
    )
    assert reform.reference == {"zh": words or "—", "en": "b"}
    assert dict(reform.changes) == {"dibao.standard.rural": 670}


def test_half_a_character_is_replaced():
    changed = POLICY.change({"dibao.standard.rural": 670})
    assert again(changed, title="a\ud800b").title["zh"] == "a?b"


def test_a_zero_character_which_no_file_may_hold_is_left_out():
    changed = POLICY.change({"dibao.standard.rural": 670})
    assert again(changed, title="a\0b", author="\0").title["zh"] == "ab"


def test_a_file_is_written_and_read(tmp_path):
    changed = POLICY.change(
        {
            "local.minimum_wage": 1_500.5,
            "rigid.cap_y": 20_000,
            "rigid.valid_months": 6,
            "single.offered": False,
            "dibao.benefit_form": "tiers",
        },
        name="某方案",
    )
    path = write_reform(tmp_path / "new" / "a.yaml", POLICY, changed, title=changed.label)
    reform = read_reform(path)
    made = reform.apply(load_policy(reform.baseline))
    assert made.digest() == changed.digest()
    assert made.title == "某方案"
    assert [change.path for change in POLICY.diff(made)] == sorted(
        reform.changes, key=list(reform.changes).index
    )


def test_no_limit_is_written_and_read():
    start = POLICY.change({"rigid.cap_y": 20_000})
    changed = start.change({"rigid.cap_y": math.inf, "dibao.standard.rural": 670})
    assert dict(again(changed, title="a").changes) == {
        "dibao.standard.rural": 670
    }  # as in the preset
    limited = load_policy("national").change({"assets.vehicles_max": 1})
    freed = limited.change({"assets.vehicles_max": math.inf, "edge.ratio": 2.0})
    text = reform_text(limited, freed, title="a")
    reform = parse_reform(text, "x.yaml")
    assert reform.apply(load_policy(reform.baseline)).digest() == freed.digest()


def test_the_changes_are_those_of_the_preset():
    start = POLICY.change({"edge.ratio": 2.0})
    text = reform_text(start, start.change({"dibao.standard.rural": 670}), title="a")
    assert dict(parse_reform(text, "x").changes) == {"dibao.standard.rural": 670, "edge.ratio": 2.0}


def test_nothing_changed_is_refused():
    with pytest.raises(JZError) as caught:
        reform_text(POLICY, POLICY, title="a")
    assert caught.value.codes == ("JZ-E032",)


def test_another_place_or_date_is_refused():
    for other in (load_policy("national"), load_policy("example-county", "2025-06-01")):
        with pytest.raises(JZError) as caught:
            reform_text(POLICY, other, title="a")
        assert caught.value.codes == ("JZ-E008",)
