"""A family by form: who is who, what it gets (by hand, from EC.1 to EC.9), what is refused."""

from dataclasses import fields

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import WANTED, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import texts
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population.family import (
    Family,
    people_of_families,
    people_of_family,
    read_family,
    remarks,
)
from jiuzhu_sim.population.form import GROUPS, form_fields
from jiuzhu_sim.receipt import explain

POLICY = load_policy("example-county")
NATIONAL = load_policy("national-illustrated")


def result(family, policy=POLICY):
    found = simulate(people_of_family(family), policy, (*WANTED, "category_supplement_m_hh"))
    return {name: found[name][0] for name in found.computed}


# --- three families by hand ------------------------------------------------------------------
def test_a_rural_couple_with_a_child_by_hand():
    # EC.1: 1,200 less 30 % (360, below the cap of 500) = 840.  EC.2: 840 / 3 = 280.
    # EC.4: 280 < 560: dibao.  EC.7: 560 × 3 - 840 = 840 (above 30 × 3); child 20 % of 560 = 112.
    found = result(Family(n_members=3, n_minor=1, wage=1200))
    assert found["counted_income_pc_m_hh"] == pytest.approx(280, abs=0.001)
    assert found["layer_hh"] == "dibao"
    assert found["benefit_m_hh"] == pytest.approx(952.00, abs=0.001)


def test_an_urban_earner_with_an_ill_elder_by_hand():
    # EC.1: 900.50 less 270.15 = 630.35.  EC.2: less 60 % of 2,400 a year, by the month 120:
    # 510.35, a head 255.175.  EC.7: 780 × 2 - 510.35 = 1,049.65, up to 1,050; the elder is ill
    # too, and the higher share counts: 30 % of 780 = 234.
    family = Family(
        area="urban", n_members=2, n_elder=1, n_ill=1, wage=900.5, medical_expense_y=2400
    )
    found = result(family)
    assert found["counted_income_pc_m_hh"] == pytest.approx(255.175, abs=1e-6)
    assert found["benefit_m_hh"] == pytest.approx(1284.00, abs=0.001)


def test_a_couple_above_the_standard_with_a_disabled_member_by_hand():
    # EC.1: 30 % of 2,000 is 600, capped at 500: 1,500.  EC.2: 750 a head, from 560 to below 840:
    # edge.  EC.5, EC.7: the severely disabled member gets 560 and 30 % of it: 728.
    found = result(Family(n_members=2, n_severe_disabled=1, wage=2000))
    assert found["layer_hh"] == "edge"
    assert found["n_recipients_hh"] == 1
    assert found["benefit_m_hh"] == pytest.approx(728.00, abs=0.001)


@pytest.mark.parametrize(
    "owned", [{"n_homes": 3}, {"n_vehicles": 1}, {"has_business": True}, {"savings": 40_320.01}]
)
def test_property_bars_the_family(owned):
    # EC.3: rural 2 homes, no vehicle, no business, 24 × 560 × 3 = 40,320 yuan.
    assert result(Family(wage=0))["layer_hh"] == "dibao"
    assert result(Family(wage=0, **owned))["layer_hh"] == "none"


# --- who is who ------------------------------------------------------------------------------
def test_members_stand_in_order_and_each_kind_falls_on_another_person():
    family = Family(
        n_members=6,
        n_minor=1,
        n_elder=1,
        n_severe_disabled=1,
        n_disabled=1,
        n_ill=1,
        n_student=1,
        wage=900,
        wage_second=400,
        elder_age=66,
    )
    people = people_of_family(family)
    assert people["age"].tolist() == [40, 40, 40, 40, 66, 10]
    assert people["wage_m"].tolist() == [900, 400, 0, 0, 0, 0]
    assert people["disability_grade"].tolist() == [0, 0, 1, 4, 0, 0]
    assert people["serious_illness"].tolist() == [False, False, False, False, True, False]
    assert people["is_student"].tolist() == [False, False, False, True, False, True]
    assert people["labour_capable"].tolist() == [True, True, False, True, False, False]
    assert people["relation"].tolist() == ["head", "other", "other", "other", "parent", "child"]


def test_kinds_meet_in_one_person_only_where_there_are_too_few():
    alone = people_of_family(Family(n_members=1, n_elder=1, n_ill=1, n_severe_disabled=1, wage=0))
    assert alone["age"].tolist() == [70]
    assert alone["serious_illness"].tolist() == [True]
    assert alone["disability_grade"].tolist() == [1]


def test_everybody_counts_as_a_member_under_the_national_rules_too():
    family = Family(n_members=5, n_minor=2, n_elder=1)
    assert result(family, NATIONAL)["n_members_hh"] == 5


