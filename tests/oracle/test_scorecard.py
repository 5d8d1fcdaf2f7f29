"""Scoring against its oracle: every card of the package, and one of every form, unit by unit."""

from pathlib import Path

import numpy as np
import pytest

from jiuzhu_sim.assessment.indicators.indicator import __file__ as indicator_file
from jiuzhu_sim.assessment.scorecard.card import CARDS, load_card
from jiuzhu_sim.assessment.scorecard.score import score
from jiuzhu_sim.language import read_yaml
from tests.oracle.scorecard import Oracle

INDICATORS = read_yaml(Path(indicator_file).with_name("indicators.yaml"))
FILES = [*sorted(CARDS.glob("*.yaml")), Path(__file__).with_name("every_form.yaml")]
UNITS = 40


def random_value(key, rng):
    """A value an officer would write: two decimals, a count, yes or no, or nothing."""
    unit = INDICATORS[key].get("unit", "share")
    if rng.random() < 0.1:
        return None
    if unit == "share":
        return round(float(rng.choice([rng.uniform(0.5, 1), 0.98, 0.95, 0.9, 1.0])), 3)
    return int(rng.integers(0, 2 if unit == "yes" else 4))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [1, 2])
def test_scores_are_those_of_the_oracle(path, seed):
    card, content = load_card(path), read_yaml(path)
    rng = np.random.default_rng(seed)
    units = [{key: random_value(key, rng) for key in card.indicators} for _ in range(UNITS)]
    weights = None
    if seed == 2:
        weights = {item.key: round(float(rng.uniform(0.1, 5)), 2) for item in card.items}
    given = None if weights is None else np.array(list(weights.values()))
    values = {
        key: np.array([np.nan if unit[key] is None else unit[key] for unit in units])
        for key in card.indicators
    }
    made = score(card, values, given)
    for row, unit in enumerate(units):
        oracle = Oracle(content, INDICATORS, unit, weights)
        for column, item in enumerate(card.items):
            expected = oracle.share[item.key]
            found = made.share[row, column]
            if expected is None:
                assert np.isnan(found), item.key
            else:
                assert found == pytest.approx(float(expected), abs=1e-9), (item.key, unit)
        if oracle.total is None:
            assert np.isnan(made.total[row])
            assert made.grade[row] == -1
        else:
            assert made.total[row] == pytest.approx(float(oracle.total), abs=1e-9)
            assert card.grades[made.grade[row]].key == oracle.grade
        struck = [v.key for v, hit in zip(card.vetoes, made.vetoed[row], strict=True) if hit]
        assert sorted(struck) == sorted(oracle.struck)
