"""A watch worked out again in plain Python, household by household, in the words of the rules."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.measures.flows import kept
from jiuzhu_sim.months.roll import APPLYING
from jiuzhu_sim.outlook.monitoring import watch as watching
from jiuzhu_sim.outlook.monitoring.dials import Dials, outcome
from jiuzhu_sim.outlook.monitoring.watch import BASIC, OTHER, TRUE, watch
from jiuzhu_sim.population.draws import uniform

HOUSEHOLDS, MONTHS, CUT, FEN = 300, 6, 2.0, 0.005


@pytest.fixture(scope="module")
def seen():
    """A run with what the registers have, caught where the warnings are raised."""
    caught = {}

    def spy(warnings, history, of, *, seed, ids):
        caught.update(history=history, seed=seed, ids=ids)
        return raised(warnings, history, of, seed=seed, ids=ids)

    raised = watching.raise_warnings
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(watching, "raise_warnings", spy)
        people = jz.synthesize("all-programmes", households=HOUSEHOLDS, seed=4)
        caught["run"] = watch(people, jz.load_policy("national-illustrated"), MONTHS)
    return caught


def assisted(run, t, home):
    """Whether a household is on the roll, and recognised, when month `t` begins."""
    on = run.run.opening if t == 0 else run.run.on_roll[t - 1]
    return bool(on[home]), bool(run.recognised.is_in[t, home])


def is_for(rule, on, edge):
    return {
        "both": True,
        "assisted": on or edge,
        "not_assisted": not (on or edge),
        "roll": on,
        "edge": edge and not on,
    }[rule.of]


def says(rule, value, month):
    """Whether a rule's words hold on what the register has of one household in a month."""
    now, window = value(month), range(1, rule.window + 1)
    before = [value(month - k) for k in window]
    if rule.test == "below":
        return now < rule.threshold
    if rule.test == "level":
        return all(each >= rule.threshold for each in [now, *before[:-1]])
    if rule.test == "rise":
        return now - min(before) >= rule.threshold
    lost = max(before) - now
    if rule.unit == "share":
        return max(before) > 0 and lost / max(before) >= rule.threshold
    return lost >= rule.threshold


@pytest.fixture(scope="module")
def flags(seen):
    """(rule, month, household) of every warning."""
    run, made = seen["run"], set()
    for rule in run.warnings.rules:
        source = run.warnings.sources[rule.source]
        if rule.signal not in seen["history"]:
            assert rule.key in run.silent
            continue
        signal = seen["history"][rule.signal]
        covers = uniform(seen["seed"], seen["ids"], f"register {rule.source} 0") < source.hit
        for t in range(MONTHS):
            wrong = uniform(seen["seed"], seen["ids"], f"wrong {rule.key} {t}") < source.wrong
            for home in range(HOUSEHOLDS):
                if not is_for(rule, *assisted(run, t, home)):
                    continue

                def value(month, home=home, signal=signal):
                    return float(signal[max(month, 0), home])

                is_said = says(rule, value, t + 1 - source.delay)
                if (is_said and covers[home]) or wrong[home]:
                    made.add((rule.key, t, home))
    return made


def targets(run, seed, ids):
    """What there is to find: 1 need, 2 more, 3 over; a list of months for each household."""
    life, more = run.life, run.more
    paid, due = kept(run.run, "paid"), kept(run.run, "due")
    truth, arises = [], []
    asks = {"has_applied": np.ones(HOUSEHOLDS, bool)}
    last = simulate(run.run.people.with_columns({**life.eve(), **asks}), run.policy, TRUE).computed
    aided = last["temporary_aid_hh"]
    for t in range(MONTHS):
        columns = {**life.eve(), **life.month(t).columns, **asks}
        found = simulate(run.run.people.with_columns(columns), run.policy, TRUE).computed
        truth.append(found)
        sudden, now = life.month(t).events["accident"], found["temporary_aid_hh"]
        applies = uniform(seed, ids, f"emergency application {t}") < more["emergency.applies"]
        arises.append([
            bool(now[h] > 0 and (aided[h] == 0 or sudden[h]) and not applies[h])
            for h in range(HOUSEHOLDS)
        ])  # fmt: skip
        aided = now

    def target(t, h):
        basic = truth[t]["layer_hh"][h] in BASIC and truth[t]["benefit_m_hh"][h] > FEN
        other = truth[t]["layer_hh"][h] in OTHER
        on, edge = assisted(run, t + 1, h)
        recent = range(max(0, t - int(more["emergency.months"]) + 1), t + 1)
        urgent = any(arises[e][h] for e in recent)
        if not on and not edge:
            return 1 if basic or other or urgent else 0
        if on and paid[t, h] > FEN and due[t, h] < FEN:
            return 3
        if not on and not other and not basic:
            return 3
        unpaid = on and life.unpaid(t)[h] > 0
        return 2 if (not on and basic) or urgent or unpaid else 0

    return [[target(t, h) for t in range(MONTHS)] for h in range(HOUSEHOLDS)]


def pending(run, t, home):
    applies = t > 0 and run.run.status[t - 1, home] == APPLYING
    return applies or bool(run.recognised.waits[t, home])


def test_every_warning_is_what_the_rules_say(seen, flags):
    run = seen["run"]
    records, keys = run.records, run.warnings.keys
    fires = records.strength >= 1
    rows = zip(records.rule[fires], records.month[fires], records.home[fires], strict=True)
    assert {(keys[rule], int(t), int(home)) for rule, t, home in rows} == flags
    assert len({key for key, _, _ in flags}) > len(keys) / 2  # most rules have something to say


def test_measures_are_what_visiting_by_hand_gives(seen, flags):
    run, made = seen["run"], {"new": 0, "found": 0, "visits": 0, "right": 0, "lead": 0}
    points = {rule.key: rule.points for rule in run.warnings.rules}
    score = np.zeros((MONTHS, HOUSEHOLDS))
    for key, t, home in flags:
        score[t, home] += points[key]
    found = targets(run, seen["seed"], seen["ids"])
    assert (run.truth.target == np.array(found).T).all()
    for home, row in enumerate(found):
        starts = [t for t in range(MONTHS) if row[t] and (t == 0 or row[t] != row[t - 1])]
        made["new"] += sum(t > 0 for t in starts)
        last, known, handled = None, 0.0, None
        for t in range(MONTHS):
            begun = max((s for s in starts if s <= t), default=None) if row[t] else None
            known = min(known, score[t, home])
            rested = last is None or t - last >= run.more["rest.months"]
            is_news = rested or score[t, home] > known
            is_handled = begun is not None and begun == handled
            if score[t, home] < CUT or pending(run, t, home) or not is_news or is_handled:
                continue
            made["visits"] += 1
            last, known, handled = t, score[t, home], begun
            if begun is None:
                continue
            made["right"] += 1
            if begun > 0:
                end = next((s for s in range(t, MONTHS) if row[s] != row[t]), MONTHS)
                made["found"] += 1
                made["lead"] += max(end - t - int(run.more["aid.months"]), 0)
    weight = run.weight[0]
    assert (run.weight == weight).all()
    assert made["found"] > 0
    done = outcome(run, Dials(cut=CUT))
    assert {name: done.total(name) / weight for name in made} == made
    assert done.monthly_visits.sum() == made["visits"] * weight
