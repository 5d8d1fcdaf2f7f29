"""Ways of working: every order names events of a log, every clause is in the catalogue."""

import pytest

from jiuzhu_sim.casework.log.log import DEPARTMENTS, EVENTS, LIST_LEVELS, PROGRAMMES
from jiuzhu_sim.casework.office.ways import USUAL, ways, ways_of
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.law.load import clauses

NAMED = [name for name in ways() if name != USUAL]


def test_every_way_but_the_usual_is_of_a_procedure():
    assert set(NAMED) <= set(procedures())
    assert ways_of("of somebody") is ways()[USUAL]


@pytest.mark.parametrize("name", ways())
def test_a_way_is_made_of_events_and_clauses(name):
    way = ways()[name]
    assert set(way.clauses) <= set(clauses())
    assert way.status in ("stated", "assumed")
    assert way.decider in ("township", "county")
    assert set(way.visits) <= set(LIST_LEVELS)
    assert set(way.spot_checks) <= set(PROGRAMMES)
    for kind, order in way.orders.items():
        steps = [step.partition(" ")[0] for step in order]
        assert set(steps) <= {*EVENTS, "meeting"}, kind
        assert steps.index("accept") == 0
        assert steps.index("decide") < steps.index("notify")
    assert ("one_case" in way.orders) == way.has_one_case
    assert way.has_departments <= (len(DEPARTMENTS) > 1)


@pytest.mark.parametrize("name", NAMED)
def test_the_lists_of_an_order_are_those_of_the_procedure(name):
    """A list that no step posts, or a step without its list, would go unnoticed."""
    posts = load_procedure(name).posts
    way = ways()[name]
    for programme, kind in (("dibao", "recognition"), ("one_case", "one_case")):
        asked = {entry.list_no for entry in posts[programme]}
        order = way.orders.get(kind, ())
        put_up = {int(step.split()[1]) for step in order if step.startswith("post")}
        assert put_up == asked, programme
