"""People with a roll: of a folder as they are, of a recipe with records, or refused."""

import pytest

from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import write_people

S43 = load_policy("s43-county")


def test_a_place_has_its_own_recipe_or_the_one_with_every_programme():
    assert people_on_roll("", S43, 4000, 1).about["recipe"] == "s43-county"
    other = load_policy("example-county")
    found = people_on_roll("", other, 300, 1)
    assert found.about["recipe"] == "all-programmes"
    assert found.numbers("was_dibao").any()


def test_a_folder_is_taken_as_it_is(tmp_path):
    made = people_on_roll("all-programmes", S43, 200, 2)
    write_people(made, tmp_path / "data")
    again = people_on_roll(str(tmp_path / "data"), S43, 9, 9)
    assert again.households == 200
    for name in ("was_dibao", "current_benefit_m", "weight"):
        assert (again.numbers(name) == made.numbers(name)).all()


def test_people_that_cannot_be_found_are_refused(tmp_path):
    with pytest.raises(JZError) as refused:
        people_on_roll("no/such/folder", S43, 100, 1)
    assert refused.value.codes == ("JZ-E020",)
    with pytest.raises(JZError) as refused:
        people_on_roll("example-county", load_policy("example-county"), 100, 1)
    assert refused.value.codes == ("JZ-E101",)
