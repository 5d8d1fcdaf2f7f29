"""True, reported and registry values: ordered, varied, and moved by nothing else."""

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.population import recipe_names, synthesize
from jiuzhu_sim.population.recipe import load_recipe
from jiuzhu_sim.population.reporting import DRAWN, _views
from tests.population.recipes import changed, columns_of

HOUSEHOLDS = 20_000
MONEY = ("wage_m", "farm_income_y", "pension_other_m", "transfer_m", "savings")
COUNTS = ("n_vehicles", "n_homes", "has_business")
BOTH = {"urban": 0.0, "rural": 0.0}
NOTHING_HIDDEN = {
    "hidden": {
        source: {"share": BOTH, "all": BOTH}
        for source in load_recipe("all-programmes")["records"]["hidden"]
    },
    "unreported": {
        source: {"share": BOTH} for source in load_recipe("all-programmes")["records"]["unreported"]
    },
    "property": {name: {"hidden": 0, "unreported": [0, 0]} for name in COUNTS},
}


def names(plain):
    """The columns of the true and of the registry view."""
    return tuple(_views(plain, 0, 1, 2))[1:]


@pytest.fixture(scope="module", params=DRAWN)
def made(request):
    own = {"income": {"describes": request.param}}
    return request.param, columns_of(changed("all-programmes", own), HOUSEHOLDS)


def test_the_views_are_those_of_the_dictionary():
    for plain in (*MONEY, *COUNTS):
        for view, name in zip(("true", "registry"), names(plain), strict=True):
            assert (columns()[name].view_of, columns()[name].view) == (plain, view)


@pytest.mark.parametrize("plain", [*MONEY, *COUNTS])
def test_nobody_reports_more_than_is_true(made, plain):
    _, people = made
    true, registry = (people[name].astype(float) for name in names(plain))
    reported = people[plain].astype(float)
    entry = columns()[plain]
    assert (reported <= true).all()
    assert 0 < (reported < true).mean() < 0.3
    assert 0 < (registry < true).mean() < 0.8
    assert true.min() >= 0
    assert true.max() <= (entry.high or 1)
    # Stale entries alone stand above the truth, and they are few.
    stale = registry > true
    assert stale.mean() < 0.02
    assert stale.any() == (plain in ("wage_m", *COUNTS))
    if plain == "wage_m":
        assert not true[stale].any()
    if plain in COUNTS:
        assert (registry[stale] - true[stale]).max() == 1


def test_what_is_drawn_is_the_one_view_or_the_other(made):
    drawn, people = made
    plain = columns_of(changed("example-county", {}), HOUSEHOLDS)
    for name in (*MONEY, *COUNTS):
        kept = name if drawn == "reported" else names(name)[0]
        np.testing.assert_array_equal(people[kept], plain[name])


def test_where_nothing_is_hidden_the_three_agree(made):
    drawn, _ = made
    sees_all = {"hit": {"urban": 1.0, "rural": 1.0}, "part": [1, 1]}
    own = NOTHING_HIDDEN | {
        "registers": {
            source: sees_all for source in load_recipe("all-programmes")["records"]["registers"]
        },
        "property_registers": {name: {"hit": 1, "elsewhere": 0, "stale": 0} for name in COUNTS},
        "stale_wage": {"share": BOTH},
    }
    recipe = changed("all-programmes", {"income": {"describes": drawn}, "records": own})
    people = columns_of(recipe, 3_000)
    for plain in (*MONEY, *COUNTS):
        for name in names(plain):
            np.testing.assert_array_equal(people[name], people[plain])


def test_hidden_shares_are_near_the_recipe():
    part = load_recipe("all-programmes")["records"]
    recipe = changed("all-programmes", {"income": {"describes": "true"}})
    people = columns_of(recipe, HOUSEHOLDS)
    area = people["area"][people["owner"]]
    for code, kind in enumerate(("urban", "rural")):
        here = (area == code) & (people["farm_income_true_y"] > 500)
        if here.any():
            hides = people["farm_income_y"] < people["farm_income_true_y"]
            wanted = part["hidden"]["farm"]["share"][kind] + part["hidden"]["farm"]["all"][kind]
            assert hides[here].mean() == pytest.approx(wanted, abs=0.02)
        earns = (area == code) & (people["wage_true_m"] > 100)
        formal = part["formal_share"][kind]
        wanted = sum(
            share * (part["hidden"][name]["share"][kind] + part["hidden"][name]["all"][kind])
            for name, share in (("wage_formal", formal), ("wage_informal", 1 - formal))
        )
        hides = people["wage_m"] < people["wage_true_m"]
        assert hides[earns].mean() == pytest.approx(wanted, abs=0.02)


def test_pensions_are_seen_and_transfers_are_not(made):
    _, people = made

    def seen(name):
        true, registry = (people[view] for view in names(name))
        return (registry[true > 0] > 0).mean()

    assert seen("pension_other_m") > 0.9 > seen("wage_m") > 0.2 > seen("transfer_m")


def test_unverified_income_is_informal_and_rarely_seen(made):
    """The draw that makes an income unverified also makes it informal."""
    _, people = made
    unverified = ~people["is_income_verified"] & (people["wage_m"] > 0)
    verified = people["is_income_verified"] & (people["wage_m"] > 0)
    seen = people["wage_registry_m"] > 0
    assert seen[unverified].mean() < 0.1 < seen[verified].mean()


def test_the_registry_income_is_summed_or_drawn():
    assert load_recipe("all-programmes")["records"]["registry_income"] == "drawn"
    recipe = changed("all-programmes", {"records": {"registry_income": "summed"}})
    people = columns_of(recipe, 2_000)
    monthly = ("wage_registry_m", "pension_other_registry_m", "transfer_registry_m")
    monthly += ("pension_basic_m", "preferential_allowance_m", "disability_allowance_m")
    monthly += ("unemployment_benefit_m",)
    yearly = ("farm_income_registry_y", "business_income_y", "property_income_y")
    total = sum(people[n] for n in monthly) + sum(people[n] for n in yearly) / 12
    wanted = np.bincount(people["owner"], total)
    np.testing.assert_allclose(people["registry_income_m"], wanted, atol=0.5 + 1e-6)


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_says_what_its_draw_describes(name):
    assert load_recipe(name)["income"].get("describes", "reported") in DRAWN


def test_views_do_not_move_what_else_is_drawn():
    """Hiding nothing, the same people but for what is true and what registers show."""
    with_hiding = synthesize("all-programmes", 500, seed=4)
    without = columns_of(changed("all-programmes", {"records": NOTHING_HIDDEN}), 500, seed=4)
    for name in with_hiding.laid_out:
        if name not in ("id", "weight") and not columns()[name].view:
            np.testing.assert_array_equal(with_hiding.numbers(name), without[name])
