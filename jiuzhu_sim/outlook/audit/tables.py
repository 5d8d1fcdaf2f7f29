"""Ways of checking side by side: cover, money, efficiency before and after; what each one finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup import Cleanup, priority_signs, signs_of
from jiuzhu_sim.casework.matching.lag import detection_lag
from jiuzhu_sim.casework.matching.match import Matches
from jiuzhu_sim.casework.matching.sources import frequencies
from jiuzhu_sim.measures.cleanup import cleanup_found_by, cleanup_retained
from jiuzhu_sim.measures.disclosure import suppress
from jiuzhu_sim.measures.flows import conceal
from jiuzhu_sim.measures.incidence import concentration, efficiency, incidence
from jiuzhu_sim.measures.intervals import Estimate, Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.measures.targeting import Aim, cover, cover_money, grouped
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.rules.kit import HALF_FEN

BEFORE = "before"
MOMENT = "audit_moment"

Values = NDArray[np.float64]
Labels = Mapping[str, Mapping[str, str]]


def audit_tables(audited: Audit, min_n: int = 0) -> dict[str, Table]:
    """Every table that these people allow, by name; small rows hidden.

    With a truth: ``audit_cover``, ``audit_cover_person``, ``audit_money``, ``audit_township``; with
    households outside assistance as well ``audit_efficiency``, ``audit_incidence``,
    ``audit_concentration``. Always ``audit_found``, ``audit_found_by``, ``audit_priority``;
    ``audit_petition`` where petition-prone groups are on the roll.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> tables = audit_tables(audit(people, policy))
    >>> tables["audit_cover"].get("cover_wrong", "complete")
    0.0
    """
    made: dict[str, Table] = {}
    if audited.sight.can("wrong_cover"):
        made["audit_cover"] = side_by_side(audited, "audit_cover", cover)
        made["audit_cover_person"] = side_by_side(audited, "audit_cover", _persons)
        made["audit_money"] = side_by_side(audited, "audit_money", cover_money)
        if "township" in audited.people:
            groups = grouped("township", audited.people["township"])
            by_place = cover(audited.aim(), groups, min_n=min_n)
            made["audit_township"] = replace(by_place, name="audit_township")
    if audited.sight.can("efficiency"):
        made["audit_efficiency"] = side_by_side(audited, "audit_efficiency", efficiency)
        made["audit_incidence"] = side_by_side(audited, "audit_incidence", incidence)
        made["audit_concentration"] = side_by_side(audited, "audit_concentration", concentration)
    made["audit_found"] = found_table(audited)
    made["audit_found_by"] = suppress(found_by_table(audited), min_n)
    made["audit_priority"] = suppress(priority_table(audited), min_n)
    petition = petition_table(audited, min_n)
    if petition is not None:
        made["audit_petition"] = petition
    return made


def _persons(aim: Aim) -> Table:
    return cover(aim, per="person")


def side_by_side(audited: Audit, name: str, measure: Callable[[Aim], Table]) -> Table:
    """The totals of a measure before, and after each way of checking: a row a moment.

    `measure`: a table of an `Aim` whose first dimension has a row of totals.
    """
    moments = {BEFORE: measure(audited.aim())}
    moments |= {key: measure(audited.aim(key)) for key in audited.cleanups}
    first = moments[BEFORE]
    kept = [number for number, row in enumerate(first.rows) if row[0] == TOTAL]
    values, low, high = (
        np.concatenate([getattr(table, part)[kept] for table in moments.values()])
        for part in ("values", "low", "high")
    )
    return replace(
        first,
        name=name,
        dims=(MOMENT, *first.dims[1:]),
        rows=tuple((key, *first.rows[k][1:]) for key in moments for k in kept),
        values=values,
        low=low,
        high=high,
        n=np.concatenate([table.n[kept] for table in moments.values()]),
        names=labels_of(audited),
        disjoint=False,
        notes=("note.audit_moment", *first.notes),
    )


def labels_of(audited: Audit) -> Labels:
    """The ways of checking by name."""
    return {key: each.checks.label for key, each in audited.cleanups.items()}


def found_table(audited: Audit) -> Table:
    """What each way of checking takes and brings: households visited, interviewed and compared;
    of those wrongly covered (with a truth) how many it ends, in households and yuan a month, and
    how many it ends that were entitled.
    """
    rows = {key: _found(audited, each) for key, each in audited.cleanups.items()}
    first = next(iter(rows.values()))
    parts = [stack(parts.values()) for parts in rows.values()]
    values, low, high = (np.concatenate([part[k] for part in parts]) for k in range(3))
    made = Table(
        name="audit_found",
        dims=("audit_way",),
        rows=tuple((key,) for key in rows),
        statistics=tuple(Statistic(f"audit_{name}", unit) for name, unit in first),
        values=values,
        low=np.maximum(low, 0),
        high=high,
        n=np.full(len(rows), int(audited.roll.sum())),
        per="household",
        notes=("note.audit_found", INTERVAL_NOTE),
        fields={"policy": audited.policy.title},
        names=labels_of(audited),
        disjoint=False,
    )
    return made.of_all() if audited.people.is_complete else made


def _found(audited: Audit, cleanup: Cleanup) -> dict[tuple[str, str], Estimate]:
    roll = audited.roll
    variables = {
        name: getattr(cleanup, name) * roll for name in ("visited", "interviewed", "matched")
    }
    paid = cleanup.amount_before_m * roll
    is_ended = roll & (cleanup.amount_after_m <= HALF_FEN)
    units = dict.fromkeys(variables, "households")
    if audited.sight.can("wrong_cover"):
        entitled = audited.due_m > HALF_FEN
        wrong = roll & (paid > HALF_FEN) & ~entitled
        variables |= {
            "wrong": wrong,
            "wrong_ended": wrong & is_ended,
            "wrong_m": paid * wrong,
            "wrong_ended_m": paid * (wrong & is_ended),
            "right_ended": is_ended & entitled,
        }
        units |= {"wrong": "households", "wrong_ended": "households", "share_found": "share"}
        units |= {"wrong_ended_m": "yuan/month", "share_found_m": "share"}
        units |= {"right_ended": "households"}
    else:
        variables["ended"] = is_ended
        units["ended"] = "households"
    people = audited.people
    values: Any = {name: np.asarray(each, np.float64) for name, each in variables.items()}
    sums = Sums(people.numbers("weight"), auxiliaries=people.auxiliaries, **values)
    ratios = {
        "share_found": ("wrong_ended", "wrong"),
        "share_found_m": ("wrong_ended_m", "wrong_m"),
    }
    return {
        (name, unit): sums.ratio(*ratios[name]) if name in ratios else sums.total(name)
        for name, unit in units.items()
    }


def priority_table(audited: Audit) -> Table:
    """Who is to be checked first (S0.2, S4.3.7): households on the roll by sign, how many of them
    the chosen clean-up ends, and (with a truth) how many are wrongly covered."""
    chosen, people = audited.chosen, audited.people
    weight = people.numbers("weight")
    rows, names, values, counted = [], {}, [], []
    is_ended = chosen.is_outcome("stopped")
    entitled = audited.due_m > HALF_FEN if audited.due is not None else None
    documents = priority_signs()
    signs = [
        ((document, key), flags)
        for document in documents
        for key, flags in signs_of(chosen.before, document).items()
    ]
    for row, flags in [*signs, ((TOTAL, TOTAL), np.ones(len(weight), bool))]:
        bears = flags & audited.roll
        rows.append(row)
        counts = [float(weight @ bears), float(weight @ (bears & is_ended))]
        if entitled is not None:
            counts.append(float(weight @ (bears & ~entitled)))
        whole = counts[0]
        values.append([whole, *(part for c in counts[1:] for part in (c, _share(c, whole)))])
        counted.append(int(bears.sum()))
        if row[1] != TOTAL:
            names[row[1]] = documents[row[0]][row[1]]["label"]
    statistics = [Statistic("households", "households"), Statistic("audit_ended", "households"),
                  Statistic("audit_ended_share", "share")]  # fmt: skip
    if entitled is not None:
        statistics += [Statistic("audit_wrong", "households"), Statistic("audit_wrong_share",
                       "share")]  # fmt: skip
    return _counted(audited, "audit_priority", ("audit_document", "audit_sign"), rows, statistics,
                    values, counted, names, ("note.audit_priority",))  # fmt: skip


def found_by_table(audited: Audit) -> Table:
    """How the findings of each way of checking came about: households, persons, yuan less."""
    made = {key: cleanup_found_by(each, weight="weight") for key, each in audited.cleanups.items()}
    table = _below(made, "audit_found_by", "audit_way")
    return replace(table, names=labels_of(audited), fields={"policy": audited.policy.title})


def petition_table(audited: Audit, min_n: int = 0) -> Table | None:
    """Petition-prone groups under both rules: how many there are, stopped, kept, and their cost;
    None where there are none on the roll. Small rows are hidden, and with them a second one of
    those that add up to the group.
    """
    people = audited.people
    if "is_petition_group" not in people:
        return None
    if not (people.numbers("is_petition_group").astype(bool) & audited.roll).any():
        return None
    made = {rule: cleanup_retained(each, weight="weight")
            for rule, each in audited.petitions.items()}  # fmt: skip
    table = _below(made, "audit_petition", "audit_rule")
    if not min_n:
        return table
    parts = [
        [k for k, row in enumerate(table.rows) if row[0] == rule and row[1] != "in_group"]
        for rule in made
    ]
    names = [statistic.name for statistic in table.statistics]
    return conceal(table, names, table.n.astype(np.float64), parts, min_n)


def _below(made: Mapping[str, Table], name: str, dim: str) -> Table:
    """Tables of the same statistics one below the other, by a further dimension in front."""
    values, low, high, n = (
        np.concatenate([getattr(table, part) for table in made.values()])
        for part in ("values", "low", "high", "n")
    )
    first = next(iter(made.values()))
    notes = tuple(note for note in first.notes if note != "note.cleanup_checks")
    return replace(
        first,
        name=name,
        dims=(dim, *first.dims),
        rows=tuple((key, *row) for key, table in made.items() for row in table.rows),
        values=values,
        low=low,
        high=high,
        n=n,
        notes=notes,
        disjoint=False,
    )


def lag_table(audited: Audit, matches: Matches, hit: float = 1.0) -> Table:
    """How long what matching shows stays undetected, by frequency, and what is paid meanwhile.

    `hit`: the chance that a match finds it. Money: the mean fall of those whose benefit would end
    or fall by all sources together; of all of them, weighted.
    """
    fall = np.maximum(matches.before_m - matches.after_m, 0.0) * matches.among
    weight = audited.people.numbers("weight")
    cases = float(weight @ (fall > HALF_FEN))
    mean = float(weight @ fall) / cases if cases else 0.0
    rows, values = [], []
    for name, entry in frequencies().items():
        lag = detection_lag(int(entry["months"]), hit)
        leaked = lag.leaked(mean)
        rows.append((name,))
        values.append([lag.mean, lag.p90, lag.payments, leaked, leaked * cases])
    statistics = [
        *(Statistic(f"audit_lag_{name}", "months") for name in ("mean", "p90", "payments")),
        *(Statistic(f"audit_lag_{name}", "yuan") for name in ("case", "all")),
    ]
    n = [int((fall > HALF_FEN).sum())] * len(rows)
    names = {name: entry["label"] for name, entry in frequencies().items()}
    return _counted(audited, "audit_lag", ("audit_frequency",), rows, statistics, values, n, names,
                    ("note.audit_lag",))  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def _counted(
    audited: Audit,
    name: str,
    dims: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    statistics: Sequence[Statistic],
    values: Sequence[Sequence[float]],
    n: Sequence[int],
    names: Labels,
    notes: tuple[str, ...],
) -> Table:
    """A table of weighted counts without intervals."""
    found = np.array(values, np.float64)
    return Table.exact(
        name=name,
        dims=dims,
        rows=tuple(rows),
        statistics=tuple(statistics),
        values=found,
        n=np.array(n, np.int64),
        per="household",
        notes=notes,
        fields={"policy": audited.policy.title},
        names=names,
        disjoint=False,
    )
