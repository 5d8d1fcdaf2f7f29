"""The rule decorator's checks at import, and the tolerance of half a fen."""

from datetime import date
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from jiuzhu_sim.rules import kit
from jiuzhu_sim.rules.kit import HALF_FEN, at_most, below, collect, combined, round_money, rule

FLOAT_NOISE = 1e-10
"""Far more than the last bits of the largest incomes can bring."""


@pytest.mark.parametrize("noise", [-FLOAT_NOISE, 0, FLOAT_NOISE])
@pytest.mark.parametrize(
    ("amount", "yuan"),
    [(0, 0), (0.0049, 0), (0.00499, 0), (0.005, 1), (1, 1), (1.9951, 2), (2.0049, 2), (2.005, 3)],
)
def test_up_to_whole_yuan(amount, yuan, noise):
    assert round_money(amount + noise, "ceil_yuan") == yuan


@pytest.mark.parametrize("noise", [-FLOAT_NOISE, 0, FLOAT_NOISE])
@pytest.mark.parametrize(
    ("amount", "fen"),
    [(0, 0), (0.004, 0), (0.005, 1), (1.005, 101), (608.4999, 60850), (2.675, 268)],
)
def test_to_the_nearest_fen(amount, fen, noise):
    assert round_money(amount + noise, "fen") == fen / 100


@pytest.mark.parametrize("limit", [0.3, 780.0, 202.83333333333334, 1e6])
def test_half_a_fen_decides_and_a_float_does_not(limit):
    for noise in (-FLOAT_NOISE, 0, FLOAT_NOISE):
        assert below(limit - 0.005 + noise, limit)
        assert not below(limit - 0.00499 + noise, limit)
        assert not below(limit + noise, limit)
        assert at_most(limit + noise, limit)
        assert at_most(limit + 0.00499, limit)
        assert not at_most(limit + 0.005 + noise, limit)


def test_the_tolerance_itself_is_nothing():
    assert not below(0.0, HALF_FEN)
    assert at_most(HALF_FEN, 0.0)


def test_each_flag_needs_its_amount():
    flags = (np.array([True]), np.array([True]))
    assert combined(flags, (0.1, 0.3), "stacked").tolist() == [0.4]
    with pytest.raises(ValueError, match="shorter"):
        combined(flags, (0.1,), "stacked")


def test_without_a_limit_nothing_is_above():
    assert at_most(1e9, np.inf)
    assert below(1e9, np.inf)


