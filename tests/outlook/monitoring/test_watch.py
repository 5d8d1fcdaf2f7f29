"""A watch: exact registers miss nothing they look at, and nothing depends on order or chance."""

from dataclasses import replace

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.warnings.warnings import load_warnings
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.months import Conditions
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.outlook.monitoring.chain import one_household_chain, telling
from jiuzhu_sim.outlook.monitoring.dials import (
    Dials,
    alone,
    cuts,
    outcome,
    visits_a_month,
    within,
    without,
)
from jiuzhu_sim.outlook.monitoring.happenings import HAPPENINGS, Happenings, monitoring_assumptions
from jiuzhu_sim.outlook.monitoring.tables import monitoring_tables
from jiuzhu_sim.outlook.monitoring.truth import KINDS
from jiuzhu_sim.outlook.monitoring.visits import visits_of
from jiuzhu_sim.outlook.monitoring.watch import check_watch, watch, watches
from jiuzhu_sim.outlook.review.review import hours, hours_given

POLICY = jz.load_policy("example-county")
PEOPLE = jz.synthesize("example-county", households=3000, seed=1)


@pytest.fixture(scope="module")
def run():
    return watch(PEOPLE, POLICY, months=8)


@pytest.fixture(scope="module")
def made(run):
    return outcome(run)


def test_nothing_happens_without_chances():
    told, more = assumptions().off(), monitoring_assumptions().off()
    more = more.changed({"recognition.opening": 1.0, "recognition.renews": 1.0})
    still = watch(PEOPLE, POLICY, months=4, assumed=told, more=more)
    assert not still.truth.is_new.any()
    counts = outcome(still).counts
    assert all(not counts[f"new_{kind}"].any() for kind in KINDS)


def test_every_happening_happens_and_changes_its_column():
    life = Happenings(PEOPLE, assumptions(), months=12, start="2025-01", seed=3)
    months = [life.month(t) for t in range(12)]
    seen = {name: sum(m.events[name].sum() for m in months) for name in HAPPENINGS}
    assert all(seen[name] > 0 for name in HAPPENINGS), seen
    last, eve = months[-1].columns, life.eve()
    for name in ("n_vehicles", "n_homes", "has_business"):
        assert last[name].sum() > eve[name].sum()
    assert (last["disability_grade"] == 2).sum() > (eve["disability_grade"] == 2).sum()
    assert (last["pension_basic_m"] >= eve["pension_basic_m"]).all()
    assert set(np.unique(life.unpaid(11))) <= {0, 1, 2, 3}


def test_a_shorter_run_is_the_beginning_of_a_longer_one(run):
    short = watch(PEOPLE, POLICY, months=5)
    assert (short.truth.target == run.truth.target[:5]).all()
    early = run.records.month < 5
    assert len(short.records) == early.sum()


def test_exact_registers_find_what_they_can_see():
    exact = watch(PEOPLE, POLICY, months=6, warnings=load_warnings().only(["vehicle"]).exact())
    bought = np.stack([exact.life.month(t).events["vehicle"] for t in range(6)])
    fires = np.zeros_like(bought)
    fires[exact.records.month, exact.records.home] = exact.records.strength >= 1
    held = np.concatenate([exact.run.opening[None], exact.run.on_roll[:-1]])
    held = held | exact.recognised.is_in[:-1]
    assert (fires[bought & held]).all()
    assert not fires[~held].any()


def test_a_late_register_finds_later():
    rules = load_warnings().only(["vehicle"]).exact()
    slow = replace(rules, sources={k: replace(s, delay=2) for k, s in rules.sources.items()})
    quick, late = (watch(PEOPLE, POLICY, 6, each).records for each in (rules, slow))
    assert late.month.min() >= quick.month.min() + 2
    assert len(late) < len(quick)


def test_a_higher_score_visits_fewer(run):
    visits = [outcome(run, Dials(cut=cut)).total("visits") for cut in cuts(run)]
    assert visits == sorted(visits, reverse=True)


def test_higher_thresholds_fire_less(run):
    scores = [outcome(run, Dials(multiplier=m)).score.sum() for m in (0.5, 1, 2)]
    assert scores == sorted(scores, reverse=True)


def test_nobody_is_visited_twice_for_one_spell(run, made):
    for number in np.unique(run.truth.spell[made.found]):
        assert (made.visited & (run.truth.spell == number) & made.found).sum() == 1


