"""The clean-up judged by hand-made families, and what must hold of any roll."""

from dataclasses import fields

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import (
    FOUND_BY,
    OUTCOMES,
    REASONS,
    clean_up,
    load_checks,
    reason_clause,
    reason_label,
    roll_of,
)
from jiuzhu_sim.casework.cleanup.reasons import reason_table
from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import clauses
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables

LAW = load_policy("s43-county")  # 373.3 urban, 2434/12 rural; pensions and compensation count
LINE = 373.3

# One family a row: what stands on the roll, and what is true. All urban.
FAMILIES = {
    "as it stands": {"age": [70]},
    "draws a pension": {"age": [66, 64], "pension_true": [1500, 0]},
    "earns wages": {"age": [40], "wage_true": [900]},
    "earns a little": {"age": [40, 38], "wage_true": [200, 0]},
    "paid for land": {"age": [50], "compensation_true": 20_000},
    "paid for land long ago": {"age": [50], "compensation_true": 20_000, "since": 60},
    "one has died": {"age": [80, 50], "because": ["dead", "none"]},
    "lived alone, has died": {"age": [80], "because": ["dead"]},
    "an orphan moved": {"age": [68, 10], "because": ["none", "special_aid"]},
    "nobody able to support": {"age": [72], "able": False},
    "above on the roll itself": {"age": [40], "wage": [800]},
    "one left out": {"age": [60, 61], "covered": 1, "paid": LINE},
    "pension and wages, each too much": {"age": [66, 40], "pension_true": [900, 0],
                                         "wage_true": [0, 900]},
    "a small pension, wages too much": {"age": [66, 40], "pension_true": [100, 0],
                                        "wage_true": [0, 900]},
    "eligible, never covered": {"age": [44], "on_roll": False},
    "eligible by what is said only": {"age": [44], "on_roll": False, "wage_true": [900]},
}  # fmt: skip
NAMES = list(FAMILIES)


def people_of(families, **of_homes):
    """People of these families; `of_homes` for all households."""
    persons = {name: [] for name in ("household_id", "age", "wage_m", "wage_true_m")}
    persons |= {name: [] for name in ("pension_other_true_m", "not_counted_because_true")}
    homes = {"area": ["urban"] * len(families), "has_applied": [True] * len(families)}
    homes |= {name: [] for name in ("was_dibao", "n_covered_now", "current_benefit_m")}
    homes |= {name: [] for name in ("compensation_true", "months_since_compensation_true")}
    homes["has_able_obligor_true"] = []
    for number, family in enumerate(families.values()):
        age = family["age"]
        nothing = [0] * len(age)
        wage = family.get("wage", nothing)
        persons["household_id"] += [number] * len(age)
        persons["age"] += age
        persons["wage_m"] += wage
        persons["wage_true_m"] += family.get("wage_true", wage)
        persons["pension_other_true_m"] += family.get("pension_true", nothing)
        persons["not_counted_because_true"] += family.get("because", ["none"] * len(age))
        gets = family.get("on_roll", True)
        covered = family.get("covered", len(age)) * gets
        homes["was_dibao"].append(gets)
        homes["n_covered_now"].append(covered)
        homes["current_benefit_m"].append(family.get("paid", round(covered * LINE, 2)))
        homes["compensation_true"].append(family.get("compensation_true", 0))
        homes["months_since_compensation_true"].append(family.get("since", 3))
        homes["has_able_obligor_true"].append(family.get("able", True))
    for entry in columns().values():
        # All else there must be, and what is true of it: nothing.
        is_basic = entry.kind == "input" and not entry.optional and entry.default is None
        if (is_basic or entry.view == "true") and entry.dtype != "text":
            table = persons if entry.level == "person" else homes
            length = len(persons["age"] if entry.level == "person" else families)
            table.setdefault(entry.name, [entry.low or 0] * length)
    homes["weight"] = [1.0] * len(families)
    homes["township"] = ["甲镇"] * len(families)
    given = {name: [value] * len(families) for name, value in of_homes.items()}
    return people_from_tables(persons, homes | given)


def judged(law=LAW, **options):
    return clean_up(people_of(FAMILIES), law, **options)


