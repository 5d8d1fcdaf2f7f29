"""Every recipe's people show the recipe's own shares again."""

import pytest

from jiuzhu_sim.assessment.diagnostics import recipe_fit
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, recipe_names, synthesize
from jiuzhu_sim.population.recipe_margins import recipe_margins

POLICY = load_policy("example-county")


@pytest.mark.parametrize("name", recipe_names())
def test_shares_of_areas_sizes_and_townships_are_met(name):
    table = recipe_fit(simulate(synthesize(name, 20_000, 20260101), POLICY))
    assert len(table.rows) > 5
    missed = [row[0] for row in table.rows if table.get("verdict", *row) <= 0]
    assert missed == []


def test_a_wrong_share_would_be_seen(monkeypatch):
    people = synthesize("example-county", 20_000, 1)
    from jiuzhu_sim.population import recipe_margins as module

    changed = {**module.load_recipe("example-county"), "area_share": {"urban": 0.5, "rural": 0.5}}
    monkeypatch.setattr(module, "load_recipe", lambda _: changed)
    table = recipe_fit(simulate(people, POLICY))
    assert table.get("verdict", "area.urban", "check", "illustrative") == 0


def test_own_people_have_no_recipe():
    own = people_from_tables({"household_id": [0], "age": [70]}, {"area": ["rural"]})
    assert recipe_margins(own) == ()
