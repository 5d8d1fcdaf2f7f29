"""Policies: values at a date, changes, differences, reforms."""

import datetime
import math
from dataclasses import FrozenInstanceError, replace

import pytest
import yaml

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.law import declarations, region
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.policy import load_policy, parse_date, read_reform

POLICY = load_policy("example-county")
RURAL, URBAN = "dibao.standard.rural", "dibao.standard.urban"


def refused(function, *arguments, **options):
    with pytest.raises(JZError) as caught:
        function(*arguments, **options)
    return caught.value


# --- dates and places ----------------------------------------------------------------------
def test_the_date_is_the_presets_own_unless_given():
    assert load_policy("example-county").at == datetime.date(2025, 1, 1)
    assert load_policy("example-county@2026-07-01").at == datetime.date(2026, 7, 1)
    assert load_policy("example-county", at="2026-07-01").at == datetime.date(2026, 7, 1)
    assert load_policy("example-county", at=datetime.date(2030, 1, 1))[URBAN] == 780


def test_a_given_date_goes_before_one_in_the_name():
    assert load_policy("example-county@2026-01-01", at="2027-01-01").at.year == 2027


def test_an_unknown_place_is_told_with_the_nearest():
    error = refused(load_policy, "exmaple-county")
    assert error.codes == ("JZ-E001",)
    assert error.problems[0].values["nearest"] == "example-county"


@pytest.mark.parametrize("text", ["2025-13-01", "2025年1月1日", "soon"])
def test_a_text_that_is_no_date(text):
    assert refused(load_policy, "example-county", at=text).codes == ("JZ-E007",)
    assert refused(load_policy, f"example-county@{text}").codes == ("JZ-E007",)
    assert refused(parse_date, text).codes == ("JZ-E007",)


def test_before_the_first_value_there_is_no_law():
    error = refused(load_policy, "example-county", at="2024-12-31")
    assert error.codes == ("JZ-E009",)
    assert "2025-01-01" in str(error)


def test_a_missing_value_is_never_taken_from_elsewhere():
    values = {path: value for path, value in POLICY.values.items() if path != RURAL}
    error = refused(lambda: replace(POLICY, values=values)[RURAL])
    assert error.codes == ("JZ-E006",)
    assert error.problems[0].where == "example-county@2025-01-01"


def test_an_unknown_parameter_is_told_with_the_nearest():
    error = refused(lambda: POLICY["dibao.standrad.rural"])
    assert error.codes == ("JZ-E003",)
    assert error.problems[0].values["nearest"] == RURAL


def test_values_know_where_they_come_from():
    value = load_policy("s42-county-2013").values[RURAL]
    assert math.isclose(value.value, 2434 / 12)
    assert (value.raw, value.raw_unit, value.status) == (2434, "yuan/person-year", "national")
    assert (value.clause, value.since) == ("MCA2014.2", datetime.date(2013, 1, 1))


def test_the_value_in_force_is_the_latest_not_after_the_date(monkeypatch):
    place = region("example-county")
    old = place.values[RURAL][0]
    dated = (old, replace(old, value=600, since=datetime.date(2026, 7, 1)))
    later = replace(place, values={**place.values, RURAL: dated})
    monkeypatch.setattr("jiuzhu_sim.policy.policy.region", lambda _: later)
    days = {"2025-01-01": 560, "2026-06-30": 560, "2026-07-01": 600, "2030-01-01": 600}
    assert {day: load_policy("x", at=day)[RURAL] for day in days} == days


def test_the_rule_in_force_is_the_one_of_the_date(monkeypatch):
    rule = POLICY.rules["category_hh"]
    older = replace(rule, until=datetime.date(2025, 12, 31))
    newer = replace(rule, since=datetime.date(2026, 1, 1))
    monkeypatch.setattr("jiuzhu_sim.policy.policy.RULES", (older, newer))
    assert load_policy("example-county", at="2025-12-31").rules["category_hh"] is older
    assert load_policy("example-county", at="2026-01-01").rules["category_hh"] is newer


def test_only_the_example_is_marked_illustrative():
    assert POLICY.illustrative
    assert not load_policy("s42-county-2013").illustrative


# --- changes -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "wanted", "value"),
    [
        (RURAL, 600, 600),
        (RURAL, 600.5, 600.5),
        (RURAL, "600", 600),
        (RURAL, "+10%", 616),
        (RURAL, "-10%", 504),
        (RURAL, "+20", 580),
        (RURAL, " -20 ", 540),
        (RURAL, "+0.01", 560.01),
        ("edge.ratio", "2", 2),
        ("category.elder_age", "+5", 75),
        ("category.elder_age", "75", 75),
        ("income.exempt_basic_pension", "false", False),
        ("income.exempt_basic_pension", "True", True),
        ("assets.business_allowed", True, True),
        ("dibao.benefit_rounding", "fen", "fen"),
        ("assets.savings_max_months", "inf", math.inf),
    ],
)
def test_a_value_is_given_or_moved(path, wanted, value):
    new = POLICY.change({path: wanted})[path]
    assert new == value
    assert type(new) is type(value) or isinstance(new, float)