def row(cleanup, name):
    k = NAMES.index(name)
    return (
        OUTCOMES[cleanup.outcome[k]],
        REASONS[cleanup.reason[k]],
        int(cleanup.persons_after[k]),
        float(cleanup.amount_after_m[k]),
    )


@pytest.mark.parametrize(
    ("name", "outcome", "reason", "persons", "amount"),
    [
        ("as it stands", "stays", "none", 1, 373.3),
        ("draws a pension", "stopped", "pension", 0, 0),
        ("earns wages", "stopped", "other_income", 0, 0),
        ("earns a little", "reduced", "other_income", 2, 546.6),
        ("paid for land", "stopped", "compensation", 0, 0),
        ("paid for land long ago", "stays", "none", 1, 373.3),
        ("one has died", "reduced", "natural_decrease", 1, 373.3),
        ("lived alone, has died", "stopped", "natural_decrease", 0, 0),
        ("an orphan moved", "reduced", "orphan", 1, 373.3),
        ("nobody able to support", "stopped", "five_guarantee", 0, 0),
        ("above on the roll itself", "stopped", "on_record", 0, 0),
        ("one left out", "raised", "recomputed", 2, 746.6),
        # Neither alone keeps it out: the first that holds, in the order of the document.
        ("pension and wages, each too much", "stopped", "pension", 0, 0),
        # The pension comes first in the document, and would not have ended the cover.
        ("a small pension, wages too much", "stopped", "other_income", 0, 0),
        ("eligible, never covered", "not_covered", "none", 0, 0),
    ],
)
def test_every_case_is_judged_by_what_is_true(name, outcome, reason, persons, amount):
    found = row(judged(), name)
    assert found[:3] == (outcome, reason, persons)
    assert found[3] == pytest.approx(amount)


def test_the_missed_enter_where_the_law_says_so():
    cleanup = judged(LAW.change({"cleanup.admits_new": True}))
    assert row(cleanup, "eligible, never covered") == ("new", "missed", 1, 373.3)
    assert row(cleanup, "eligible by what is said only")[0] == "not_covered"
    blind = judged(LAW.change({"cleanup.admits_new": True}), checks=load_checks(visit=0.0))
    assert row(blind, "eligible by what is said only")[0] == "new"


def test_nobody_looks_nothing_is_found():
    cleanup = judged(checks=load_checks("complete", visits=0, objections={"wronged": 0}))
    assert row(cleanup, "earns wages")[:2] == ("stays", "none")
    assert row(cleanup, "above on the roll itself")[:2] == ("stopped", "on_record")
    assert FOUND_BY[cleanup.found_by[NAMES.index("above on the roll itself")]] == "records"


def test_who_tells_himself_needs_no_visit():
    told = load_checks("complete", visits=0, self_report=1, objections={"wronged": 0})
    cleanup = judged(checks=told)
    assert row(cleanup, "earns wages")[:2] == ("stopped", "other_income")
    assert FOUND_BY[cleanup.found_by[NAMES.index("earns wages")]] == "self_report"


def test_a_wage_left_in_a_register_stops_until_the_family_objects():
    """A stale entry: 900 a month in the register, nothing in truth."""
    family = {"stale": {"age": [40]}}
    stale = people_of(family).with_columns({"wage_registry_m": np.array([900.0])})
    silent = load_checks("matching_only", objections={"wronged": 0, "others": 0})
    stopped = clean_up(stale, LAW, checks=silent)
    assert OUTCOMES[stopped.outcome[0]] == "stopped"
    assert FOUND_BY[stopped.found_by[0]] == "matching"
    heard = clean_up(stale, LAW, checks=silent.change(objections={"wronged": 1}))
    assert OUTCOMES[heard.outcome[0]] == "stays"
    assert heard.has_objected[0]
    visited = clean_up(stale, LAW, checks=silent.change(second_visits=1, visit=1.0))
    assert OUTCOMES[visited.outcome[0]] == "stays"
    assert visited.is_suspected[0]
    assert visited.visited[0]


