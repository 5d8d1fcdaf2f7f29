"""On record: villages, groups, confidentiality, review, and who applies."""

import numpy as np
import pytest
from scipy.special import logit

from jiuzhu_sim.population import recipe_names, synthesize
from jiuzhu_sim.population.circumstances import Scene
from jiuzhu_sim.population.conditions import afflict
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_types import settle, township_names
from jiuzhu_sim.population.recipe import AREAS, load_recipe
from jiuzhu_sim.population.records import propensity, village_names, villages
from tests.population.recipes import changed, columns_of

RECIPE = load_recipe("all-programmes")
PART = RECIPE["records"]


@pytest.fixture(scope="module")
def people():
    return synthesize("all-programmes", households=30_000, seed=1)


@pytest.mark.parametrize("name", recipe_names())
def test_village_names_are_unique_and_sorted(name):
    recipe = load_recipe(name)
    if recipe.get("records"):
        names = village_names(recipe)
        assert sorted(set(names)) == list(names)


def test_households_live_in_a_village_of_their_township_and_area(people):
    known = villages(RECIPE)
    village = people.numbers("village")
    for number, one in enumerate(known):
        here = village == number
        assert set(people["township"][here].tolist()) == {township_names(RECIPE)[one.township]}
        assert set(people["area"][here].tolist()) == {AREAS[one.area]}
    numbers = np.bincount(village, minlength=len(known))
    assert numbers.min() > 20
    assert numbers.max() / numbers.min() > 2  # unlike each other


def test_the_villages_are_the_same_for_every_seed(people):
    shares = np.bincount(people.numbers("village")) / people.households
    other = synthesize("all-programmes", 30_000, 2).numbers("village")
    np.testing.assert_allclose(np.bincount(other) / 30_000, shares, atol=0.004)


def test_villages_named_and_numbered_by_the_recipe():
    place = {"urban": 1, "rural": 1, "hardship": 0}
    own = {"甲镇": place | {"villages": {"urban": ["前街社区"], "rural": 3}}}
    recipe = {**changed("all-programmes", {}), "townships": own}
    assert village_names(recipe) == ("前街社区", "甲镇01村", "甲镇02村", "甲镇03村")
    assert set(columns_of(recipe, 300)["village"].tolist()) == {0, 1, 2, 3}


def test_a_recipe_may_do_without_villages():
    made = columns_of(changed("all-programmes", {"records": {"village": None}}), 50)
    assert "village" not in made
    assert "has_applied" in made


def test_petition_groups_are_as_reported(people):
    """S4.1.2: 3,296 of 63,393 dibao households."""
    assert PART["petition_group"]["of_dibao"] == pytest.approx(3296 / 63_393, abs=5e-5)
    in_group, gets = people["is_petition_group"], people["was_dibao"]
    assert in_group[gets].mean() == pytest.approx(3296 / 63_393, abs=0.01)
    assert in_group[~gets].mean() == pytest.approx(PART["petition_group"]["of_others"], abs=0.004)


def test_minors_are_not_made_public(people):
    hidden = people["is_confidential"]
    assert hidden[people["age"] < 18].all()
    assert 0 < hidden[people["age"] >= 18].mean() < 0.01
    assert hidden[(people["age"] >= 18) & people["serious_illness"]].mean() > 0.005


def test_reviews_are_of_those_in_dibao(people):
    months, gets = people["months_since_review"], people["was_dibao"]
    assert not months[~gets].any()
    overdue = months[gets] >= PART["review"]["cycle_months"]
    assert overdue.mean() == pytest.approx(PART["review"]["overdue_share"], abs=0.01)
    assert months.max() == PART["review"]["overdue_months_max"]


def test_all_in_dibao_have_applied(people):
    assert people["has_applied"][people["was_dibao"]].all()
    assert 0.2 < people["has_applied"].mean() < 0.95


def scene(ids):
    homes = settle(RECIPE, Draws(1, ids))
    return homes, afflict(RECIPE, homes)


def test_propensity_by_hand_and_its_signs():
    """The logit is the weighted sum, and each sign goes the way the recipe says."""
    homes, conditions = scene(np.arange(1, 4_001))
    rank = np.full(4_000, 0.2)
    odds = logit(propensity(RECIPE, Scene(PART, homes, conditions, rank, {}, {})))
    take = PART["take_up"]
    elder_alone = (homes.size == 1) & (homes.age[homes.first] >= take["elder_age"])
    disabled = homes.total((conditions.disability_grade > 0).astype(float)) > 0
    hard = np.array([RECIPE["townships"][name]["hardship"] for name in township_names(RECIPE)])
    wanted = (
        take["constant"]["urban"]
        + take["rank"] * 0.2
        + take["elder_alone"] * elder_alone
        + take["disability"] * disabled
        + take["remoteness"] * hard[homes.township]
        + take["extra_member"] * (homes.size - 1)
    )
    np.testing.assert_allclose(odds, wanted, rtol=1e-9)
    assert take["elder_alone"] < 0 < take["disability"]
    assert take["remoteness"] < 0 < take["extra_member"]
    richer = propensity(RECIPE, Scene(PART, homes, conditions, rank + 0.5, {}, {}))
    assert (logit(richer) < odds).all()


def test_take_up_falls_with_income_and_remoteness(people):
    """Among those not in dibao; income a head stands for the rank."""
    open_to = ~people["was_dibao"]
    applied = people["has_applied"]
    owner = np.repeat(np.arange(people.households), people.sizes)
    names = ("wage_m", "pension_basic_m", "pension_other_m", "transfer_m")
    monthly = sum(people[n] for n in names) + people["farm_income_y"] / 12
    a_head = np.bincount(owner, monthly) / people.sizes
    third = np.digitize(a_head, np.quantile(a_head[open_to], [1 / 3, 2 / 3]))
    shares = [applied[open_to & (third == n)].mean() for n in range(3)]
    assert shares[0] > shares[1] + 0.05 > shares[2] + 0.1
    remote = people["township"] == "双龙乡"
    near = people["township"] == "城关镇"
    assert applied[open_to & remote].mean() < applied[open_to & near].mean() - 0.02
