"""Scores worked out by hand from the official sheets, in files an officer can read."""

from pathlib import Path

import numpy as np
import pytest

from jiuzhu_sim.assessment.scorecard.card import load_card
from jiuzhu_sim.assessment.scorecard.score import score
from jiuzhu_sim.language import read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "cases_scorecard"
CASES = [
    pytest.param(file["card"], case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for file in [read_yaml(path)]
    for case in file["cases"]
]


def test_there_are_cases():
    assert len(CASES) > 25


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name, case):
    card, expect = load_card(name), case["expect"]
    values = {key: np.array([float(value)]) for key, value in case["values"].items()}
    made = score(card, values)
    found = {
        "points": dict(zip([i.key for i in card.items], made.points[0], strict=True)),
        "total": made.total[0],
        "grade": card.grades[made.grade[0]].key,
        "vetoed": [v.key for v, hit in zip(card.vetoes, made.vetoed[0], strict=True) if hit],
        "bonus": made.bonus[0],
    }
    for key, points in expect.get("points", {}).items():
        assert found["points"][key] == pytest.approx(points, abs=1e-9), key
    if "total" in expect:
        assert found["total"] == pytest.approx(expect["total"], abs=1e-9)
    if "bonus" in expect:
        assert found["bonus"] == pytest.approx(expect["bonus"], abs=1e-9)
    assert found["grade"] == expect.get("grade", found["grade"])
    assert set(found["vetoed"]) == set(expect.get("vetoed", []))