def test_who_is_stopped_by_a_stale_register_alone_is_wronged():
    """Where registers clearly above the standard stop benefit (S0.3.8), truth does not bend to
    them: the family objects, a visit settles it."""
    law = LAW.change({"stop.information": True})
    stale = {"registry_income_m": np.array([2000.0])}
    people = people_of({"stale": {"age": [40]}}).with_columns(stale)
    silent = load_checks("matching_only", objections={"wronged": 0, "others": 0})
    stopped = clean_up(people, law, checks=silent)
    assert REASONS[stopped.reason[0]] == "information"
    assert stopped.persons_truly.tolist() == [1]
    heard = clean_up(people, law, checks=silent.change(objections={"wronged": 1}))
    assert OUTCOMES[heard.outcome[0]] == "stays"


def test_a_register_of_compensation_paid_this_month_speaks_against_an_old_one():
    """Month 0 in the register is news, though the roll tells of months (of another payment)."""
    people = people_of({"paid": {"age": [40]}}).with_columns(
        {
            "compensation": np.array([500.0]),
            "months_since_compensation": np.array([30]),
            "compensation_registry": np.array([20_000.0]),
            "months_since_compensation_registry": np.array([0]),
        }
    )
    silent = load_checks("matching_only", objections={"wronged": 0, "others": 0})
    found = clean_up(people, LAW, checks=silent)
    assert REASONS[found.reason[0]] == "compensation"
    assert FOUND_BY[found.found_by[0]] == "matching"


def test_petition_groups_stay_unless_clearly_above():
    """540 of 373.3 × 1.5 = 559.95: above the standard, not clearly; 600 is."""
    families = {"a little above": {"age": [40], "wage_true": [540]},
                "clearly above": {"age": [40], "wage_true": [600]},
                "has died": {"age": [80], "because": ["dead"]}}  # fmt: skip
    law = LAW.change({"reading.clearly_above_ratio": 1.5})
    people = people_of(families, is_petition_group=True)
    strict = clean_up(people, law, petition="strict")
    assert [OUTCOMES[k] for k in strict.outcome] == ["stopped"] * 3
    kept = clean_up(people, law, petition="clearly_above")
    assert [OUTCOMES[k] for k in kept.outcome] == ["stays", "stopped", "stopped"]
    assert kept.retained.tolist() == [True, False, False]
    assert kept.amount_after_m.tolist() == [373.3, 0, 0]
    assert kept.persons_after.tolist() == [1, 0, 0]
    by_law = clean_up(people, law.change({"cleanup.petition_rule": "clearly_above"}))
    assert by_law.petition == "clearly_above"


def test_nothing_is_stopped_before_the_decision():
    """Two months at 373.3 (S4.3.6, S0.6.1); what the decision takes away is told as not due."""
    cleanup = judged()
    k = NAMES.index("earns wages")
    assert cleanup.paid_while_undecided[k] == 746.6
    assert cleanup.paid_not_due[k] == 746.6
    reduced = NAMES.index("earns a little")
    assert cleanup.paid_while_undecided[reduced] == pytest.approx(2 * 746.6)
    assert cleanup.paid_not_due[reduced] == pytest.approx(2 * 200)
    assert cleanup.paid_not_due[NAMES.index("as it stands")] == 0
    assert cleanup.paid_while_undecided[NAMES.index("eligible, never covered")] == 0


def test_who_is_not_passed_is_undecided_and_paid_on():
    nobody = load_checks("complete", review={"held": 0})
    cleanup = judged(LAW.change({"cleanup.admits_new": True}), checks=nobody)
    assert row(cleanup, "earns a little") == ("undecided", "not_passed", 2, 746.6)
    assert row(cleanup, "earns wages")[0] == "stopped"  # not eligible: not reported upward
    assert row(cleanup, "eligible, never covered") == ("undecided", "not_passed", 0, 0)


def test_the_removed_in_hardship_get_temporary_assistance():
    law = LAW.change({"temporary.offered": True, "temporary.urgent_ceiling": 3000.0})
    cleanup = clean_up(people_of(FAMILIES, emergency_need=5000), law)
    k = NAMES.index("earns wages")
    assert cleanup.temporary_aid[k] == 3000
    assert cleanup.temporary_aid[~cleanup.is_outcome("stopped")].sum() == 0


def test_reasons_and_their_clauses():
    known = clauses()
    for name in REASONS[1:]:
        assert reason_clause(name) in known, name
        assert reason_label(name)
        assert set(reason_table()[name].get("clauses", ())) <= set(known), name
        assert set(reason_table()[name]["label"]) == {"zh", "en"}


