"""Each reform file gives what stands beside it, on people anyone can make again."""

import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.policy import load_policy, read_reform

REFORMS = sorted((FOLDER / "reforms").glob("*.yaml"))


@pytest.mark.parametrize("path", REFORMS, ids=lambda path: path.stem)
def test_a_reform_gives_what_it_says(path):
    reform = read_reform(path)
    policy, said = load_policy(reform.baseline), reform.expected
    people = people_of("", policy, said["households"], said["seed"])
    table = what_if(people, policy, reform.apply(policy)).tables["change"]
    assert table.get("persons.change", "total") == pytest.approx(said["change_persons"], abs=0.5)
    assert table.get("cost_y.change", "total") == pytest.approx(said["change_cost_y"], abs=0.5)
