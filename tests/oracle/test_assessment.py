"""Indicators against the slow oracle: random logs, a synthetic log, the truth with weights."""

import datetime

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.assessment.indicators import evidence_of, measure
from jiuzhu_sim.assessment.indicators.measured import interval
from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.casework.procedure.procedure import load_procedure
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.population import seen
from tests.casework.limits.slow_limits import Slow
from tests.casework.limits.test_slowly import random_cases
from tests.oracle import assessment as oracle

POLICY = jz.load_policy("s1-county-2020")
NAME = "s1-county-2020"
TOWNS = ("甲镇", "乙乡", "丙镇")
OF_ROWS = {
    "visit_rate": lambda cases, at: oracle.rate(cases, at, oracle.VISITED),
    "county_check_rate": lambda cases, at: oracle.rate(cases, at, oracle.CHECKED),
    "comparison_rate": lambda cases, at: oracle.rate(cases, at, oracle.COMPARED),
    "file_complete": oracle.files,
    "complaint_followed_up": oracle.followed_up,
}
OF_LIMITS = {
    "verification_on_time": ("verification",),
    "publicity_days_kept": ("posting",),
    "payment_on_time": ("payment",),
    "review_a_on_time": ("review_a",),
    "review_b_on_time": ("review_b",),
    "review_c_on_time": ("review_c_urban", "review_c_rural"),
    "review_on_time": ("review_a", "review_b", "review_c_urban", "review_c_rural"),
}


def compared(made, key, expected):
    k = made.place(key)
    got = [
        [int(np.nan_to_num(part[u, k])) for part in (made.hits, made.n, made.unknown)]
        for u in range(len(made.units))
    ]
    assert got == expected, key
    is_none = [row[1] == 0 for row in expected]
    assert np.isnan(made.value[:, k]).tolist() == is_none, key
    assert (key in made.missing) == all(is_none), key


def untidy(seed, n=400, kinds=("accept", "verify", "visit", "visit", "spot_check", "decide")):
    """Cases as offices write them: dates, levels and outcomes missing, rows that were not read."""
    rng = np.random.default_rng(seed)
    cases = []
    for number in range(n):
        kind = str(rng.choice(["new", "new", "new", "complaint", "review"]))
        steps = ("complain", "close", "follow_up") if kind == "complaint" else kinds
        events = []
        for step in rng.choice(steps, rng.integers(1, 9)):
            event = {"kind": str(step)}
            if rng.random() < 0.93:
                day = datetime.date(2025, 1, 20) + datetime.timedelta(int(rng.integers(90)))
                event["at"] = str(day)
            if step == "visit" and rng.random() < 0.85:
                event["level"] = str(rng.choice(["township", "county", "village"]))
            if step == "decide" and rng.random() < 0.85:
                event["outcome"] = str(rng.choice(["passed", "failed"]))
            if step == "close" and rng.random() < 0.2:
                event["department"] = "housing"
            events.append(event)
        case = {"case": number, "kind": kind, "events": events}
        case["programme"] = str(rng.choice(["dibao", "dibao", "tekun"]))
        if rng.random() < 0.95:
            case["township"] = str(rng.choice(TOWNS))
        if rng.random() < 0.8:
            case |= {"n_files_due": int(rng.integers(0, 4)), "n_files": int(rng.integers(0, 4))}
        if rng.random() < 0.05:
            case["n_unread"] = 1
        cases.append(case)
    return cases


