"""Monthly warning rules as data: who is flagged, for what, how strongly (`warnings.yaml`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.warnings.signals import SIGNALS, is_offered, signals
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.reading import is_one_of, own_yaml

FILE = Path(__file__).with_name("warnings.yaml")

TESTS = ("level", "below", "rise", "fall")
FOR = ("both", "assisted", "not_assisted", "roll", "edge")
AIMS = ("need", "more", "emergency", "change", "delivery", "over")
BASES = ("number", "stated", "assumed")
NEEDED = {"label", "signal", "test", "threshold", "unit", "window", "for", "aim", "points",
          "source", "clause", "basis"}  # fmt: skip
OF_SOURCE = {"label", "delay", "hit", "wrong", "status"}

STRONGEST = 10.0
"""Strength at most: ten times the threshold says no more than that it is far beyond."""

UNDER_ONE = np.nextafter(np.float32(1), np.float32(0))
"""The last strength that is no warning."""

WINDOW_MAX = 12
"""Months a rule may look back, and a register be late."""

Strength = NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """A register: `delay` months until an event stands in it, `hit` share of households whose
    events it shows, `wrong` chance a month that it shows something of the wrong household."""

    key: str
    label: Mapping[str, str]
    delay: int
    hit: float
    wrong: float
    status: str

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Rule:
    """One warning rule; the fields are explained in warnings.yaml."""

    key: str
    label: Mapping[str, str]
    signal: str
    test: str
    threshold: float
    unit: str
    window: int
    of: str
    aim: str
    points: float
    source: str
    clauses: tuple[str, ...]
    basis: str

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def needs_past(self) -> bool:
        """Whether it looks at months before."""
        return self.test in ("rise", "fall") or (self.test == "level" and self.window > 1)


@dataclass(frozen=True)
class Warnings:
    """Rules and the registers they read.

    >>> found = load_warnings()
    >>> found.rules[0].title, found.sources["bank"].title
    ('登记收入低于低保边缘标准', '代发银行')
    """

    rules: tuple[Rule, ...]
    sources: Mapping[str, Source]
    note: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rules, in order."""
        return tuple(rule.key for rule in self.rules)

    def position(self, key: str) -> int:
        """Where a rule stands. Raises JZ-E060, with the nearest, when there is none."""
        if key not in self.keys:
            raise JZError.unknown(text("word.warning_rule"), key, self.keys)
        return self.keys.index(key)

    def off(self, keys: Iterable[str]) -> tuple[str, ...]:
        """These rules, to be switched off, each once; JZ-E060 for every unknown, all at once."""
        keys = tuple(dict.fromkeys(str(key) for key in keys))
        self.only((), keys)
        return keys

    def only(self, keys: Iterable[str], without: Iterable[str] = ()) -> "Warnings":
        """Only these rules (all where none is named), without some; JZ-E060 for each unknown."""
        problems, keys, without = Problems(), tuple(keys), tuple(without)
        for key in (*keys, *without):
            if key not in self.keys:
                problems += JZError.unknown(text("word.warning_rule"), key, self.keys).problems
        problems.raise_if_any()
        kept = [r for r in self.rules if (not keys or r.key in keys) and r.key not in without]
        return replace(self, rules=tuple(kept))

    def exact(self) -> "Warnings":
        """The same with registers that show everything, at once, and nothing else."""
        made = {k: replace(s, delay=0, hit=1.0, wrong=0.0) for k, s in self.sources.items()}
        return replace(self, sources=MappingProxyType(made))


def load_warnings(path: str | Path | None = None) -> Warnings:
    """The packaged rules, or those of a file of the same form.

    Raises JZ-E020 when there is no such file, JZ-E021 when it is no YAML, and JZ-E102 for every
    fault of its content, all at once.

    >>> len(load_warnings().rules) > 20
    True
    """
    return _ours() if path is None else _read(Path(path))


@cache
def _ours() -> Warnings:
    return _read(FILE)