# --- any roll ---------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=["example-county", "s0-street", "s42-county-2013"])
def any_roll(request):
    law = load_policy(request.param)
    people = roll_of("all-programmes", law, seed=3, households=4000)
    return clean_up(people, law, checks="visited_31", seed=5)


def test_persons_and_money_add_up(any_roll):
    it = any_roll
    new = it.persons_after * ~it.roll
    found = it.persons_before - it.reasons_persons + it.persons_added + new
    np.testing.assert_array_equal(found, it.persons_after)
    assert (it.persons_after[it.is_outcome("stopped")] == 0).all()
    assert (it.amount_after_m[it.is_outcome("stopped")] == 0).all()
    assert (it.amount_after_m > it.amount_before_m)[it.is_outcome("raised")].all()
    assert (it.outcome == OUTCOMES.index("not_covered"))[~it.roll & ~it.reached].all()
    for name in ("amount_before_m", "amount_after_m", "paid_while_undecided", "temporary_aid"):
        amount = getattr(it, name)
        np.testing.assert_allclose(amount, np.round(amount, 2), atol=1e-9)


def test_safeguards_hold_whatever_the_outcome(any_roll):
    """All on the roll are paid as before until the decision (S0.6.1), the undecided after it too;
    temporary assistance (S0.6.2) only for the stopped of whom the rules find a need."""
    it = any_roll
    months = it.policy["cleanup.months"]
    paid = np.where(it.roll, it.amount_before_m * months, 0)
    np.testing.assert_allclose(it.paid_while_undecided, paid, atol=0.011)
    assert (it.paid_not_due <= it.paid_while_undecided + 0.011).all()
    waits = it.is_outcome("undecided") & it.roll
    np.testing.assert_array_equal(it.amount_after_m[waits], it.amount_before_m[waits])
    np.testing.assert_array_equal(it.persons_after[waits], it.persons_before[waits])
    helped = it.temporary_aid > 0
    assert (helped <= it.is_outcome("stopped")).all()
    assert (it.after.numbers("temporary_aid_hh")[helped] > 0).all()
    need = it.people.numbers("emergency_need") > 0
    if it.policy.place == "s0-street":
        assert need[helped].all()


def test_every_change_has_a_reason_and_a_way(any_roll):
    moved = np.isin(any_roll.outcome, [OUTCOMES.index(x) for x in ("stopped", "reduced")])
    assert (any_roll.reason[moved] > 0).all()
    assert (any_roll.found_by[moved] > 0).all()


def test_the_same_whatever_the_chunks(any_roll):
    again = clean_up(
        any_roll.people.with_chunk(500), any_roll.policy, checks=any_roll.checks, seed=5
    )
    for field in fields(any_roll):
        value = getattr(any_roll, field.name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(again, field.name), value, err_msg=field.name)
    other = clean_up(any_roll.people, any_roll.policy, checks=any_roll.checks, seed=6)
    assert (other.visited != any_roll.visited).any()


def test_order_of_the_rows_does_not_matter():
    forth = clean_up(people_of(FAMILIES), LAW, checks="visited_31", seed=2)
    back = dict(reversed(FAMILIES.items()))
    # Ids follow the rows; put them right, so that the same family has the same id.
    people = people_of(back)
    ids = np.arange(len(NAMES))[::-1]
    inner = dict(people.laid_out) | {"id": ids[people.household_order]}
    turned = clean_up(type(people)(**(vars(people) | {"laid_out": inner})), LAW,
                      checks="visited_31", seed=2)  # fmt: skip
    np.testing.assert_array_equal(turned.outcome[::-1], forth.outcome)
    np.testing.assert_array_equal(turned.visited[::-1], forth.visited)


def test_refusals():
    nobody = people_from_tables({"household_id": [0]}, {"area": ["rural"]})
    for call in (
        lambda: clean_up(nobody, LAW),
        lambda: judged(petition="lenient"),
        lambda: roll_of("s42-county-2013", LAW, seed=1),
    ):
        with pytest.raises(JZError) as caught:
            call()
        assert caught.value.codes == ("JZ-E101",)
    for unknown in (judged().is_outcome, judged().has_reason):
        with pytest.raises(JZError) as caught:
            unknown("stoped")
        assert caught.value.codes == ("JZ-E060",)