def test_whole_numbers_stay_whole():
    assert type(POLICY.change({"category.elder_age": "75"})["category.elder_age"]) is int


@pytest.mark.parametrize(
    ("path", "wanted", "code"),
    [
        ("dibao.standrad.rural", 600, "JZ-E003"),
        ("dibao_standard_rural", 600, "JZ-E003"),
        (RURAL, 49.99, "JZ-E004"),
        (RURAL, 5000.01, "JZ-E004"),
        (RURAL, -560, "JZ-E004"),
        (RURAL, "-100%", "JZ-E004"),
        (RURAL, math.inf, "JZ-E004"),
        (RURAL, math.nan, "JZ-E004"),
        (RURAL, "nan", "JZ-E004"),
        ("assets.savings_max_months", -math.inf, "JZ-E004"),
        ("supplement.severe_share", 30, "JZ-E004"),
        (RURAL, "a lot", "JZ-E005"),
        (RURAL, "", "JZ-E005"),
        (RURAL, "+x%", "JZ-E005"),
        (RURAL, None, "JZ-E005"),
        (RURAL, [600], "JZ-E005"),
        (RURAL, True, "JZ-E005"),
        ("category.elder_age", 70.5, "JZ-E005"),
        ("category.elder_age", "70.5", "JZ-E005"),
        ("assets.business_allowed", 1, "JZ-E005"),
        ("assets.business_allowed", "perhaps", "JZ-E005"),
        ("dibao.benefit_rounding", "floor", "JZ-E005"),
        ("dibao.benefit_rounding", 1, "JZ-E005"),
    ],
)
def test_a_wrong_value_is_refused_and_named(path, wanted, code):
    error = refused(POLICY.change, {path: wanted})
    assert error.codes == (code,)
    assert path in str(error)


def test_the_ends_of_a_range_are_within_it():
    for path, declared in declarations().items():
        if declared.type in ("number", "integer"):
            for value in (declared.low, declared.high):
                assert POLICY.change({path: value})[path] == value


def test_all_faults_of_a_change_are_told_at_once():
    changes = {"edge.ratoi": 2, RURAL: 1, "dibao.benefit_rounding": "floor", URBAN: 800}
    error = refused(POLICY.change, changes)
    assert error.codes == ("JZ-E003", "JZ-E004", "JZ-E005")
    assert str(error).count("\n") == 2


def test_a_change_leaves_the_policy_as_it_is():
    before = POLICY.digest()
    new = POLICY.change({RURAL: 600}, name="提标")
    assert (POLICY[RURAL], new[RURAL], POLICY.digest()) == (560, 600, before)
    assert (POLICY.title, new.title) == ("示例县", "提标")
    assert (POLICY.changed, new.changed) == ((), (RURAL,))


def test_a_policy_is_frozen():
    with pytest.raises(FrozenInstanceError):
        POLICY.place = "elsewhere"
    with pytest.raises(TypeError):
        POLICY.values[RURAL] = None
    with pytest.raises(TypeError):
        POLICY.rules["layer_hh"] = None


def test_arguments_are_the_names_that_rules_take():
    assert POLICY.arguments["dibao_standard_rural"] == 560
    assert len(POLICY.arguments) == len(POLICY.values)


# --- differences ---------------------------------------------------------------------------
def test_diff_tells_old_new_date_and_clause():
    (change,) = POLICY.diff(POLICY.change({RURAL: 600}))
    assert (change.path, change.old, change.new, change.clause) == (RURAL, 560, 600, "EC.4")
    assert change.since == POLICY.at
    assert str(change) == "农村低保标准（dibao.standard.rural）：560 元/人·月 → 600 元/人·月"


def test_diff_reads_in_english_too():
    set_language("en")
    try:
        (change,) = POLICY.diff(POLICY.change({"assets.savings_max_months": math.inf}))
        assert "24 months → unlimited" in str(change)
    finally:
        set_language("zh")


def test_diff_of_equal_policies_is_empty():
    assert POLICY.diff(POLICY) == ()
    assert POLICY.diff(POLICY.change({RURAL: 560.0}, name="同")) == ()
    there_and_back = POLICY.change({RURAL: 600}).change({RURAL: 560})
    assert POLICY.diff(there_and_back) == ()