@pytest.mark.parametrize("at", ["2025-05-01", "2025-03-05"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_untidy_logs(seed, at):
    # Some offices never write down spot-checks, some never comparisons.
    kinds = ("accept", "verify", "visit", "visit", "spot_check", "decide")
    log = log_of(untidy(seed, kinds=kinds if seed == 1 else kinds[:-2] + kinds[-1:]), at=at)
    made = measure(evidence_of(log=log, procedure=NAME, units=TOWNS), "census")
    cases, day = oracle.plain(log)
    for key, verdicts in OF_ROWS.items():
        compared(made, key, oracle.counted(verdicts(cases, day), TOWNS))
    assert (made.n[:, made.place("county_check_rate")] > 0).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_limits_of_random_cases(seed):
    procedure = load_procedure(NAME)
    rng = np.random.default_rng(seed)
    cases = random_cases(rng, datetime.date(2024, 5, 10), ["dibao", "complaint"])
    for case in cases:
        case["township"] = str(rng.choice(TOWNS))
    at = max(event["at"] for case in cases for event in case["events"])
    rows = [
        case
        | {
            "events": [
                {name: held if name == "list_no" else str(held) for name, held in event.items()}
                for event in case["events"]
            ]
        }
        for case in cases
    ]
    made = measure(evidence_of(log=log_of(rows, at=at), procedure=procedure, units=TOWNS), "census")
    entries = {entry.key: entry for entry in procedure.entries}
    for key, names in OF_LIMITS.items():
        verdicts = oracle.judged(
            cases, lambda case: Slow(case, procedure, at), [entries[name] for name in names]
        )
        compared(made, key, oracle.counted(verdicts, TOWNS))


@pytest.fixture(scope="module")
def people():
    made = people_on_roll("", POLICY, 2500, 1)
    weight = np.random.default_rng(4).integers(1, 9, made.households).astype(float)
    return (
        made.reweighted(weight)
        if hasattr(made, "reweighted")
        else made.with_columns({"weight": weight})
    )


def test_a_synthetic_log(people):
    log = synthetic_log(people, POLICY, procedure=NAME, year=2025, seed=3)
    made = measure(evidence_of(log=log, procedure=NAME), "census")
    cases, day = oracle.plain(log)
    for key, verdicts in OF_ROWS.items():
        compared(made, key, oracle.counted(verdicts(cases, day), made.units))


def homes(people):
    facts = {
        "has_applied": np.ones(people.households, bool),
        "registry_income_m": np.zeros(people.households),
    }
    wanted = ("benefit_m_hh", "layer_hh")
    true = simulate(seen(people, "true").with_columns(facts), POLICY, wanted)
    reported = simulate(people, POLICY, wanted)
    layers = [result["layer_hh"].astype(str) for result in (true, reported)]
    parts = zip(
        people["township"], people.numbers("weight"), people.numbers("was_dibao"),
        true.numbers("benefit_m_hh"), *layers, strict=True,
    )  # fmt: skip
    starts = np.cumsum(people.sizes) - people.sizes
    marks = [
        [people.numbers(name)[first : first + size].any() for first, size in
         zip(starts, people.sizes, strict=True)]
        if len(people.numbers(name)) == len(people.numbers("age")) else people.numbers(name) > 0
        for name in ("is_registered_poor", "is_relapse_monitored")
    ]  # fmt: skip
    for k, (town, weight, on_roll, due, layer, told) in enumerate(parts):
        yield {
            "township": str(town),
            "weight": float(weight),
            "on_roll": bool(on_roll),
            "due_m": float(due) if layer in ("dibao", "single_person") else 0.0,
            "is_told": told in ("dibao", "single_person"),
            "is_poor": bool(marks[0][k] or marks[1][k]),
        }


def test_cover_by_weight(people):
    results = jz.simulate(people, POLICY)
    made = measure(evidence_of(people=people, results=results), "census")
    households = list(homes(people))
    for u, (right, roll, reached, due) in enumerate(oracle.covered_right(households, made.units)):
        found = {key: made.column(key)[u] for key in ("cover_accuracy", "cover_reach")}
        assert found["cover_accuracy"] == pytest.approx(right / roll, abs=1e-9)
        assert found["cover_reach"] == pytest.approx(reached / due, abs=1e-9)
        assert made.size[u] == roll
        poor = [h for h in households if h["is_told"] and h["is_poor"]]
        poor = [h for h in poor if h["township"] == made.units[u]]
        covered = sum(h["weight"] for h in poor if h["on_roll"])
        k = made.place("registered_poor_covered")
        assert np.nan_to_num(made.n[u, k]) == sum(h["weight"] for h in poor)
        assert np.nan_to_num(made.hits[u, k]) == covered


def test_samples_of_unequal_weights_are_right_on_average(people):
    results = jz.simulate(people, POLICY)
    evidence = evidence_of(people=people, results=results)
    whole = measure(evidence, "census")
    for key in ("cover_accuracy", "cover_reach", "overpaid_money"):
        values = [measure(evidence, "sample", files=25, seed=k).column(key) for k in range(30)]
        middle, spread = np.mean(values, axis=0), np.std(values, axis=0) / np.sqrt(len(values))
        near = np.abs(middle - whole.column(key)) <= 4 * spread + 0.02 * np.abs(middle)
        assert near.all(), (key, middle, whole.column(key))


@pytest.mark.parametrize(("n", "of"), [(12, 40), (20, 200), (60, None)])
def test_intervals_cover_as_they_promise(n, of):
    """Every truth there can be: how likely is a sample whose interval holds it?"""
    truths = [k / 50 for k in range(51)] if of is None else range(of + 1)
    held = []
    ends = [interval(hits, n, float("inf") if of is None else float(of)) for hits in range(n + 1)]
    for right in truths:
        share = right if of is None else right / of
        chances = [oracle.chance(hits, n, of, right) for hits in range(n + 1)]
        held.append(
            sum(p for p, (low, high) in zip(chances, ends, strict=True)
                if low - 1e-6 <= share <= high + 1e-6)
        )  # fmt: skip
    assert 0.94 < np.mean(held) < 0.985
    assert min(held) > 0.88