def test_many_families_are_each_as_if_alone():
    families = [
        Family(n_members=n, wage=300.0 * n, n_minor=n // 3, area=("urban", "rural")[n % 2])
        for n in range(1, 9)
    ]
    together = simulate(people_of_families(families), POLICY)
    alone = [result(family)["benefit_m_hh"] for family in families]
    assert together["benefit_m_hh"].tolist() == alone


def test_ids_are_as_many_as_families_and_there_is_one_at_least():
    for families, ids in (([], None), ([Family()], ["a", "b"])):
        with pytest.raises(JZError, match="JZ-E032"):
            people_of_families(families, ids)
    with pytest.raises(JZError, match="JZ-E026"):
        people_of_families([Family(), Family()], ["a", "a"])


# --- covered and members ---------------------------------------------------------------------
def test_fewer_covered_than_members_changes_no_amount_and_is_said():
    whole = Family(n_members=3, was_dibao=True)
    part = Family(n_members=3, n_covered=2, was_dibao=True)
    assert result(part)["benefit_m_hh"] == result(whole)["benefit_m_hh"]
    assert remarks(whole) == ()
    assert "按全家3人计算" in remarks(part)[0]
    receipt = str(explain(simulate(people_of_family(part), NATIONAL), "1"))
    assert "未整户保障 | 是" in receipt or "未整户保障：是" in receipt


def test_gradual_exit_needs_the_present_benefit_and_status():
    # National notice: up to 6 months of the old amount once income has risen (N2022.1).
    risen = {"n_members": 1, "wage": 900.0, "current_benefit_m": 200}
    assert result(Family(**risen, was_dibao=True), NATIONAL)["benefit_m_hh"] == 200
    later = Family(**risen, was_dibao=True, months_above_standard=6)
    assert result(later, NATIONAL)["benefit_m_hh"] == 0
    assert result(Family(**risen), NATIONAL)["benefit_m_hh"] == 0
    assert "不起作用" in remarks(Family(**risen))[0]


# --- what is refused -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n_members": 2, "n_covered": 3}, "保障人口数（3人）多于家庭人口数（2人）"),
        ({"n_minor": 2, "n_elder": 2}, "未成年人和老年人合计4人"),
        ({"n_severe_disabled": 2, "n_disabled": 2}, "残疾人合计4人"),
        ({"n_ill": 4}, "重病人数（4人）"),
        ({"n_minor": 2, "n_student": 2}, "成年在校学生（2人）多于不满老年的成年人（1人）"),
        ({"n_minor": 3, "wage": 1}, "有工资的成员（1人）多于成年人（0人）"),
        ({"n_members": 1, "wage": 0, "wage_second": 1}, "有工资的成员（2人）"),
        ({"wage": 20_001}, "超出范围"),
        ({"wage": float("inf")}, "不是数"),
        ({"n_members": 2.5}, "不是整数"),
        ({"n_members": None}, "没有填"),
        ({"area": "suburb"}, "不认识"),
        ({"has_business": "perhaps"}, "不认识"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(values, words):
    with pytest.raises(JZError) as caught:
        Family(**values)
    assert caught.value.codes == ("JZ-E065",)
    assert words in str(caught.value)


def test_all_faults_are_told_at_once_with_the_nearest_name():
    with pytest.raises(JZError) as caught:
        read_family({"n_membres": 3, "n_covered": 4, "wage": "-1", "月工资": 5, "n_ill": "x"})
    text = str(caught.value)
    assert len(caught.value.problems) == 5
    assert "“n_members”" in text
    assert "填了两次" in text
    assert "保障人口数（4人）" in text


def test_texts_numbers_and_names_of_all_kinds_are_read():
    typed = {"城乡": "城市", "家庭人口数": "2", "wage_m": "1,000.50", "has_business": "是"}
    known = Family(area="urban", n_members=2, wage=1000.5, has_business=True)
    assert read_family(typed) == known
    english = {"Area": "Urban", "Household members": 2.0, "Wage a month (yuan/month)": 1000.5}
    assert read_family({**english, "has_business": "yes", "savings": ""}) == known


def test_numpy_scalars_are_plain_values_afterwards():
    family = Family(n_members=np.int64(2), wage=np.float32(5), was_dibao=np.bool_(True))
    assert type(family.n_members) is int
    assert type(family.wage) is float
    assert family.was_dibao is True


# --- the form as data ------------------------------------------------------------------------
def test_form_and_family_have_the_same_fields_in_whole():
    assert {each.name for each in fields(Family)} == set(form_fields())
    defaults = {each.name: each.default for each in fields(Family)}
    assert defaults == {name: field.default for name, field in form_fields().items()}
    for field in form_fields().values():
        assert field.group in GROUPS
        assert f"family.group.{field.group}" in texts()
        assert field.read(field.default) == field.default
        assert set(field.label) == {"zh", "en"}
        if field.kind in ("number", "integer"):
            assert field.low is not None
            assert field.high is not None
            assert field.unit


def test_a_field_that_is_a_column_has_its_unit_and_lies_within_its_range():
    for field in form_fields().values():
        if field.column:
            entry = columns()[field.column]
            assert field.unit == entry.unit
            assert entry.low is None or (entry.low <= field.low and field.high <= entry.high)


def test_no_two_fields_go_by_one_name():
    fields_ = form_fields().values()
    spelled = [each for field in fields_ for each in {word.lower() for word in field.spellings}]
    twice = {word for word in spelled if spelled.count(word) > 1}
    assert twice == set()