def _read(path: Path) -> Warnings:
    content = own_yaml(path)
    problems = Problems()
    content = content if isinstance(content, dict) else {}
    sources: Any = content.get("sources")
    rules: Any = content.get("rules")
    for name, part in (("sources", sources), ("rules", rules)):
        if not isinstance(part, dict) or not part:
            problems.add("JZ-E102", f"{path.name} · {name}", reason=text("warning.fault.empty"))
    problems.raise_if_any()
    for kind, part, faults in (("sources", sources, _source_faults), ("rules", rules, _faults)):
        for key, entry in part.items():
            for reason in faults(entry, sources):
                problems.add("JZ-E102", f"{path.name} · {kind}.{key}", reason=reason)
    problems.raise_if_any()
    return Warnings(
        tuple(_rule(str(key), entry) for key, entry in rules.items()),
        MappingProxyType({key: Source(key=key, **entry) for key, entry in sources.items()}),
        content.get("note") or {"zh": "—"},
    )


def _rule(key: str, entry: Mapping[str, Any]) -> Rule:
    plain = {k: v for k, v in entry.items() if k not in ("for", "clause")}
    return Rule(key=key, of=entry["for"], clauses=tuple(entry["clause"]), **plain)


def _source_faults(entry: Any, _: Any) -> list[str]:
    if not isinstance(entry, dict) or set(entry) != OF_SOURCE:
        return [text("warning.fault.fields", needed=", ".join(sorted(OF_SOURCE)))]
    made = []
    if not _is_whole(entry["delay"], 0, WINDOW_MAX):
        made.append(text("warning.fault.months", name="delay", low=0, high=WINDOW_MAX))
    for name in ("hit", "wrong"):
        if not (_is_number(entry[name]) and 0 <= entry[name] <= 1):
            made.append(text("warning.fault.share", name=name))
    return made + _told(entry)


def _faults(entry: Any, sources: Any) -> list[str]:
    if not isinstance(entry, dict) or set(entry) != NEEDED:
        return [text("warning.fault.fields", needed=", ".join(sorted(NEEDED)))]
    known = {"signal": SIGNALS, "test": TESTS, "for": FOR, "aim": AIMS, "basis": BASES,
             "source": sources}  # fmt: skip
    made = [
        text("warning.fault.known", name=name, value=entry[name], known=", ".join(names))
        for name, names in known.items()
        if not is_one_of(entry[name], names)
    ]
    for name in ("threshold", "points"):
        if not (_is_number(entry[name]) and entry[name] > 0):
            made.append(text("warning.fault.positive", name=name))
    if not _is_whole(entry["window"], 1, WINDOW_MAX):
        made.append(text("warning.fault.months", name="window", low=1, high=WINDOW_MAX))
    if not (isinstance(entry["clause"], list) and entry["clause"]):
        made.append(text("warning.fault.clause"))
    return made + _told(entry)


def _told(entry: Mapping[str, Any]) -> list[str]:
    label = entry["label"]
    is_told = isinstance(label, dict) and bool(label.get("zh")) and bool(label.get("en"))
    return [] if is_told else [text("warning.fault.label")]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def strength(rule: Rule, now: NDArray[Any], past: NDArray[Any]) -> Strength:
    """How strongly a rule fires, (households,): 1 at its threshold, at most `STRONGEST`.

    `now`: its signal this month; `past`: of the months before, (months, households), of which a
    rise or fall looks at its window. A level holds in every month of its window, this one included.
    Below a limit counts only what is really below it. 0 where there is nothing to compare with.

    >>> rule = load_warnings().only(["earner_lost"]).rules[0]
    >>> strength(rule, np.array([1.0, 1]), np.array([[2.0, 1], [1, 1]])).tolist()
    [1.0, 0.0]
    """
    if rule.test in ("rise", "fall"):
        before = past[-rule.window :]
        if not len(before):
            return np.zeros(len(now), np.float32)
        if rule.test == "rise":
            moved = now - before.min(axis=0)
        else:
            top = before.max(axis=0)
            moved = top - now
            if rule.unit == "share":
                moved = np.divide(moved, top, out=np.zeros(len(now)), where=top > 0)
        found = moved / rule.threshold
    elif rule.test == "below":
        with np.errstate(divide="ignore", over="ignore"):
            ratio = np.where(now > 0, rule.threshold / now, STRONGEST)
        found = np.where(now < rule.threshold, np.maximum(ratio, 1), np.minimum(ratio, UNDER_ONE))
    else:
        earlier = past[len(past) - rule.window + 1 :] if rule.needs_past else past[:0]
        if len(earlier) < rule.window - 1:
            return np.zeros(len(now), np.float32)
        found = np.min([*earlier, now], axis=0) / rule.threshold
    return np.clip(np.nan_to_num(found, posinf=STRONGEST), 0, STRONGEST).astype(np.float32)