def named(name):
    """A function of this name."""
    exec(f"def {name}(age): return age", scope := {})
    return scope[name]


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("not_a_column", {"level": "household"}, "not in the dictionary"),
        ("wage_m", {"level": "person", "unit": "yuan/month"}, "differ from the dictionary"),
        ("benefit_m_hh", {"level": "person", "unit": "yuan/month"}, "differ from the dictionary"),
        ("benefit_m_hh", {"level": "household", "unit": "yuan/year"}, "differ from the dictionary"),
        ("category_hh", {"level": "household", "clause": ()}, "cites no clause"),
        (
            "is_grace_hh",
            {"level": "household", "when": "reading_grace_months"},
            "`otherwise` must be True or False",
        ),
        (
            "tier_hh",
            {"level": "household", "when": "dibao_benefit_form=tiers", "otherwise": "fourth"},
            "`otherwise` must name one of its codes",
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_at_import(name, given, reason):
    with pytest.raises(TypeError, match=f"rule {name}: .*{reason}"):
        rule(**{"clause": "EC.1"} | given)(named(name))


@pytest.mark.parametrize(
    ("unit", "suffix"),
    [
        ("yuan/month", "_m"),
        ("yuan/person-month", "_m"),
        ("yuan/year", "_y"),
        ("yuan/person-year", "_y"),
    ],
)
def test_a_flow_says_its_time_in_its_name(monkeypatch, unit, suffix):
    names = {"fee_hh", "fee_m_hh", "fee_y_hh"}
    entry = SimpleNamespace(level="household", unit=unit, kind="result", dtype="float64", codes={})
    monkeypatch.setattr(kit, "columns", lambda: dict.fromkeys(names, entry))
    made = rule(level="household", unit=unit, clause="EC.1")
    right = f"fee{suffix}_hh"
    assert made(named(right)).name == right
    for name in names - {right}:
        with pytest.raises(TypeError, match=f"rule {name}: {unit} needs the suffix {suffix}"):
            made(named(name))


@pytest.mark.parametrize(
    ("name", "level", "reason"),
    [
        ("fee", "household", "a household rule ends in \\('_hh',\\)"),
        ("is_paid_hh", "household", "is_/has_ are for booleans, and only for them"),
    ],
)
def test_a_name_says_level_and_kind(monkeypatch, name, level, reason):
    entry = SimpleNamespace(level=level, unit="", kind="result", dtype="float64", codes={})
    monkeypatch.setattr(kit, "columns", lambda: {name: entry})
    with pytest.raises(TypeError, match=f"rule {name}: {reason}"):
        rule(level=level, clause="EC.1")(named(name))


def test_a_person_rule_cannot_gather():
    def is_severe_or_ill(members):
        return members

    with pytest.raises(TypeError, match="cannot gather over members"):
        rule(level="person", clause="EC.5")(is_severe_or_ill)


def versions(*dates):
    """A module with versions of one rule, in force between these pairs of dates."""
    module = ModuleType("made_up")
    for number, (since, until) in enumerate(dates):
        made = rule(level="household", clause="EC.6", since=since, until=until)(
            named("category_hh")
        )
        setattr(module, f"version_{number}", made)
    return module


def test_a_changed_law_is_a_second_version():
    found = collect(versions(("2020-01-01", "2024-12-31"), ("2025-01-01", "9999-12-31")))
    assert [made.since.year for made in found] == [2020, 2025]


def test_two_versions_at_once_are_refused():
    with pytest.raises(TypeError, match="category_hh: two versions in force at once"):
        collect(versions(("2020-01-01", "2025-01-01"), ("2025-01-01", "9999-12-31")))


def made_rule(**given):
    """A small rule of the household, as files of rules write them."""

    def category_hh(age, area=0):
        """What it is in a line.

        And more about it.
        """
        return age + 10 * area

    return rule(**{"level": "household", "clause": "EC.6"} | given)(category_hh)


def test_a_rule_is_called_like_its_function_and_reads_like_it():
    made = made_rule()
    assert made(2, area=3) == 32
    assert made.summary == "What it is in a line."
    assert made.__doc__ == made.function.__doc__
    assert globals()["__test__"]["category_hh 1900-01-01"] is made.function
    assert (made.when, made.otherwise, made.round, made.unit) == ("", 0, None, "")
    assert made.clauses == ("EC.6",)
    assert made.arguments == ("age", "area")


def test_a_rule_without_a_description_has_an_empty_summary():
    assert rule(level="household", clause="EC.6")(named("category_hh")).summary == ""


def test_a_rule_is_in_force_from_its_first_day_to_its_last():
    made = made_rule(since="2020-01-01", until="2024-12-31")
    days = ("2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01")
    assert [made.in_force(date.fromisoformat(day)) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("when", "value", "applies"),
    [
        ("", None, True),
        ("offered", True, True),
        ("offered", False, False),
        ("offered", 0.5, True),
        ("offered", 0, False),
        ("offered", "none", False),
        ("offered", np.inf, False),
        ("form=tiers", "tiers", True),
        ("form=tiers", "gap", False),
    ],
)
def test_what_switches_a_rule_on(when, value, applies):
    made = made_rule(when=when, otherwise="B")
    assert made.switch == when.partition("=")[0]
    assert made.applies({made.switch: value}) is applies
    assert made.constant == 1


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("is_grace_hh", {"level": "household", "when": "reading_grace_months", "otherwise": False}),
        ("tier_hh", {"level": "household", "when": "form=tiers", "otherwise": "third"}),
        ("benefit_m_hh", {"level": "household", "unit": "yuan/month", "when": "offered"}),
        ("counted_income_m", {"level": "person", "unit": "yuan/month"}),
    ],
)
def test_a_rule_that_fits_is_taken(name, given):
    assert rule(**{"clause": "EC.1"} | given)(named(name)).name == name


def test_a_household_rule_may_gather():
    def n_members_hh(members):
        return members

    assert rule(level="household", unit="persons", clause="EC.2")(n_members_hh).arguments


def test_has_is_for_booleans_too(monkeypatch):
    entry = SimpleNamespace(level="household", unit="", kind="result", dtype="bool", codes={})
    monkeypatch.setattr(kit, "columns", lambda: {"has_paid_hh": entry})
    assert rule(level="household", clause="EC.1")(named("has_paid_hh")).name == "has_paid_hh"


def test_versions_may_stand_in_any_order_and_other_rules_beside_them():
    later_first = versions(("2025-01-01", "9999-12-31"), ("2020-01-01", "2024-12-31"))
    assert [made.since.year for made in collect(later_first)] == [2025, 2020]
    with pytest.raises(TypeError, match="two versions in force at once"):
        collect(versions(("2025-01-01", "9999-12-31"), ("2020-01-01", "2025-01-01")))
    beside = versions(("2020-01-01", "9999-12-31"))
    beside.other = rule(level="household", clause="EC.6")(named("layer_hh"))
    assert [made.name for made in collect(beside)] == ["category_hh", "layer_hh"]
