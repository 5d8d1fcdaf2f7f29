"""The ratio of benefit to standard: its parts by hand, and the prediction out of sample."""

import numpy as np
import pytest

from jiuzhu_sim.assessment.ratio import (
    AREAS,
    NEEDED,
    PARTS,
    at_margins,
    benefit_ratio,
    out_of_sample,
    reported_ratio,
)
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import figures
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize
from jiuzhu_sim.population.margins import load_margins

# Urban households: one without income, two with some, one with a member included singly, one
# tekun, one above everything. The standard is 677.6.
PERSONS = {
    "household_id": [1, 2, 2, 3, 3, 4, 5],
    "age": [50, 45, 10, 40, 44, 70, 30],
    "labour_capable": [False, False, False, False, False, False, True],
    "disability_grade": [0, 0, 0, 0, 1, 0, 0],
    "disability_kind": ["other", "other", "other", "other", "physical", "other", "other"],
    "transfer_m": [0, 700, 0, 1500, 0, 0, 9000],
}
HOUSEHOLDS = {
    "household_id": [1, 2, 3, 4, 5],
    "area": ["urban"] * 5,
    "n_homes": [1] * 5,
    "has_able_obligor": [True, True, True, False, True],
    "weight": [3.0, 2.0, 1.0, 5.0, 7.0],
}
STANDARD = 677.6


@pytest.fixture(scope="module")
def small():
    rest = ("wage_m", "farm_income_y", "pension_basic_m", "pension_other_m", "tuition_y")
    rest += ("preferential_allowance_m", "disability_allowance_m", "medical_expense_y")
    persons = PERSONS | {name: [0] * 7 for name in rest}
    persons |= {"serious_illness": [False] * 7, "is_student": [False] * 7}
    households = HOUSEHOLDS | {name: [0] * 5 for name in ("n_vehicles", "savings")}
    households |= {"has_business": [False] * 5, "township": ["—"] * 5}
    people = people_from_tables(persons, households)
    return simulate(people, load_policy("national-2020"), NEEDED)


def test_parts_by_hand(small):
    table = benefit_ratio(small, weight="weight")
    recipients = 3 * 1 + 2 * 2 + 1 * 1
    paid = {
        "zero": 3 * STANDARD,
        "some": 2 * (2 * STANDARD - 700),
        "single": STANDARD * 1.2,  # with the supplement for severe disability
        "supplement": 2 * STANDARD * 0.1,  # the child
        "form": 0,
        "other": 0,
    }
    base = recipients * STANDARD
    for part, amount in paid.items():
        assert table.get("ratio_points", "urban", part) == pytest.approx(amount / base, abs=1e-6)
    total = table.get("ratio_points", "urban", "total")
    assert total == pytest.approx(sum(paid.values()) / base, abs=1e-6)
    shares = [table.get("recipients_share", "urban", part) for part in ("zero", "some", "single")]
    assert shares == pytest.approx([3 / 8, 4 / 8, 1 / 8])
    within = [table.get("ratio_within", "urban", part) for part in ("zero", "some", "single")]
    assert within == pytest.approx([1, (2 * STANDARD - 700) / (2 * STANDARD), 1.2], abs=1e-6)
    assert np.isnan(table.get("ratio_points", "rural", "total"))
    assert table.n[table.rows.index(("urban", "total"))] == 3  # without the tekun household


def test_a_minimum_is_beyond_the_gap(small):
    policy = load_policy("national-2020").change({"dibao.benefit_minimum": 600})
    table = benefit_ratio(simulate(small.people, policy, NEEDED), weight="weight")
    beyond = 2 * (2 * 600 - (2 * STANDARD - 700))
    assert table.get("ratio_points", "urban", "form") == pytest.approx(
        beyond / (8 * STANDARD), abs=1e-6
    )


def test_reported_ratios_are_those_of_the_figures():
    content = figures("national-2020")["figures"]
    for area, (spending, persons) in {"urban": ("R905", "R902"), "rural": ("R906", "R904")}.items():
        standard = load_policy("national-2020")[f"dibao.standard.{area}"]
        ratio = content[spending]["value"] / content[persons]["value"] / 12 / standard
        assert reported_ratio(area)[2020] == pytest.approx(ratio, rel=1e-6)
    assert reported_ratio("urban")[2020] == pytest.approx(0.821, abs=0.0005)
    assert reported_ratio("rural")[2020] == pytest.approx(0.661, abs=0.0005)
    for area, span in {"urban": (0.753, 0.840), "rural": (0.591, 0.732)}.items():
        found = reported_ratio(area).values()
        assert (min(found), max(found)) == pytest.approx(span, abs=0.0005)


def test_margins_and_figures_of_2020_agree():
    content = figures("national-2020")["figures"]
    margins = {margin.name: margin.value for margin in load_margins("national-2020")}
    named = {"urban": ("R901", "R902", "R907"), "rural": ("R903", "R904", "R908")}
    for area, (households, persons, tekun) in named.items():
        assert margins[f"dibao.{area}.households"] == content[households]["value"]
        assert margins[f"dibao.{area}.persons"] == content[persons]["value"]
        assert margins[f"tekun.{area}.persons"] == content[tekun]["value"]


@pytest.fixture(scope="module")
def nation():
    people, policy = (
        synthesize("national-2020", households=60_000, seed=1),
        load_policy("national-2020"),
    )
    return simulate(people, policy, NEEDED), at_margins(people, policy)


def test_the_caseload_is_met(nation):
    _, results = nation
    weight = results.numbers("weight")
    gets = (results.numbers("n_recipients_hh") > 0) & ~results.numbers("is_tekun_hh")
    for area, households, size in (("urban", 4_889_000, 1.647), ("rural", 19_850_000, 1.824)):
        here = gets & (results["area"] == area)
        assert weight[here].sum() == pytest.approx(households, rel=1e-8)
        persons = weight[here] @ results.numbers("n_recipients_hh")[here]
        assert persons / weight[here].sum() == pytest.approx(size, abs=0.0005)


def test_the_prediction_is_what_the_page_says(nation):
    """docs/en/definitions/benefit_ratio.md: rural inside the range reported, urban below it."""
    before, results = nation
    table = out_of_sample(results, before, weight="weight")
    assert table.get("verdict", "rural") == 2
    assert table.get("verdict", "urban") == 0
    assert 0.58 < table.get("ratio_predicted", "rural") < 0.66
    assert 0.66 < table.get("ratio_predicted", "urban") < table.get("ratio_lowest", "urban")
    for area in AREAS:
        assert table.get("ratio_before", area) < table.get("ratio_predicted", area)
        whole = benefit_ratio(results, weight="weight").get("ratio_points", area, "total")
        assert table.get("ratio_predicted", area) == pytest.approx(whole, rel=1e-12)
    # Nobody is without income, in the model, as often as admitted households seem to be.
    parts = benefit_ratio(results, weight="weight")
    points = [parts.get("ratio_points", "urban", part) for part in PARTS]
    assert PARTS[int(np.argmax(points))] == "single"


def test_people_without_margins_are_refused():
    people = synthesize("example-county", households=50, seed=1)
    with pytest.raises(JZError) as caught:
        at_margins(people, load_policy("example-county"))
    assert caught.value.codes == ("JZ-E032",)
