"""The tables of a what-if, made from the results before and after; what is hidden in them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.annual import WEIGHT
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import WANTED, Results
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.measures import budget_gap, caseload, deciles, poverty, publish, winners_losers
from jiuzhu_sim.measures.costs import CASELOAD
from jiuzhu_sim.measures.distribution import losers_by_layer
from jiuzhu_sim.measures.funding import who_pays
from jiuzhu_sim.measures.groups import Groups, groups, household
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.programmes import NEEDED, yearly_amounts
from jiuzhu_sim.measures.recipients import split_by_recipient
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.rules.kit import MONTHS

ADDED_UP = tuple(entry for entry in CASELOAD if entry.additive)
MOMENTS = ("base", "new", "change")
CHARITY = "charity"


@dataclass(frozen=True)
class Pair:
    """The results before and after, and how they are counted."""

    base: Results
    new: Results
    per: str
    appropriation: float | None

    @property
    def fields(self) -> dict[str, str]:
        return {"base": self.base.policy.title, "new": self.new.policy.title}

    @property
    def has_townships(self) -> bool:
        return "township" in self.base.people

    def change(self, by: str, name: str) -> Table:
        """Recipients and cost by area or township: baseline, reform and difference."""
        group = groups(self.base, (by,))
        before, few = self._totals(self.base, group)
        after, more = self._totals(self.new, group)
        statistics, columns = [], []
        for entry, old, now in zip(ADDED_UP, before, after, strict=True):
            for moment, values in zip(MOMENTS, (old, now, now - old), strict=True):
                statistics.append(Statistic(f"{entry.name}.{moment}", entry.unit, additive=True))
                columns.append(values)
        made = np.column_stack(columns)
        return Table(
            name=name,
            dims=group.dims,
            rows=(*group.rows, (TOTAL,)),
            statistics=tuple(statistics),
            values=made,
            low=np.full(made.shape, np.nan),
            high=np.full(made.shape, np.nan),
            n=smaller(few, more),
            per="household",
            notes=("note.first_round",),
            fields=self.fields,
        )

    def _totals(
        self, results: Results, group: Groups
    ) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
        """What `caseload` counts, without its intervals: households, persons and cost of each
        group and of all, and the households in the data behind them.
        """
        recipients = household(results, "n_recipients_hh")
        receives = recipients > 0
        sums = Sums(
            household(results, WEIGHT),
            group.index,
            group.n,
            receives=receives.astype(np.float64),
            recipients=recipients,
            benefit=household(results, "benefit_m_hh"),
        )
        counted = np.bincount(group.index, receives, group.n).astype(np.int64)
        totals = [sums.of("receives"), sums.of("recipients"), sums.of("benefit") * MONTHS]
        return totals, np.append(counted, counted.sum())

    @cached_property
    def programmes(self) -> Table:
        """Households reached and money of the year by programme and area: before, after, change.

        One row for each area that has households, and one for all, of each programme that pays
        anything before or after; then all public aid, and charity below it.
        """
        areas = tuple(column("area").codes or {})
        index = self.base.numbers("area")
        seen = np.flatnonzero(np.bincount(index, minlength=len(areas)))
        amounts = [yearly_amounts(each) for each in (self.base, self.new)]
        names = [name for name in amounts[0] if any(each[name].any() for each in amounts)]
        charity = [name for name in names if name == CHARITY]
        for each, results in zip(amounts, (self.base, self.new), strict=True):
            each[TOTAL] = household(results, "aid_y_hh")
        order = [*(name for name in names if name != CHARITY), TOTAL, *charity]
        weight, picked = household(self.base, WEIGHT), [*seen, len(areas)]
        rows, values, counted = [], [], []
        for name in order:
            found = []
            for each in amounts:
                reached = each[name] != 0
                sums = Sums(
                    weight, index, len(areas), reached=reached.astype(float), amount=each[name]
                )
                n = np.append(np.bincount(index, reached, len(areas)), np.count_nonzero(reached))
                found.append((sums.of("reached")[picked], sums.of("amount")[picked], n[picked]))
            (old, paid, few), (now, will, more) = found
            columns = (old, now, now - old, paid, will, will - paid)
            rows += [(name, *((areas[k],) if k < len(areas) else (TOTAL,))) for k in picked]
            values.append(np.column_stack(columns))
            counted.append(smaller(few, more))
        made = np.vstack(values)
        stated = (("reached", "households"), ("cost_y", "yuan/year"))
        return Table(
            name="programmes_change",
            dims=("programme", "area"),
            rows=tuple(rows),
            statistics=tuple(
                Statistic(f"{name}.{moment}", unit) for name, unit in stated for moment in MOMENTS
            ),
            values=made,
            low=np.full(made.shape, np.nan),
            high=np.full(made.shape, np.nan),
            n=np.concatenate(counted).astype(np.int64),
            per="household",
            notes=("note.change_programmes",),
            fields=self.fields,
            disjoint=False,
        )


def smaller(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
    """Households behind a row that tells of both policies: a row is small if it is small under
    either (nobody at all is not small).

    >>> smaller(np.array([3, 0, 9]), np.array([8, 7, 9])).tolist()
    [3, 7, 9]
    """
    fewer = np.minimum(before, after)
    return np.where(fewer > 0, fewer, np.maximum(before, after))


def _programmes(pair: Pair) -> Table:
    """The programmes as a whole: the rows of all areas."""
    table = pair.programmes
    whole = table.only([k for k, row in enumerate(table.rows) if row[1] == TOTAL])
    return replace(whole, dims=("programme",), rows=tuple((row[0],) for row in whole.rows))


def _budget(pair: Pair) -> Table | None:
    if pair.appropriation is None:
        return None
    return budget_gap(pair.new, pair.appropriation, weight=WEIGHT)


MAKERS: Mapping[str, Callable[[Pair], Table | None]] = {
    "change": lambda pair: pair.change("area", "change"),
    "split": lambda pair: split_by_recipient(pair.base, pair.new, weight=WEIGHT),
    "township": lambda pair: (
        caseload(pair.new, ("township",), weight=WEIGHT) if pair.has_townships else None
    ),
    "township_change": lambda pair: (
        pair.change("township", "township_change") if pair.has_townships else None
    ),
    "winners_losers": lambda pair: winners_losers(pair.base, pair.new, weight=WEIGHT, per=pair.per),
    "deciles": lambda pair: deciles(pair.base, pair.new, weight=WEIGHT, per=pair.per),
    "poverty_base": lambda pair: poverty(pair.base, weight=WEIGHT),
    "poverty_new": lambda pair: poverty(pair.new, weight=WEIGHT),
    "poverty_fixed": lambda pair: poverty(pair.new, weight=WEIGHT, line=pair.base),
    "losers": lambda pair: losers_by_layer(pair.base, pair.new, weight=WEIGHT),
    "programmes": _programmes,
    "programme_area": lambda pair: pair.programmes,
    "budget": _budget,
}
"""How each table is made; None where there is nothing to tell."""

SHARES = "shares"
TABLES = (*MAKERS, SHARES)
"""Every table of a what-if; ``shares`` is made of the published ``change``."""

BY_PROGRAMME = ("programmes", "programme_area")
RECIPIENTS = ("change", "township", "township_change")
"""Tables of the same recipients and cost, to be published together."""


def wanted_tables(tables: Iterable[str] | None) -> tuple[str, ...]:
    """The names asked for, in the order of `TABLES`; all of them for None.

    Raises JZ-E032 for an unknown name.

    >>> wanted_tables({"deciles", "change"})
    ('change', 'deciles')
    """
    if tables is None:
        return TABLES
    asked = set(tables)
    for name in sorted(asked - set(TABLES)):
        expected = text("word.any_tables", known=", ".join(TABLES), nearest=nearest(name, TABLES))
        raise JZError.of("JZ-E032", name="tables", value=name, expected=expected)
    return tuple(name for name in TABLES if name in asked)


def needed(tables: Iterable[str] | None = None) -> tuple[str, ...]:
    """The results a simulation must give for these tables.

    >>> needed(["change"]) == WANTED, "aid_y_hh" in needed(["programmes"])
    (True, True)
    """
    asked = wanted_tables(tables)
    more = NEEDED if set(asked) & set(BY_PROGRAMME) else ()
    return tuple(dict.fromkeys((*WANTED, *more)))


def make_tables(pair: Pair, tables: tuple[str, ...], min_cell: int) -> dict[str, Table]:
    """The tables by name, small cells hidden in all of them together."""
    asked = [name for name in tables if name in MAKERS]
    if SHARES in tables and "change" not in asked:
        asked.append("change")
    made = {name: table for name in asked if (table := MAKERS[name](pair)) is not None}
    if pair.base.people.is_complete:
        made = {name: table.of_all() for name, table in made.items()}
    if _is_more_than_basic(pair):
        for name in ("change", "split", "township", "township_change"):
            if name in made:
                made[name] = made[name].with_notes("note.basic")
    made = _published(made, min_cell)
    if SHARES in tables:
        made[SHARES] = who_pays(made["change"], pair.base.policy, pair.new.policy)
    return {name: made[name] for name in tables if name in made}


def _is_more_than_basic(pair: Pair) -> bool:
    """Whether there is aid beside basic living, where that was computed."""
    return any(
        "aid_y_hh" in each.computed
        and not np.array_equal(each["aid_y_hh"], each["benefit_m_hh"] * MONTHS)
        for each in (pair.base, pair.new)
    )


def _published(tables: Mapping[str, Table], min_cell: int) -> dict[str, Table]:
    """The tables as they may be shown. Those that tell of the same money under other names are
    audited as one: what is hidden in one must not be worked out from another.
    """
    together = [name for name in RECIPIENTS if name in tables]
    apart = [name for name in tables if name not in (*RECIPIENTS, *BY_PROGRAMME)]
    one = [replace(tables[name], name="recipients") for name in together]
    shown = publish([*one, *(tables[name] for name in apart)], min_cell)
    made = {
        name: replace(table, name=tables[name].name)
        for name, table in zip((*together, *apart), shown, strict=True)
    }
    programmes = {name: tables[name] for name in BY_PROGRAMME if name in tables}
    return made | _published_programmes(programmes, min_cell)


def _published_programmes(tables: Mapping[str, Table], min_cell: int) -> dict[str, Table]:
    """Programmes add up in money, though not in households, so they are audited like parts of a
    total; charity is in no total and stands alone.
    """
    parts: dict[tuple[str, bool], tuple[list[int], Table]] = {}
    for is_charity in (False, True):
        kept = {
            name: [k for k, row in enumerate(table.rows) if (row[0] == CHARITY) is is_charity]
            for name, table in tables.items()
        }
        some = [replace(tables[name].only(k), disjoint=True) for name, k in kept.items()]
        for name, table in zip(kept, publish(some, min_cell), strict=True):
            parts[name, is_charity] = kept[name], table
    made = {}
    for name, table in tables.items():
        (rows, aid), (_, charity) = parts[name, False], parts[name, True]
        assert rows == list(range(len(rows))), "charity stands last"
        made[name] = _below(table, aid, charity)
    return made


def _below(table: Table, first: Table, second: Table) -> Table:
    """A table whose rows were published in two parts, whole again."""
    both = (first, second)
    hidden = np.concatenate(
        [np.zeros(p.values.shape, bool) if p.hidden is None else p.hidden for p in both]
    )
    return replace(
        table,
        values=np.concatenate([part.values for part in both]),
        low=np.concatenate([part.low for part in both]),
        high=np.concatenate([part.high for part in both]),
        n=np.concatenate([part.n for part in both]),
        hidden=hidden if hidden.any() else None,
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
    )
