"""A year of monitoring: true lives, what registers show of them, the warnings, what they find.

Without warnings the office learns as it does anyway: families apply, report, are reviewed
(`months/`). What a warning brings is measured against that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.casework.warnings.signals import FROM_BANK, signals
from jiuzhu_sim.casework.warnings.warnings import Warnings, groups, load_warnings, silence
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.flows import kept
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import CONDITIONS, Conditions
from jiuzhu_sim.months.life_persons import home_keys
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.roll import APPLYING
from jiuzhu_sim.months.run import first_month, simulate_months
from jiuzhu_sim.outlook.monitoring.happenings import Happenings, monitoring_assumptions
from jiuzhu_sim.outlook.monitoring.recognition import Recognised, recognise
from jiuzhu_sim.outlook.monitoring.records import Records, raise_warnings
from jiuzhu_sim.outlook.monitoring.truth import Truth, spells
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import MEMBERS_MAX, uniform
from jiuzhu_sim.rules.kit import HALF_FEN, codes

SEED = 20260101
LAYER = codes("layer_hh")
BASIC = (LAYER.tekun, LAYER.dibao, LAYER.single_person)
OTHER = (LAYER.edge, LAYER.rigid)
TRUE = ("layer_hh", "benefit_m_hh", "temporary_aid_hh")

UNSEEN = ("farm_income_y", "business_income_y")
"""Incomes that stand in no register: it keeps what was last established."""

EARNED = "wage_m"

Flags = NDArray[np.bool_]
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Watch:
    """A run of monitoring; arrays are (months, households) in the order of the tables.

    `run`: the office without warnings; `layer`: what is true (codes of `layer_hh`) and `aid`, yuan
    of temporary assistance that arises; `recognised`: edge and rigid families; `open`: households
    on whom no application is pending, so that a warning means something; `differs`: on the roll
    with another amount than is due, or truly above the standard; `truth` and `records`: what there
    is to find, and the warnings; `silent`: rules that cannot fire, with the reason (`silence`).
    """

    people: People
    policy: Policy
    warnings: Warnings
    life: Happenings
    run: Months
    more: Assumptions
    layer: NDArray[np.int8]
    aid: NDArray[np.float64]
    recognised: Recognised
    open: Flags
    differs: Flags
    truth: Truth
    records: Records
    silent: Mapping[str, str]

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.layer)

    @property
    def names(self) -> tuple[str, ...]:
        """The months as ``2025-01``."""
        return self.run.names

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """Weight of each household."""
        found: NDArray[np.float64] = self.people.numbers("weight")
        return found

    @cached_property
    def gain(self) -> NDArray[np.float64]:
        """Yuan that a visit in each month brings forward or stops."""
        return self.truth.gain(int(self.more["aid.months"]))

    @cached_property
    def ranks(self) -> NDArray[np.float64]:
        """A draw for each household that orders those of one score, whatever the order of rows."""
        return uniform(self.life.seed, home_keys(self.people), "order of visits")

    @property
    def assisted(self) -> Flags:
        """Who is assisted at the end of each month: on the roll, or recognised."""
        return self.run.on_roll | self.recognised.is_in[1:]


def watch(
    people: People,
    policy: Policy,
    months: int = 12,
    warnings: Warnings | None = None,
    *,
    start: str = "2025-01",
    seed: int = SEED,
    conditions: Conditions = CONDITIONS,
    assumed: Assumptions | None = None,
    more: Assumptions | None = None,
) -> Watch:
    """Run some months and raise the warnings of every month.

    `people` are as on the eve of `start`; `conditions` with more shocks are a bad year; `assumed`
    and `more` replace months/*.yaml and monitoring.yaml. Raises what `simulate_months` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> found = watch(people, jz.load_policy("example-county"), months=3)
    >>> found.truth.target.shape, found.months
    ((3, 500), 3)
    """
    first_month(months, start)
    warnings, told = warnings or load_warnings(), assumed or assumptions()
    more = more or monitoring_assumptions()
    life = Happenings(
        people, told, more, months=months, start=start, seed=seed, conditions=conditions
    )
    run = simulate_months(
        people,
        policy,
        months=months,
        start=start,
        assumptions=told,
        conditions=conditions,
        seed=seed,
        life=life,
    )
    ids = home_keys(run.people)
    eve, true, history = _lived(run, life, policy, warnings, ids, seed)
    on_roll = np.concatenate([run.opening[None], run.on_roll])
    is_other = np.isin(true["layer_hh"], OTHER)
    recognised = recognise(
        np.isin(eve["layer_hh"], OTHER), is_other, on_roll, told, more, seed=seed, ids=ids
    )
    history["validity_left"] = np.where(recognised.is_in, recognised.left, np.inf).astype(
        np.float32
    )
    unpaid = np.stack([life.unpaid(t) for t in range(months)]) * run.on_roll
    history[FROM_BANK] = np.concatenate([np.zeros_like(unpaid[:1]), unpaid]).astype(np.float32)
    waits = np.concatenate([np.zeros((1, len(ids)), bool), run.status == APPLYING])
    is_open = ~(waits | recognised.waits)[:-1]
    of = [groups(on_roll[t], recognised.is_in[t]) for t in range(months)]
    arises = _arising(eve["temporary_aid_hh"], true["temporary_aid_hh"], life)
    truth = _truth(run, true, is_other, recognised.is_in[1:], unpaid, arises, more, seed, ids)
    return Watch(
        people=run.people,
        policy=policy,
        warnings=warnings,
        life=life,
        run=run,
        more=more,
        layer=true["layer_hh"].astype(np.int8),
        aid=arises,
        recognised=recognised,
        open=is_open,
        differs=_differs(run, true["layer_hh"]),
        truth=truth,
        records=raise_warnings(warnings, history, of, seed=seed, ids=ids),
        silent=_silent(warnings, history, policy),
    )


def check_watch(
    people: People, months: int, start: str, month: str = "", household: int | str = ""
) -> None:
    """Refuse, all at once and before a run: months or a start that cannot be (JZ-E032), a month
    that is not run (JZ-E060), a household there is none of (JZ-E029); empty ones are not asked.

    >>> import jiuzhu_sim as jz
    >>> check_watch(jz.synthesize("example-county", households=9, seed=1), 3, "2025-01", "2025-03")
    """
    problems = Problems()

    def first() -> None:
        begins = first_month(months, start)
        names = np.datetime64(begins, "M") + np.arange(months)
        if month and month not in names.astype(str):
            raise JZError.unknown(text("dim.month"), month, names.astype(str))

    def known() -> None:
        if household != "":
            people.position(household)

    for check in (first, known):
        try:
            check()
        except JZError as fault:
            problems += fault.problems
    problems.raise_if_any()


def watches(
    people: People,
    policy: Policy,
    months: int = 12,
    warnings: Warnings | None = None,
    *,
    seeds: Iterable[int] = (SEED,),
    **given: Any,
) -> tuple[Watch, ...]:
    """A watch for each seed; `given`: what else `watch` takes."""
    made = (watch(people, policy, months, warnings, seed=seed, **given) for seed in seeds)
    return tuple(made)


def _silent(warnings: Warnings, history: Iterable[str], policy: Policy) -> dict[str, str]:
    """The rules that cannot fire, and why."""
    reasons = {rule.key: silence(rule, history, policy) for rule in warnings.rules}
    return {key: reason for key, reason in reasons.items() if reason != "none"}


def _differs(run: Months, layer: NDArray[Any]) -> Flags:
    """On the roll with another amount than is due, or in gradual exit by what is true."""
    changed = np.abs(kept(run, "paid") - kept(run, "due")) > HALF_FEN
    found: Flags = run.on_roll & (changed | ~np.isin(layer, BASIC))
    return found


def _lived(
    run: Months,
    life: Happenings,
    policy: Policy,
    warnings: Warnings,
    ids: NDArray[np.int64],
    seed: int,
) -> tuple[Columns, dict[str, NDArray[Any]], dict[str, NDArray[np.float32]]]:
    """What is true on the eve and in each month, and what registers have of it (eve in row 0)."""
    before = life.eve()
    hit = warnings.sources["human_resources"].hit if "human_resources" in warnings.sources else 1.0
    first = np.cumsum(run.people.sizes) - run.people.sizes
    place = np.arange(run.people.persons) - first[life.owner]
    keys = ids[life.owner] * MEMBERS_MAX + place
    is_casual = uniform(seed, keys, "casual work") >= hit
    true, seen = [], []
    asks = {"has_applied": np.ones(run.people.households, bool)}
    for t in range(-1, run.months):
        columns = {**before, **(life.month(t).columns if t >= 0 else {})}
        people = run.people.with_columns({**columns, **asks})
        true.append(simulate(people, policy, TRUE).computed)
        shown = {name: before[name] for name in UNSEEN if name in columns}
        if EARNED in columns:
            shown[EARNED] = np.where(is_casual, before[EARNED], columns[EARNED])
        seen.append(signals(people.with_columns(shown), policy))
    stacked = {name: np.stack([each[name] for each in true[1:]]) for name in TRUE}
    history = {name: np.stack([each[name] for each in seen]).astype(np.float32) for name in seen[0]}
    return true[0], stacked, history


def _arising(before: NDArray[Any], aid: NDArray[Any], life: Happenings) -> NDArray[np.float64]:
    """Temporary assistance in the months in which its ground arises, not while it goes on."""
    made = np.zeros(aid.shape)
    last = before
    for t, now in enumerate(aid):
        sudden = life.month(t).events["accident"]
        made[t] = np.where((now > 0) & ((last == 0) | sudden), now, 0)
        last = now
    return made


def _truth(
    run: Months,
    true: Mapping[str, NDArray[Any]],
    is_other: Flags,
    recognised: Flags,
    unpaid: NDArray[np.int64],
    arises: NDArray[np.float64],
    more: Assumptions,
    seed: int,
    ids: NDArray[np.int64],
) -> Truth:
    """What there is to find at the end of each month."""
    paid, due, on = kept(run, "paid"), kept(run, "due"), run.on_roll
    benefit = true["benefit_m_hh"]
    is_basic = np.isin(true["layer_hh"], BASIC) & (benefit > HALF_FEN)
    lump = np.zeros(arises.shape)
    for t in range(run.months):
        alone = uniform(seed, ids, f"emergency application {t}") < more["emergency.applies"]
        for later in range(t, min(t + int(more["emergency.months"]), run.months)):
            lump[later] += np.where(alone, 0, arises[t])
    assisted = on | recognised
    need = ~assisted & (is_basic | is_other | (lump > 0))
    over = np.where(on, (paid > HALF_FEN) & (due < HALF_FEN), recognised & ~is_other & ~is_basic)
    further = (recognised & ~on & is_basic) | (assisted & (lump > 0)) | (on & (unpaid > 0))
    target = np.select([need, over, further], [1, 3, 2], 0).astype(np.int8)
    flow = np.select([need | (recognised & ~on), over], [benefit * is_basic, paid], 0.0)
    lump = lump + np.where(on & (unpaid > 0) & (paid > 0), unpaid * paid, 0)
    return spells(target, flow, np.where(target == 3, 0, lump))
