"""A clean-up in tables: reasons, stock before and after, outcomes, how found, who was kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup import FOUND_BY, OUTCOMES, REASONS, Cleanup, reported_of
from jiuzhu_sim.casework.cleanup.reasons import reason_table
from jiuzhu_sim.columns import column
from jiuzhu_sim.language import pick
from jiuzhu_sim.law import declarations, figures, known_values
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.rules.kit import MONTHS

HOUSEHOLDS = Statistic("households", "households", additive=True)
PERSONS = Statistic("persons", "persons", additive=True)
PAID = Statistic("paid_m", "yuan/month", additive=True)
CANCELLED = (
    Statistic("cancelled_households", "households", additive=True),
    Statistic("cancelled_persons", "persons", additive=True),
    Statistic("cancelled_m", "yuan/month", additive=True),
)
CHANGES = (
    HOUSEHOLDS,
    Statistic("persons_before", "persons", additive=True),
    Statistic("persons_after", "persons", additive=True),
    Statistic("paid_before_m", "yuan/month", additive=True),
    Statistic("paid_after_m", "yuan/month", additive=True),
)
KEPT = (HOUSEHOLDS, PERSONS, PAID, Statistic("paid_y", "yuan/year", additive=True))
MONEY = (HOUSEHOLDS, Statistic("paid_amount", "yuan", additive=True))

Values = tuple[NDArray[Any], ...]
Row = tuple[str, ...]
Cells = dict[Row, Values]


def cleanup_reasons(cleanup: Cleanup, *, weight: str) -> Table:
    """Whose cover ended and why, by reason and area: households, persons, yuan a month less.

    Households are those whose cover ends whole; persons and money include members who leave
    families that stay on the roll, and amounts reduced.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import clean_up, roll_of
    >>> policy = jz.load_policy("s43-county")
    >>> found = clean_up(roll_of("s43-county", policy, seed=1, households=2000), policy)
    >>> cleanup_reasons(found, weight="weight").rows[-1]
    ('total', 'total')
    """
    less = np.maximum(cleanup.amount_before_m - cleanup.amount_after_m, 0) * cleanup.roll
    stopped = cleanup.is_outcome("stopped")
    is_touched = _is_touched(cleanup)
    values = (stopped.astype(np.float64), cleanup.reasons_persons, less)
    cells: Cells = {}
    for name in (*REASONS, TOTAL):
        inside = is_touched if name == TOTAL else is_touched & cleanup.has_reason(name)
        if inside.any():
            for area, here in _areas(cleanup).items():
                cells[name, area] = tuple(value * (inside & here) for value in values)
    names = {name: entry["label"] for name, entry in reason_table().items()}
    dims = ("cleanup_reason", "area")
    notes = ("note.cleanup_partial",)
    return _table("cleanup_reasons", cleanup, weight, dims, CANCELLED, cells, notes, names)


def cleanup_stock(cleanup: Cleanup, *, weight: str) -> Table:
    """The stock: before − cancelled + members added + new = after; households, persons, yuan.

    The identity holds exactly in households, persons and money by area. Cancelled money is what is
    paid less on the roll, added what is paid more.
    """
    roll = cleanup.roll.astype(np.float64)
    new = cleanup.is_after & ~cleanup.roll
    change = (cleanup.amount_after_m - cleanup.amount_before_m) * cleanup.roll
    lines: dict[str, Values] = {
        "before": (roll, cleanup.persons_before, cleanup.amount_before_m),
        "cancelled": (
            cleanup.roll & ~cleanup.is_after,
            cleanup.reasons_persons,
            np.maximum(-change, 0),
        ),
        "added": (np.zeros(len(roll)), cleanup.persons_added, np.maximum(change, 0)),
        "new": (new, cleanup.persons_after * new, cleanup.amount_after_m * new),
        "after": (cleanup.is_after, cleanup.persons_after, cleanup.amount_after_m),
    }
    cells: Cells = {
        (line, area): tuple(value * here for value in values)
        for line, values in lines.items()
        for area, here in _areas(cleanup).items()
    }
    dims, notes = ("cleanup_line", "area"), ("note.cleanup_undecided", *_notes_on_new(cleanup))
    statistics = (HOUSEHOLDS, PERSONS, PAID)
    return _table("cleanup_stock", cleanup, weight, dims, statistics, cells, notes)


def cleanup_outcomes(cleanup: Cleanup, *, weight: str) -> Table:
    """What became of every case: households, persons and yuan a month before and after."""
    values = (
        np.ones(len(cleanup.roll)),
        cleanup.persons_before,
        cleanup.persons_after,
        cleanup.amount_before_m,
        cleanup.amount_after_m,
    )
    judged = cleanup.roll | cleanup.is_outcome("new") | cleanup.is_outcome("undecided")
    cells: Cells = {
        (name,): tuple(value * (judged & cleanup.is_outcome(name)) for value in values)
        for name in OUTCOMES[:-1]
    }
    cells[(TOTAL,)] = tuple(value * judged for value in values)
    notes = ("note.cleanup_undecided", *_notes_on_new(cleanup))
    return _table("cleanup_outcomes", cleanup, weight, ("cleanup_outcome",), CHANGES, cells, notes)


def cleanup_found_by(cleanup: Cleanup, *, weight: str) -> Table:
    """How the findings that ended or reduced cover came about: households, persons, yuan less."""
    stopped, persons = cleanup.is_outcome("stopped"), cleanup.reasons_persons
    less = np.maximum(cleanup.amount_before_m - cleanup.amount_after_m, 0) * cleanup.roll
    touched = _is_touched(cleanup)
    cells: Cells = {}
    for number, name in enumerate(FOUND_BY):
        inside = touched & (cleanup.found_by == number)
        if inside.any():
            cells[(name,)] = (stopped * inside, persons * inside, less * inside)
    cells[(TOTAL,)] = (stopped, persons * touched, less * touched)
    return _table("cleanup_found", cleanup, weight, ("cleanup_found",), CANCELLED, cells)


def _is_touched(cleanup: Cleanup) -> NDArray[np.bool_]:
    """Whose cover ended or became less: whole households, members, or the amount."""
    fewer = cleanup.reasons_persons > 0
    return fewer | cleanup.is_outcome("stopped") | cleanup.is_outcome("reduced")


def cleanup_retained(cleanup: Cleanup, *, weight: str) -> Table:
    """Petition-prone groups: before, stopped, kept though the rules end their cover, and others.

    The row ``retained`` is the cost of keeping them: persons, yuan a month and a year.
    """
    people = cleanup.people
    known = "is_petition_group" in people
    group = cleanup.roll & (people.numbers("is_petition_group") if known else False)
    stopped = group & cleanup.is_outcome("stopped")
    parts = {
        "in_group": group,
        "stopped": stopped,
        "retained": cleanup.retained,
        "others": group & ~stopped & ~cleanup.retained,
    }
    paid = cleanup.amount_before_m
    values = (np.ones(len(group)), cleanup.persons_before, paid, paid * MONTHS)
    cells: Cells = {(name,): tuple(v * inside for v in values) for name, inside in parts.items()}
    return _table("cleanup_retained", cleanup, weight, ("cleanup_petition",), KEPT, cells)


def cleanup_safeguards(cleanup: Cleanup, *, weight: str) -> Table:
    """What was paid meanwhile, of it not due; undecided, objections, temporary assistance; yuan."""
    paid, above = cleanup.paid_while_undecided, cleanup.paid_not_due
    undecided = cleanup.roll & cleanup.is_outcome("undecided")
    parts: dict[str, Values] = {
        "paid": (cleanup.roll, paid),
        "not_due": (above > 0, above),
        "undecided": (undecided, paid * undecided),
        "objected": (cleanup.has_objected, paid * cleanup.has_objected),
        "temporary": (cleanup.temporary_aid > 0, cleanup.temporary_aid),
    }
    cells: Cells = {(name,): values for name, values in parts.items()}
    return _table("cleanup_safeguards", cleanup, weight, ("cleanup_safeguard",), MONEY, cells)


def cleanup_reported(cleanup: Cleanup, *, weight: str) -> Table | None:
    """The model beside what the place reported of its clean-up; None where it reported nothing.

    Rows: before, removed, new and after by area as far as reported, the persons of each reason,
    and what the reported stock afterwards is above before less removed and new (the residual).
    """
    place = cleanup.policy.place
    told, content = reported_of(place), figures(place)
    if not told or not content:
        return None
    stock = cleanup_stock(cleanup, weight=weight)
    reasons = cleanup_reasons(cleanup, weight=weight)
    known = known_values(content)
    wanted = _reported_stock(told, known)
    cells: dict[Row, tuple[float, ...]] = {}
    lines = {"before": "before", "removed": "cancelled", "new": "new", "after": "after"}
    for (line, area), (households, persons) in wanted.items():
        found = lines.get(line)
        model = [stock.get(s, found, area) if found else np.nan for s in ("households", "persons")]
        cells[line, area] = (households, model[0], persons, model[1])
    for name, figure in told.get("reasons", {}).items():
        row = (name, TOTAL)
        both = [
            reasons.get(statistic, *row) if row in reasons.rows else 0.0
            for statistic in ("cancelled_households", "cancelled_persons")
        ]
        cells[row] = (np.nan, both[0], known[figure], both[1])
    values = np.array(list(cells.values()))
    reading = str(cleanup.policy["reading.urban_residual"])
    choice = (declarations()["reading.urban_residual"].choices or {})[reading]
    has_residual = any(line == "residual" for line, _ in cells)
    return Table.exact(
        name="cleanup_reported",
        dims=("cleanup_line", "area"),
        rows=tuple(cells),
        statistics=(
            Statistic("reported_households", "households"),
            HOUSEHOLDS,
            Statistic("reported_persons", "persons"),
            PERSONS,
        ),
        values=values,
        n=np.full(len(cells), int(cleanup.roll.sum())),
        per="household",
        notes=(
            "note.cleanup_checks",
            "note.cleanup_synthetic",
            *(["note.cleanup_residual"] if has_residual else []),
        ),
        fields={**_fields(cleanup, weight), "reading": pick(choice)},
        names={name: entry["label"] for name, entry in reason_table().items()},
        disjoint=False,
    )


def _reported_stock(
    told: Mapping[str, Any], known: Mapping[str, float]
) -> dict[Row, tuple[float, float]]:
    """Reported households and persons by line and area, and the residual where it can be told."""
    found: dict[Row, dict[str, float]] = {}
    for item in told["stock"]:
        if "area" in item:
            row = found.setdefault(("before", item["area"]), {})
            row[item["statistic"]] = known[item["figure"]]
    for line in ("removed", "new", "after"):
        for area, pair in told.get(line, {}).items():
            found[line, area] = {key: known[figure] for key, figure in pair.items()}
    for area in column("area").codes or {}:
        parts = [found.get((line, area)) for line in ("before", "removed", "after")]
        if all(parts):
            before, removed, after = (part or {} for part in parts)
            found["residual", area] = {
                key: after[key] - (before[key] - removed[key]) for key in after
            }
    return {row: (pair["households"], pair["persons"]) for row, pair in found.items()}


def _areas(cleanup: Cleanup) -> dict[str, NDArray[np.bool_]]:
    """The households of each area, and all."""
    area = cleanup.people.numbers("area")
    names = list(column("area").codes or {})
    made = {name: area == number for number, name in enumerate(names)}
    return made | {TOTAL: np.ones(len(area), bool)}


def _notes_on_new(cleanup: Cleanup) -> tuple[str, ...]:
    """Said where some of the new are not eligible in truth; known of people with true views."""
    return ("note.cleanup_wrongly_new",) if cleanup.is_wrongly_new.any() else ()


def _fields(cleanup: Cleanup, weight: str) -> dict[str, str]:
    wrong = float(cleanup.people.numbers(weight) @ cleanup.is_wrongly_new)
    return {
        "policy": cleanup.policy.title,
        "checks": cleanup.checks.title,
        "wrong": f"{wrong:,.0f}",
    }


def _table(
    name: str,
    cleanup: Cleanup,
    weight: str,
    dims: Row,
    statistics: Sequence[Statistic],
    cells: Mapping[Row, Values],
    notes: tuple[str, ...] = (),
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """A table of weighted totals: each cell's values by household, one for each statistic."""
    people = cleanup.people
    variables: Any = {
        f"{row}.{k}": np.asarray(value, np.float64)
        for row, values in enumerate(cells.values())
        for k, value in enumerate(values)
    }
    sums = Sums(people.numbers(weight), auxiliaries=people.auxiliaries, **variables)
    found = [
        stack([sums.total(f"{row}.{k}") for k in range(len(statistics))])
        for row in range(len(cells))
    ]
    values, low, high = (np.concatenate([one[k] for one in found]) for k in range(3))
    low = np.maximum(low, 0)  # totals of what is never negative
    is_made_to_report = people.about.get("recipe") == cleanup.policy.place
    is_made_to_report &= bool(reported_of(cleanup.policy.place))
    counted = [np.count_nonzero(np.any(list(parts), axis=0)) for parts in cells.values()]
    made = Table(
        name=name,
        dims=tuple(dims),
        rows=tuple(cells),
        statistics=tuple(statistics),
        values=values,
        low=low,
        high=high,
        n=np.array(counted, np.int64),
        per="household",
        notes=(
            *notes,
            "note.cleanup_checks",
            *(["note.cleanup_synthetic"] if is_made_to_report else []),
            INTERVAL_NOTE,
        ),
        fields=_fields(cleanup, weight),
        names=names,
        disjoint=False,
    )
    return made.of_all() if people.is_complete else made