def test_visits_add_up(made):
    counts = made.counts
    parts = counts["right"] + counts["amount"] + counts["ordinary"]
    assert (parts == counts["visits"]).all()
    for kind in KINDS:
        assert (counts[f"found_{kind}"] <= counts[f"new_{kind}"]).all()
        assert (counts[f"gain_{kind}"] >= 0).all()


def test_officers_bound_the_visits_of_a_month(run):
    some = outcome(run, Dials(officers=2))
    most = visits_a_month(2, run.more, hours())
    assert (some.monthly_visits <= most).all()
    assert some.waiting.any()
    free = outcome(run)
    assert not free.waiting.any()


def test_officers_get_the_lowest_score_they_keep_up_with(run):
    cut = within(run, 3)
    most = visits_a_month(3, run.more, hours())
    assert cut is not None
    assert outcome(run, Dials(cut=cut)).monthly_visits.mean() <= most
    if cut > 1:
        assert outcome(run, Dials(cut=cut - 1)).monthly_visits.mean() > most


def test_a_rule_switched_off_is_a_rule_left_out(run):
    off = outcome(run, Dials(off=("death",)))
    rest = watch(PEOPLE, POLICY, 8, load_warnings().only((), ["death"]))
    assert (off.score == outcome(rest).score).all()
    assert without(run, ["death"], Dials()).total("visits") == off.total("visits")


def test_a_rule_alone_visits_only_where_it_fires(run):
    single = alone(run, "vehicle", Dials())
    place = run.warnings.position("vehicle")
    fires = np.zeros(single.visited.shape, bool)
    mine = (run.records.rule == place) & (run.records.strength >= 1)
    fires[run.records.month[mine], run.records.home[mine]] = True
    assert not (single.visited & ~fires).any()


def test_unknown_rules_and_dials_are_refused(run):
    with pytest.raises(JZError) as refused:
        outcome(run, Dials(off=("vehicel",)))
    assert refused.value.codes == ("JZ-E060",)
    with pytest.raises(JZError) as refused:
        Dials(multiplier=9, cut=0, officers=-1)
    assert refused.value.codes == ("JZ-E032",) * 3


def test_the_order_of_the_rows_does_not_matter():
    small = jz.synthesize("example-county", households=200, seed=2)
    names = {n: small[n] for n in small.laid_out if n != "id"}
    owner = np.repeat(small.numbers("id"), small.sizes)
    persons = {n: v for n, v in names.items() if len(v) == small.persons}
    homes = {n: v for n, v in names.items() if len(v) == small.households}
    from jiuzhu_sim.population import people_from_tables

    def built(order):
        rows = np.concatenate([np.flatnonzero(owner == small.ids[k]) for k in order])
        return people_from_tables(
            {"household_id": owner[rows], **{n: v[rows] for n, v in persons.items()}},
            {"household_id": small.ids[order], **{n: v[order] for n, v in homes.items()}},
        )

    order = np.arange(200)
    straight, turned = (outcome(watch(built(o), POLICY, 4)) for o in (order, order[::-1]))
    assert (straight.visited == turned.visited[:, ::-1]).all()
    assert (straight.watch.truth.target == turned.watch.truth.target[:, ::-1]).all()


def test_the_list_to_visit_is_that_of_the_month(made):
    month = made.watch.names[3]
    found = visits_of(made, month)
    assert [v.home for v in found if v.is_reached] == [v.home for v in found]
    assert {v.home for v in found} == set(np.flatnonzero(made.visited[3]).tolist())
    assert all(v.rules and v.since <= month and v.last_contact < month for v in found)
    with pytest.raises(JZError) as refused:
        visits_of(made, "2031-01")
    assert refused.value.codes == ("JZ-E060",)


def test_the_chain_tells_what_the_run_holds(made):
    chain = one_household_chain(made.watch, telling(made), made=made)
    home = chain.home
    assert [s.paid for s in chain.steps] == made.watch.run.paid[:, home].tolist()
    assert [s.warned for s in chain.steps] == made.visited[:, home].tolist()
    assert any(s.warned and s.target for s in chain.steps)
    with pytest.raises(JZError) as refused:
        one_household_chain(made.watch, "no such household")
    assert refused.value.codes == ("JZ-E029",)


def test_the_tables_agree_with_the_outcome(run, made):
    tables = monitoring_tables([run])
    kinds = tables["monitoring"]
    assert kinds.get("warning_found", "total") == made.total("found")
    assert kinds.get("warning_recall", "total") == pytest.approx(made.recall)
    month = tables["monitoring_month"]
    visits = sum(month.get("warning_visits", *row) for row in month.rows)
    assert visits == made.total("visits")
    for name in ("monitoring_area", "monitoring_township", "monitoring_group"):
        assert tables[name].get("warning_visits", "total") == visits
    for row in tables["monitoring_curve"].rows:
        low = tables["monitoring_curve"].get("warning_recall", *row)
        assert 0 <= low <= 1


