"""Files of reported figures that do not fit are refused, with every fault and its place."""

import pytest
import yaml

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import clauses, figures, figures_of, known_values, region
from jiuzhu_sim.law.load import FOLDER

LABEL = {"zh": "某数", "en": "a figure"}
FIGURE = {"clause": "S4.2.1", "value": 10, "unit": "households", "label": LABEL}
IDENTITY = {
    "row": 1,
    "clauses": ["S4.2.1"],
    "left": "R001 + line",
    "right": "R002",
    "tolerance": 0,
    "unit": "households",
    "label": LABEL,
}
MOVED = {area: {"households": "R001", "persons": "R002"} for area in ("urban", "rural")}
NO_SUCH = {"households": "R009", "persons": "R002"}
GOOD = {
    "name": "x",
    "figures": {"R001": FIGURE, "R002": FIGURE},
    "amounts": {"line": FIGURE},
    "compare": [{"figure": "R001", "area": "urban", "statistic": "households", "role": "target"}],
    "not_reported": [{"area": "urban", "statistic": "cost_y", "clause": "S4.2.1", "why": LABEL}],
    "flows": {"months": 9, "left": MOVED, "entered": MOVED},
    "identities": [IDENTITY],
}
COMPARED = GOOD["compare"][0]
# What is put in place of a part, and a word of the place that is told.
BAD = [
    ({"figures": {}}, "figures"),
    ({"figures": {"R1": FIGURE}}, "figures"),
    ({"figures": {"R001": FIGURE | {"value": "ten"}}}, "figures → R001 → value"),
    ({"compare": [COMPARED | {"role": "hope"}]}, "compare → 0 → role"),
    ({"compare": [COMPARED | {"area": "sea"}]}, "compare → 0 → area"),
    ({"identities": [IDENTITY | {"tolerance": -1}]}, "identities → 0 → tolerance"),
    ({"identities": [{k: v for k, v in IDENTITY.items() if k != "tolerance"}]}, "identities → 0"),
    ({"identities": [IDENTITY | {"verdict": "holds"}]}, "identities → 0"),
    ({"verdicts": []}, "x.yaml"),
    ({"figures": {"R001": FIGURE, "R002": FIGURE | {"clause": "S4.2.99"}}}, "figures R002"),
    ({"compare": [COMPARED | {"figure": "R003"}]}, "compare"),
    ({"appropriation": {"figure": "R009", "area": "rural", "why": LABEL}}, "appropriation"),
    ({"flows": GOOD["flows"] | {"months": 0}}, "flows → months"),
    ({"flows": GOOD["flows"] | {"left": {"urban": MOVED["urban"]}}}, "flows → left"),
    ({"flows": GOOD["flows"] | {"left": {**MOVED, "rural": NO_SUCH}}}, "flows"),
    ({"not_reported": [GOOD["not_reported"][0] | {"clause": "S9"}]}, "not_reported"),
    ({"identities": [IDENTITY | {"left": "R001 +"}]}, "identities"),
    ({"identities": [IDENTITY | {"right": "R003"}]}, "identities 1"),
    ({"identities": [IDENTITY | {"clauses": ["S4.2.99"]}]}, "identities 1"),
]


@pytest.fixture
def own_figures(tmp_path, monkeypatch):
    """A folder of law in which one file of figures can be written."""
    clauses()
    (tmp_path / "figures").mkdir()
    (tmp_path / "schema.json").write_bytes((FOLDER / "schema.json").read_bytes())
    monkeypatch.setattr("jiuzhu_sim.law.load.FOLDER", tmp_path)
    monkeypatch.setattr("jiuzhu_sim.law.reported.FOLDER", tmp_path)

    def read(content):
        (tmp_path / "figures" / "x.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        return figures.__wrapped__("x")

    return read


def test_a_good_file_is_taken_and_its_values_are_known(own_figures):
    assert known_values(own_figures(GOOD)) == {"R001": 10, "R002": 10, "line": 10}


@pytest.mark.parametrize(("change", "place"), BAD)
def test_a_bad_file_is_refused_with_the_place(change, place, own_figures):
    with pytest.raises(JZError) as caught:
        own_figures(GOOD | change)
    assert set(caught.value.codes) == {"JZ-E002"}
    assert any(place in problem.where for problem in caught.value.problems)


def test_all_faults_are_told_at_once(own_figures):
    with pytest.raises(JZError) as caught:
        own_figures(GOOD | {"identities": [IDENTITY | {"left": "R003", "right": "R004"}]})
    assert len(caught.value.problems) == 2
    assert "R001" in str(caught.value) or "R002" in str(caught.value)  # the nearest


def test_a_place_that_reported_nothing():
    assert figures("example-county") is None
    with pytest.raises(JZError) as caught:
        figures_of("s43-conty")
    assert caught.value.codes == ("JZ-E060",)
    assert "s43-county" in str(caught.value)


@pytest.mark.parametrize("name", ["s41-city", "s43-county"])
def test_a_place_without_amounts_says_so_and_has_the_national_mean_as_its_standard(name):
    """Its documents state no standard and no amount: nothing there is compared or a target."""
    compared = {item["statistic"] for item in figures_of(name)["compare"]}
    silent = {item["statistic"] for item in figures_of(name)["not_reported"]}
    assert compared == {"households", "persons"}
    assert silent == {"mean_benefit_m", "cost_y"}
    for area in ("urban", "rural"):
        (value,) = region(name).values[f"dibao.standard.{area}"]
        assert value.status == "national"
        assert value.clause.startswith("MCA")
