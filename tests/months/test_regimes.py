"""Review regimes: they build on every law, say the same things, and rest on clauses."""

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.law import clauses, region_names
from jiuzhu_sim.months.regimes import NOTHING, regime, regime_names, regimes
from jiuzhu_sim.months.roll import REASONS, STATUSES, reason_clauses, reason_title, status_title
from jiuzhu_sim.policy import load_policy


@pytest.mark.parametrize("place", region_names())
def test_every_regime_can_be_put_on_every_law(place):
    for one in regimes().values():
        policy = load_policy(place).change(one.changes)
        assert {path: policy[path] for path in one.changes} == dict(one.changes)


def test_regimes_differ_and_rest_on_clauses_of_the_law():
    assert len({tuple(sorted(one.changes.items())) for one in regimes().values()}) == len(regimes())
    for one in regimes().values():
        assert NOTHING.keys() <= one.changes.keys()
        assert [clause for clause in one.clauses if clause not in clauses()] == []
        assert bool(one.clauses) == (one.name != "none")


def test_an_unknown_regime_is_refused_with_the_nearest():
    with pytest.raises(JZError, match="s1_classes"):
        regime("s1_class")
    assert regime_names()[0] == "s1_classes"


def test_statuses_and_reasons_are_named_in_both_languages_and_rest_on_clauses():
    for language in ("zh", "en"):
        with speaking(language):
            assert len({status_title(name) for name in STATUSES}) == len(STATUSES)
            assert len({reason_title(name) for name in REASONS}) == len(REASONS)
    for name in REASONS:
        assert [clause for clause in reason_clauses(name) if clause not in clauses()] == []
        assert bool(reason_clauses(name)) == (name != "none")
