"""Each reform file gives what stands beside it, on people anyone can make again."""

import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.policy import load_policy, read_reform

REFORMS = sorted((FOLDER / "reforms").glob("*.yaml"))


@pytest.mark.parametrize("path", REFORMS, ids=lambda path: path.stem)
def test_a_reform_gives_what_it_says(path):
    reform = read_reform(path)
    policy, said = load_policy(reform.baseline), reform.expected
    people = people_of("", policy, said["households"], said["seed"])
    tables = what_if(people, policy, reform.apply(policy), min_cell=0).tables
    table, split = tables["change"], tables["split"]
    assert table.get("persons.change", "total") == pytest.approx(said["change_persons"], abs=0.4)
    assert table.get("cost_y.change", "total") == pytest.approx(said["change_cost_y"], abs=0.5)
    for origin in ("existing", "new"):
        if f"{origin}_cost_y" in said:
            cost = split.get("change_y", origin)
            assert cost == pytest.approx(said[f"{origin}_cost_y"], abs=0.5)
    parts = [split.get("change_y", origin) for origin in ("existing", "new", "leaving")]
    assert sum(parts) == pytest.approx(split.get("change_y", "total"))


def test_a_misspelt_parameter_in_a_reform_is_refused_with_the_nearest(tmp_path):
    text = REFORMS[0].read_text(encoding="utf-8").replace("dibao.standard.rural", "dibao.standart")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    reform = read_reform(tmp_path / "x.yaml")
    with pytest.raises(JZError) as caught:
        reform.apply(load_policy(reform.baseline))
    assert caught.value.codes == ("JZ-E003",)
    assert caught.value.problems[0].values["nearest"].startswith("dibao.standard.")
