"""Tables made by parts are those of the people in memory, to the last bit."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.costs import by_layer, caseload
from jiuzhu_sim.measures.distribution import winners_losers
from jiuzhu_sim.measures.merge import (
    MEASURES,
    load_states,
    measures_for,
    needed_by,
    partial_states,
    save_states,
    tables_of,
)
from jiuzhu_sim.measures.programmes import by_programme
from jiuzhu_sim.measures.recipients import split_by_recipient
from tests.measures.parts import part

HOUSEHOLDS = 240
WANTED = needed_by(MEASURES)


def uneven(recipe, households):
    """Synthetic people with weights that no float holds exactly."""
    people = jz.synthesize(recipe, households=households, seed=3)
    return people.with_columns({"weight": np.arange(1, households + 1) / 7})


def both(people, policies):
    return tuple(jz.simulate(people, policy, WANTED) for policy in policies)


EXAMPLE = jz.load_policy("example-county")
POLICIES = (EXAMPLE, EXAMPLE.change({"dibao.standard.rural": 670}, name="670元"))
PEOPLE = uneven("example-county", HOUSEHOLDS)
RICH = uneven("all-programmes", 60)
NATIONAL = jz.load_policy("national")
RICHER = (NATIONAL, NATIONAL.change({"dibao.standard.rural": "+10%"}))


def states(people, policies, places):
    """The states of each part, through a file."""
    made = []
    for k in sorted(set(places.tolist())):
        file = io.BytesIO()
        save_states(file, partial_states(MEASURES, *both(part(people, places == k), policies)))
        made.append(load_states(io.BytesIO(file.getvalue())))
    return made


def bits(tables):
    """Everything that a table shows."""
    return {
        key: (
            table.rows,
            *(each.tobytes() for each in (table.values, table.low, table.high, table.n)),
            table.title,
            table.footnotes(),
        )
        for key, table in tables.items()
    }


WHOLE = {
    "example": tables_of(partial_states(MEASURES, *both(PEOPLE, POLICIES))),
    "rich": tables_of(partial_states(MEASURES, *both(RICH, RICHER))),
}


@settings(max_examples=8)
@given(st.integers(1, 6), st.integers(0, 2**16), st.randoms(use_true_random=False))
def test_any_split_in_any_order_gives_the_same_tables(parts, seed, random):
    places = np.random.default_rng(seed).integers(0, parts, HOUSEHOLDS)
    some = states(PEOPLE, POLICIES, places)
    random.shuffle(some)
    whole = some[0]
    for each in some[1:]:
        whole = whole + each
    assert bits(tables_of(whole)) == bits(WHOLE["example"])


def test_parts_in_which_a_programme_reaches_nobody_add_up_too():
    places = np.arange(60) // 4
    first, *others = states(RICH, RICHER, places)
    whole = sum(others, first)
    assert bits(tables_of(whole)) == bits(WHOLE["rich"])
    assert len(WHOLE["rich"]["programmes"].rows) > 3


def test_they_are_the_tables_of_the_people_in_memory():
    base, new = both(PEOPLE, POLICIES)
    made, w = WHOLE["example"], "weight"
    expected = {
        "caseload": caseload(base, weight=w),
        "caseload.new": caseload(new, weight=w),
        "layers": by_layer(base, weight=w),
        "layers.new": by_layer(new, weight=w),
        "programmes": by_programme(base, weight=w),
        "programmes.new": by_programme(new, weight=w),
        "split": split_by_recipient(base, new, weight=w),
        "winners_losers": winners_losers(base, new, weight=w, per="household"),
    }
    assert bits({key: made[key] for key in expected}) == bits(expected)
    totals = caseload(base, ("area", "category_hh", "township"), weight=w)
    assert set(made["totals"].rows) == set(totals.rows)
    for row in totals.rows:
        assert made["totals"].get("cost_y", *row) == totals.get("cost_y", *row)


def test_every_table_has_a_name_of_its_own():
    once = tables_of(partial_states(measures_for(EXAMPLE, False), both(PEOPLE, POLICIES)[0]))
    assert list(once) == ["caseload", "totals", "layers", "programmes", "poverty", "incomes"]
    of_both = [name for key in once for name in (key, f"{key}.new")]
    assert sorted(WHOLE["example"]) == sorted([*of_both, "split", "winners_losers", "deciles"])
    assert WHOLE["example"]["caseload.new"].fields["policy"] == "670元"


def test_a_file_of_states_has_the_same_bytes_each_time():
    some = partial_states(MEASURES, *both(PEOPLE, POLICIES))
    first, second = io.BytesIO(), io.BytesIO()
    save_states(first, some)
    save_states(second, load_states(io.BytesIO(first.getvalue())))
    assert first.getvalue() == second.getvalue()


def own(without=()):
    """A register of its own: every household once, all of them."""
    people = part(PEOPLE, np.arange(HOUSEHOLDS) < 20).with_columns({"weight": np.ones(20)})
    columns = {name: each for name, each in people.laid_out.items() if name not in without}
    return replace(people, laid_out=columns, about={"source": "own"})


def one(people):
    measures = measures_for(EXAMPLE, False, people.laid_out)
    return partial_states(measures, jz.simulate(people, EXAMPLE, needed_by(measures)))


def test_a_complete_count_has_no_intervals(tmp_path):
    once = partial_states(MEASURES, *both(own(), POLICIES))
    save_states(tmp_path / "states.npz", once)
    twice = load_states(tmp_path / "states.npz") + once
    for table in tables_of(twice).values():
        assert np.isnan(table.low).all()
    sampled = once + partial_states(MEASURES, *both(PEOPLE, POLICIES))
    assert tables_of(sampled)["caseload"].has_intervals


def test_people_without_townships_have_totals_without_them():
    assert tables_of(one(own(without=["township"])))["totals"].dims == ("area", "category_hh")


def test_what_the_columns_do_not_tell_is_left_out():
    assert "totals" not in tables_of(one(own(without=["is_student"])))
    with pytest.raises(JZError, match="wage_m"):
        one(own(without=["wage_m"]))


def test_calibrated_people_stay_in_memory():
    people = PEOPLE.with_weight(PEOPLE.numbers("weight"), {"one": np.ones(HOUSEHOLDS)}, {})
    with pytest.raises(ValueError, match="calibrated"):
        one(people)


def test_a_comparison_needs_two_policies():
    base, _ = both(PEOPLE, POLICIES)
    for measure in MEASURES:
        if measure.compares:
            with pytest.raises(ValueError, match="two policies"):
                measure.partial(base)


def test_with_a_comparison_there_are_those_of_one_policy_and_of_two():
    names = [each.name for each in measures_for(EXAMPLE, compares=True)]
    assert names == [each.name for each in MEASURES]
    assert {"caseload", "split", "deciles"} <= set(names)


def test_a_file_that_could_run_code_is_not_opened(tmp_path):
    np.savez(tmp_path / "states.npz", index=np.array([{}], object), data=np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_states(tmp_path / "states.npz")