def groups(is_on_roll: NDArray[np.bool_], is_edge: NDArray[np.bool_]) -> dict[str, Any]:
    """Whom a rule is for: the households of each of `FOR`, (households,) bool.

    >>> groups(np.array([True, False]), np.array([False, False]))["not_assisted"].tolist()
    [False, True]
    """
    assisted = is_on_roll | is_edge
    return {
        "both": np.ones(len(assisted), bool),
        "assisted": assisted,
        "not_assisted": ~assisted,
        "roll": is_on_roll,
        "edge": is_edge & ~is_on_roll,
    }


def strengths(
    rules: Sequence[Rule],
    now: Mapping[str, NDArray[Any]],
    past: Sequence[Mapping[str, NDArray[Any]]],
    of: Mapping[str, NDArray[np.bool_]],
) -> Strength:
    """Strength of every rule on one month, (rules, households); see `strength`.

    `now`: signals of the month; `past`: those of the months before, the latest last; `of`: whom
    each rule is for (`groups`). A rule whose signal is not there stays 0.
    """
    homes = len(of["both"])
    made = np.zeros((len(rules), homes), np.float32)
    for place, rule in enumerate(rules):
        if rule.signal in now:
            before = [each[rule.signal] for each in past if rule.signal in each]
            rows = np.array(before).reshape(len(before), homes)
            made[place] = strength(rule, now[rule.signal], rows) * of[rule.of]
    return made


def flags(
    rules: Sequence[Rule],
    now: Mapping[str, NDArray[Any]],
    past: Sequence[Mapping[str, NDArray[Any]]],
    of: Mapping[str, NDArray[np.bool_]],
) -> NDArray[np.bool_]:
    """Which rules flag which households in a month, (rules, households) bool.

    >>> rule = load_warnings().only(["emergency"]).rules
    >>> of = groups(np.array([False, False]), np.array([False, False]))
    >>> flags(rule, {"emergency_need": np.array([0.0, 900])}, [], of).tolist()
    [[False, True]]
    """
    found: NDArray[np.bool_] = strengths(rules, now, past, of) >= 1
    return found


def silence(rule: Rule, now: Iterable[str], policy: Policy, *, has_past: bool = True) -> str:
    """Why a rule cannot fire: ``law`` (the law gives no such assistance), ``column`` (its column is
    missing), ``past`` (it needs earlier months), or ``none``. `now`: names of the signals at hand.

    >>> import jiuzhu_sim as jz
    >>> silence(load_warnings().only(["bills"]).rules[0], [], jz.load_policy("example-county"))
    'column'
    """
    if not is_offered(policy, rule.signal):
        return "law"
    if rule.signal not in now:
        return "column"
    return "past" if rule.needs_past and not has_past else "none"


@dataclass(frozen=True)
class Snapshot:
    """The rules on one monthly extract: `strength` (rules, households), and for each rule why it
    could not be computed (`silence`)."""

    warnings: Warnings
    strength: Strength
    silent: tuple[str, ...]

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """(rules, households) bool."""
        found: NDArray[np.bool_] = self.strength >= 1
        return found


def snapshot(
    people: People,
    policy: Policy,
    warnings: Warnings | None = None,
    of: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Snapshot:
    """The rules on one month of people, as far as one month tells.

    `of`: whom each rule is for (`groups`); without it who is assisted is read from the roster
    (`was_dibao`, `current_benefit_m`), and people without one are taken as not assisted. Nothing
    is looked up in the past, so rises and falls are silent.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> found = snapshot(people, jz.load_policy("example-county"))
    >>> dict(zip(found.warnings.keys, found.silent))["vehicle"]
    'past'
    """
    warnings = warnings or load_warnings()
    now = signals(people, policy)
    if of is None:
        on = np.zeros(people.households, bool)
        for name in ("was_dibao", "current_benefit_m"):
            if name in people:
                on |= people.numbers(name) > 0
        of = groups(on, np.zeros_like(on))
    made = strengths(warnings.rules, now, [], of)
    silent = (silence(rule, now, policy, has_past=False) for rule in warnings.rules)
    return Snapshot(warnings, made, tuple(silent))