def test_diff_turned_round_swaps_old_and_new():
    new = POLICY.change({RURAL: 600, "edge.ratio": 2})
    forth, back = POLICY.diff(new), new.diff(POLICY)
    assert [(c.path, c.old, c.new) for c in forth] == [(c.path, c.new, c.old) for c in back]


def test_diff_of_two_places_lists_what_differs():
    paths = {change.path for change in POLICY.diff(load_policy("s42-county-2013"))}
    assert {RURAL, URBAN, "edge.ratio", "dibao.benefit_rounding"} <= paths
    assert "assets.vehicles_max" not in paths


def test_diff_shows_a_value_that_one_side_lacks():
    values = {path: value for path, value in POLICY.values.items() if path != RURAL}
    (change,) = replace(POLICY, values=values).diff(POLICY)
    assert (change.old, change.new) == (None, 560)
    assert "— → 560" in str(change)


# --- digest --------------------------------------------------------------------------------
def test_equal_law_has_equal_digests_and_other_law_another():
    assert load_policy("example-county").digest() == POLICY.digest()
    assert POLICY.change({RURAL: 600}).digest() != POLICY.digest()
    assert POLICY.change({RURAL: 600}, name="a").digest() == POLICY.change({RURAL: 600}).digest()
    assert POLICY.change({RURAL: 600}).change({RURAL: 560}).digest() == POLICY.digest()


def test_the_digest_does_not_depend_on_how_a_number_was_written():
    assert POLICY.change({RURAL: 600}).digest() == POLICY.change({RURAL: "600"}).digest()


# --- reforms -------------------------------------------------------------------------------
REFORM = FOLDER / "reforms" / "example-county-rural-670.yaml"


def test_a_reform_changes_what_it_says_under_its_title():
    new = read_reform(REFORM).apply(POLICY)
    assert [(c.path, c.new) for c in POLICY.diff(new)] == [(RURAL, 670)]
    assert new.title == "农村标准提到每人每月670元"


def test_a_reform_of_another_place_is_refused():
    error = refused(read_reform(REFORM).apply, load_policy("s42-county-2013"))
    assert error.codes == ("JZ-E008",)


def reform_file(folder, **changed):
    content = yaml.safe_load(REFORM.read_text(encoding="utf-8")) | changed
    path = folder / "reform.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def test_a_reform_may_move_values_and_is_checked_like_a_change(tmp_path):
    moved = read_reform(reform_file(tmp_path, changes={RURAL: "+10%"})).apply(POLICY)
    assert moved[RURAL] == 616
    wrong = read_reform(reform_file(tmp_path, changes={"dibao.standrad": 1, RURAL: 1}))
    assert refused(wrong.apply, POLICY).codes == ("JZ-E003", "JZ-E004")


def test_a_reform_file_that_does_not_fit_is_refused(tmp_path):
    error = refused(read_reform, reform_file(tmp_path, author=1, baseline="here"))
    assert error.codes == ("JZ-E002", "JZ-E002")
    assert refused(read_reform, tmp_path / "none.yaml").codes == ("JZ-E020",)
    path = tmp_path / "broken.yaml"
    path.write_text("title: [", encoding="utf-8")
    assert refused(read_reform, path).codes == ("JZ-E021",)


def test_every_misspelling_is_told_at_once_with_the_nearest():
    wrong = {
        "reading.single_person_base": "own_incme",
        "readin.grace_months": 3,
        "reading.class_ii_rate": 2,
    }
    error = refused(POLICY.change, wrong)
    assert error.codes == ("JZ-E005", "JZ-E003", "JZ-E004")
    near = [problem.values.get("nearest") for problem in error.problems]
    assert near[:2] == ["own_income", "reading.grace_months"]
    error = refused(load_policy, "s32-cty@2022-13-01")
    assert error.codes == ("JZ-E001", "JZ-E007")
    assert error.problems[0].values["nearest"] == "s32-city"


def test_a_standard_nobody_gives_can_be_set_but_not_moved():
    policy = load_policy("example-county")
    assert "local.minimum_wage" not in policy.values
    assert refused(policy.change, {"local.minimum_wage": "+10%"}).codes == ("JZ-E006",)
    assert policy.change({"local.minimum_wage": 1800})["local.minimum_wage"] == 1800


def test_a_place_has_the_national_rules_of_its_date_and_no_later_ones():
    for date, ratio, status in (("2020-05-03", 1, "not_stated"), ("2021-07-01", 1.5, "stated")):
        policy = load_policy("s1-county-2020", date)
        assert policy["edge.ratio"] == ratio
        assert policy.values["edge.ratio"].status == status
    assert load_policy("s36-region")["edge.ratio"] == 2  # its own, not the national 1.5