def test_the_results_of_the_visits_add_up(run, made):
    results = monitoring_tables([run])["monitoring_result"]
    parts = [results.get("warning_visits", *row) for row in results.rows]
    assert sum(parts[:-1]) == parts[-1] == made.total("visits")
    right = sum(results.get("warning_share", kind) for kind in KINDS)
    assert right == pytest.approx(made.precision)


def test_spells_of_which_one_month_is_seen_are_counted_by_hand(run, made):
    """A new spell of one month: something other before it, and after it or the end of the run."""
    target, brief = run.truth.target, 0.0
    for home in range(target.shape[1]):
        row = [*target[:, home].tolist(), -1]
        for t in range(1, len(target)):
            if row[t] and row[t - 1] != row[t] != row[t + 1]:
                brief += run.weight[home]
    assert made.total("brief") == brief > 0
    assert made.total("brief") < made.total("new")


def test_a_rule_without_data_or_law_is_silent_and_named(run):
    assert run.silent["emergency"] == "law"
    assert run.silent["bills"] == run.silent["registered_poor"] == "column"
    table = monitoring_tables([run])["monitoring_rule"]
    for key, reason in run.silent.items():
        place = run.warnings.position(key)
        assert not (run.records.rule == place).any()
        assert np.isnan(table.get("warning_more_found", key))
        assert text(f"monitoring.silent.{reason}") in table.names[key]["zh"]


def test_where_the_law_has_temporary_assistance_emergencies_are_watched():
    people = jz.synthesize("all-programmes", households=2000, seed=1)
    aided = watch(people, jz.load_policy("national-illustrated"), 4)
    assert "emergency" not in aided.silent
    single = alone(aided, "emergency", Dials())
    assert single.total("visits") > 0
    assert single.precision > 0.2


def test_more_shocks_only_add_lost_jobs(run):
    """Common chances: who loses work in a plain year loses it in a bad one, no later."""
    bad = watch(PEOPLE, POLICY, months=8, conditions=Conditions(shocks=2.0))
    lost = [np.stack([w.life.month(t).events["job_lost"] for t in range(8)]) for w in (run, bad)]
    first, more = (np.cumsum(each, axis=0) > 0 for each in lost)
    assert (first <= more).all()
    assert more[-1].sum() > first[-1].sum()


def test_wrong_questions_are_refused_at_once_and_before_the_run():
    with pytest.raises(JZError) as refused:
        check_watch(PEOPLE, 3, "2025-01", "2025-04", "no such household")
    assert refused.value.codes == ("JZ-E060", "JZ-E029")
    with pytest.raises(JZError) as refused:
        check_watch(PEOPLE, 0, "2025-13")
    assert refused.value.codes == ("JZ-E032", "JZ-E032")
    check_watch(PEOPLE, 3, "2025-01", "2025-03", PEOPLE.ids[5])


def test_visits_that_take_no_time_have_no_bound(run):
    assert visits_a_month(3, run.more, hours_given(visit=0)) == np.inf


def test_chain_of_counts_balances(run, made):
    """Open at the end = open before + begun − cleared, household by household and summed."""
    month = monitoring_tables([run])["monitoring_month"]
    starts = run.truth.target > 0
    starts[1:] &= run.truth.spell[1:] != run.truth.spell[:-1]
    open_before = 0.0
    for t, row in enumerate(month.rows):
        ended = month.get("warning_cleared", *row)
        now = open_before + starts[t] @ run.weight - ended
        assert month.get("warning_open", *row) == pytest.approx(now)
        open_before = now


def test_several_seeds_widen_the_intervals():
    runs = watches(PEOPLE, POLICY, 3, seeds=[1, 2])
    several = monitoring_tables(runs)["monitoring"]
    single = [monitoring_tables([each])["monitoring"] for each in runs]
    mean = np.mean([t.get("warning_found", "total") for t in single])
    assert several.get("warning_found", "total") == pytest.approx(mean)
    assert (runs[0].truth.target != runs[1].truth.target).any()


def test_small_places_are_hidden(run):
    tables = monitoring_tables([run], min_n=10_000)
    assert tables["monitoring_township"].hidden.all()
