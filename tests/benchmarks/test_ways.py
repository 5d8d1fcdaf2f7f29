"""Every engine of the benchmarks gives the same answers, or says where it does not."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from benchmarks.alone import column_bytes, laws, outcome, people, prepared
from benchmarks.rivals import COARSE, FROM_PARTS, OURS, WAYS, exact_ways, way_named
from benchmarks.ways import DifferenceError, all_answers, check, differences
from benchmarks.workloads import REFORM, STANDARD, slide
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.tables import to_tables

HOUSEHOLDS = 2_000


@pytest.fixture(scope="module")
def tables():
    found = to_tables(synthesize("example-county", HOUSEHOLDS, 1))
    return tuple(table.to_pandas() for table in found)


def ready(name, tables):
    way = way_named(name)
    way.prepare(*tables)
    return way


@pytest.fixture(scope="module")
def ours(tables):
    return ready(OURS, tables)


def test_all_exact_ways_agree(tables):
    ways = exact_ways()
    for way in ways:
        way.prepare(*tables)
    check(ways, laws())
    assert [way.name for way in ways] == [name for name in WAYS if name != COARSE]


@pytest.mark.parametrize("name", [name for name in WAYS if name not in (OURS, COARSE)])
def test_a_way_that_errs_by_a_yuan_is_refused(name, tables, ours, monkeypatch):
    way = ready(name, tables)
    right = way.answers

    def wrong(outcome):
        found = right(outcome)
        return found | {"benefit": found["benefit"] + (np.arange(HOUSEHOLDS) == 7)}

    monkeypatch.setattr(way, "answers", wrong)
    with pytest.raises(DifferenceError, match=r"benefit differs from jiuzhu_sim in 1 places"):
        check([ours, way], laws())


def test_a_move_changes_what_the_reform_changes(tables, ours):
    policy, reform = laws()
    base = ours.simulate(policy)
    assert policy.change({STANDARD: REFORM}).title == reform.title
    assert ours.totals(ours.move(base, reform))[-1, 2] > ours.totals(base)[-1, 2]


def test_a_slider_moves_at_every_call(ours):
    policy, reform = laws()
    seen = []
    moving = slide(ours, ours.simulate(policy), [policy, reform], totals=False)
    ours_move = ours.move
    ours.move = lambda base, law: seen.append(law.title) or ours_move(base, law)
    moving(), moving(), moving()
    del ours.move
    assert seen == [policy.title, reform.title, policy.title]


def test_what_float32_costs_is_told(tables, ours):
    told = differences(ours, ready(COARSE, tables), laws()[0])
    assert told["households"] == HOUSEHOLDS
    assert 0 <= told["fen"] < HOUSEHOLDS / 100
    assert abs(told["cost"]) < 1e-3
    same = differences(ours, ready("NumPy", tables), laws()[0])
    assert same["fen"] == same["layer"] == 0


@pytest.fixture(scope="module")
def folder():
    with people(HOUSEHOLDS) as found:
        yield found


@pytest.mark.parametrize("name", FROM_PARTS)
def test_the_files_themselves_give_the_same_answers(name, folder, ours):
    way = way_named(name)
    way.attach(folder)
    policy, reform = laws()
    expected, found = all_answers(ours, policy, reform), all_answers(way, policy, reform)
    for measure, tables_ in expected.items():
        loose = 0.05 if measure == "deciles" else 1e-9
        for one, other in zip(tables_, found[measure], strict=True):
            np.testing.assert_allclose(other, one, rtol=loose, atol=1e-9)


def test_people_of_a_folder_are_those_made_in_memory(folder, ours):
    way = prepared(way_named(OURS), folder)
    policy, _ = laws()
    np.testing.assert_array_equal(
        way.totals(way.simulate(policy)), ours.totals(ours.simulate(policy))
    )
    whole = jz.read_people(folder)
    assert column_bytes(folder) == sum(values.nbytes for values in whole.laid_out.values())


def test_a_child_that_fails_says_why():
    assert outcome(0, '{"seconds": [1.0]}', "") == {"seconds": [1.0]}
    assert outcome(-9, "", "") == {"failed": "out of memory"}
    assert outcome(1, "", "Traceback\nValueError: no") == {"failed": "ValueError: no"}
