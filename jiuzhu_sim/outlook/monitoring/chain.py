"""One household, one chain (一户一条救助链): what happened, rose, was done, and what it got."""

from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.measures.flows import kept
from jiuzhu_sim.months.roll import REASONS, STATUSES
from jiuzhu_sim.outlook.monitoring.dials import Dials, Outcome, needed, outcome
from jiuzhu_sim.outlook.monitoring.truth import KINDS
from jiuzhu_sim.outlook.monitoring.watch import LAYER, Watch


@dataclass(frozen=True)
class Step:
    """One month of a household; all names are keys, money in yuan of the month.

    `events`: what truly happened; `rules`: warnings that stand, `is_new` those that rose in this
    month; `layer`: what it is truly entitled to; `target`: a kind of `KINDS` or ""; `status`,
    `reason`: at the office without warnings; `recognised`: as an edge or rigid family; `reviewed`,
    `visited`: by the office; `warned`: visited for a warning; `paid` and `due` of basic living,
    `aid` temporary assistance that arises; `gain` yuan that the visit brings forward or stops.
    """

    month: str
    events: tuple[str, ...]
    rules: tuple[str, ...]
    is_new: tuple[bool, ...]
    score: float
    layer: str
    target: str
    status: str
    reason: str
    recognised: bool
    reviewed: bool
    visited: bool
    warned: bool
    paid: float
    due: float
    aid: float
    gain: float


@dataclass(frozen=True)
class Chain:
    """The steps of one household; `home` is its position in the tables."""

    watch: Watch
    home: int
    dials: Dials
    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        """The household's id as its people have it."""
        return str(self.watch.people.ids[self.home])


def one_household_chain(
    watch: Watch, household: int | str, dials: Dials | None = None, made: Outcome | None = None
) -> Chain:
    """A household month by month. `made`: the outcome under these dials, if it is there already.

    Raises JZ-E029 for a household there is none of.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> run = watch(people, jz.load_policy("example-county"), months=3)
    >>> [step.month for step in one_household_chain(run, 7).steps]
    ['2025-01', '2025-02', '2025-03']
    """
    home = watch.people.position(household)
    made = made or outcome(watch, dials)
    run, truth, records = watch.run, watch.truth, watch.records
    names = ("paid", "due", "status", "reason", "reviewed", "visited")
    of = {name: kept(run, name)[:, home] for name in names}
    enough = needed(watch, made.dials.multiplier)
    on = ~np.isin(watch.warnings.keys, made.dials.off)
    mine = np.flatnonzero(records.home == home)
    mine = mine[on[records.rule[mine]] & (records.strength[mine] >= enough[records.rule[mine]])]
    layers = list(vars(LAYER))
    steps, before = [], set[str]()
    for t, month in enumerate(watch.names):
        events = watch.life.month(t).events
        rules = tuple(
            watch.warnings.keys[k] for k in sorted(records.rule[mine[records.month[mine] == t]])
        )
        kind = int(truth.target[t, home])
        steps.append(
            Step(
                month=month,
                events=tuple(name for name, flags in events.items() if flags[home]),
                rules=rules,
                is_new=tuple(rule not in before for rule in rules),
                score=float(made.score[t, home]),
                layer=layers[int(watch.layer[t, home])],
                target=KINDS[kind - 1] if kind else "",
                status=STATUSES[of["status"][t]],
                reason=REASONS[of["reason"][t]],
                recognised=bool(watch.recognised.is_in[t + 1, home]),
                reviewed=bool(of["reviewed"][t]),
                visited=bool(of["visited"][t]),
                warned=bool(made.visited[t, home]),
                paid=float(of["paid"][t]),
                due=float(of["due"][t]),
                aid=float(watch.aid[t, home]),
                gain=float(watch.gain[t, home]) if made.found[t, home] else 0.0,
            )
        )
        before = set(rules)
    return Chain(watch, home, made.dials, tuple(steps))


def telling(made: Outcome) -> str:
    """A household whose chain shows most: found by a warning in a new spell, with most brought
    forward; the first of the people where none was found."""
    shown = made.found & made.watch.truth.is_new
    worth = np.where(shown, made.watch.gain + made.watch.truth.left, 0).max(axis=0)
    best = int(np.lexsort((made.watch.ranks, -worth))[0])
    return str(made.watch.people.ids[best])
