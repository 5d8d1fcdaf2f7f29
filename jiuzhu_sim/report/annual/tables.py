"""Tables and amounts as the body of the report shows them: money in 万元, counts, labels without
codes; small tables of standards, of how cases were handled, of need by month."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.procedure.verdicts import FAULTS, Verdicts
from jiuzhu_sim.language import pick, text, texts
from jiuzhu_sim.measures.handling import SHARE, handling
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.casework import Judged
from jiuzhu_sim.report.cited import Cell, Sentence, said

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

TEN_THOUSAND = 10_000.0
WAN = {"yuan": "10k yuan", "yuan/year": "10k yuan/year"}
"""Units that the body of the report shows in 万元; a workbook of details keeps yuan."""
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
STANDARDS = {"urban": "dibao.standard.urban", "rural": "dibao.standard.rural"}
FAULTS_N = "handling_faults"
"""Verdicts against a case, broken and overdue together."""
ASIDE = re.compile(r"\s*[（(][^（()）]*[)）]$")


def in_10k(table: Table) -> Table:
    """The table with its yuan and yuan a year in 万元; everything else as it was.

    >>> from jiuzhu_sim.measures.table import Statistic
    >>> one = np.array([[9472000.0, 240.2]])
    >>> kinds = (Statistic("cost_y", "yuan/year"), Statistic("mean_benefit_m", "yuan/person-month"))
    >>> table = Table("caseload", ("area",), (("urban",),), kinds, one, one, one, np.array([9]),
    ...               "household", fields={"policy": "示例县"})
    >>> made = in_10k(table)
    >>> made.show("cost_y", "urban"), made.show("mean_benefit_m", "urban")
    ('947.20', '240.20')
    """
    by = np.array([TEN_THOUSAND if each.unit in WAN else 1.0 for each in table.statistics])
    kinds = (replace(each, unit=WAN.get(each.unit, each.unit)) for each in table.statistics)
    arrays = {name: getattr(table, name) / by for name in ("values", "low", "high")}
    return replace(table, statistics=tuple(kinds), **arrays)


def told(table: Table, statistic: str, *row: str) -> Sentence:
    """A cited number with its unit, as it stands in a sentence; money of a year without the year.

    >>> one = np.array([[947.2]])
    >>> table = Table("t", ("area",), (("urban",),), (Statistic("cost_y", "10k yuan/year"),),
    ...               one, one, one, np.array([9]), "household")
    >>> told(table, "cost_y", "urban")
    '947.20万元'
    """
    unit = next(each.unit for each in table.statistics if each.name == statistic)
    key = f"annual.with.{unit.removesuffix('/year')}"
    cell = Cell(table, statistic, row)
    return said(key, n=cell) if key in texts() else Sentence([cell])


def first_rows(table: Table, rows: tuple[tuple[str, ...], ...]) -> Table:
    """Some rows of a table, in this order."""
    at = [table.rows.index(row) for row in rows]
    arrays = {name: getattr(table, name)[at] for name in ("values", "low", "high", "n")}
    hidden = None if table.hidden is None else table.hidden[at]
    return replace(table, rows=rows, hidden=hidden, **arrays)


def some_columns(table: Table, statistics: Collection[str]) -> Table:
    """Some statistics of a table, in its order."""
    at = [k for k, each in enumerate(table.statistics) if each.name in statistics]
    arrays = {name: getattr(table, name)[:, at] for name in ("values", "low", "high")}
    hidden = None if table.hidden is None else table.hidden[:, at]
    return replace(
        table, statistics=tuple(table.statistics[k] for k in at), hidden=hidden, **arrays
    )


def filled(table: Table) -> Table:
    """A table without the columns in which nothing stands."""
    known = np.asarray(np.isfinite(table.values).any(axis=0))
    names = [each.name for each, is_known in zip(table.statistics, known, strict=True) if is_known]
    return some_columns(table, names)


def without_codes(table: Table) -> Table:
    """A table whose rows are labelled by the code of a figure and its name, the codes left out;
    those before its notes become names, too."""
    names = {
        key: {lang: label.removeprefix(f"{key} ") for lang, label in shown.items()}
        for key, shown in (table.names or {}).items()
    }
    notes = [note.partition(": ") for note in table.notes]
    return replace(
        table,
        names=names,
        notes=tuple(
            text("annual.note.figure", figure=bare(pick(names[code])), note=note)
            if code in names
            else code + mark + note
            for code, mark, note in notes
        ),
    )


def bare(label: str) -> str:
    """A label without the unit in brackets at its end.

    >>> bare("城市低保全年发放（元/年）"), bare("paid (yuan)")
    ('城市低保全年发放', 'paid')
    """
    return ASIDE.sub("", label)


def small(
    name: str,
    dim: str,
    rows: Mapping[str, object],
    statistics: tuple[Statistic, ...],
    notes: tuple[str, ...] = (),
    fields: Mapping[str, str] | None = None,
) -> Table:
    """A table of complete counts or given values: a row a key, no sampling interval."""
    values = np.array(list(rows.values()), np.float64).reshape(len(rows), len(statistics))
    return Table.exact(
        name=name,
        dims=(dim,),
        rows=tuple((key,) for key in rows),
        statistics=statistics,
        values=values,
        n=np.nan_to_num(values[:, 0]).astype(np.int64),
        per="figure",
        notes=notes,
        fields=fields,
        disjoint=False,
    )


def counts(name: str, dim: str, found: Mapping[str, float], unit: str = "") -> Table:
    """Counts by name as a table of one column; rows are labelled by `<dim>.<name>` of texts/.

    >>> counts("annual_checks", "annual_check", {"people": 12}).show("annual_n", "people")
    '12'
    """
    return small(name, dim, found, (Statistic("annual_n", unit),))


def standards_table(policy: Policy) -> Table:
    """The dibao standard of each area that has one, yuan a person and month."""
    found = {
        area: float(policy[path])
        for area, path in STANDARDS.items()
        if policy.values[path].raw is not None
    }
    kinds = (Statistic("annual_standard", "yuan/person-month"),)
    fields = {"policy": policy.title, "at": str(policy.at)}
    return small("annual_standards", "area", found, kinds, fields=fields)


def cases_table(judged: Judged) -> Table:
    """Cases of the log: judged on a time limit, beyond it, overdue, against procedure, not to be
    judged; their shares of the cases that were judged, or of all."""
    log, limits, conduct = judged.log, judged.limits, judged.conduct.cases
    timed = int(limits.any_of(("met", *FAULTS)).sum())
    unknown = limits.any_of(("unknown",)) | conduct.any_of(("unknown",))
    found = {
        "all": (log.n, np.nan),
        "judged": (timed, log.n),
        "late": (int(limits.any_of(FAULTS).sum()), timed),
        "overdue": (int(limits.any_of(("overdue",)).sum()), timed),
        "conduct": (int(conduct.any_of(FAULTS).sum()), log.n),
        "unknown": (int(unknown.sum()), log.n),
    }
    rows = {key: (n, n / of if of else np.nan) for key, (n, of) in found.items()}
    kinds = (Statistic("annual_cases", ""), Statistic("annual_case_share", "share"))
    return small("annual_cases", "annual_case", rows, kinds, ("annual.note.cases",))


def verdict_table(name: str, verdicts: Verdicts) -> Table | None:
    """Verdicts by item, with all faults of an item in one column; None where no item concerns a
    case."""
    made = handling(verdicts)
    if not made.rows:
        return None
    names = [each.name for each in made.statistics]
    faults = sum(made.values[:, names.index(f"handling_{key}")] for key in FAULTS)
    at = names.index(SHARE)
    kinds = (*made.statistics[:at], Statistic(FAULTS_N, ""), *made.statistics[at:])

    def wider(values: NDArray[np.float64], column: Any) -> NDArray[np.float64]:
        return np.insert(values, at, column, axis=1)

    return replace(
        made,
        name=name,
        statistics=kinds,
        values=wider(made.values, faults),
        low=wider(made.low, np.nan),
        high=wider(made.high, np.nan),
    )


def month_table(made: "Forecast") -> Table:
    """Need by month, yuan: P50 with P10 and P90, and the rules alone beside it."""
    from jiuzhu_sim.report.funding_words import month_names

    low, middle, high = np.quantile(made.by_month, [LOW, MIDDLE, HIGH], axis=0)
    static = np.full(made.months, float(made.static.sum()))
    blank = np.full(made.months, np.nan)
    return Table(
        name="need_month",
        dims=("month",),
        rows=tuple((name,) for name in month_names(made.start, made.months)),
        statistics=(Statistic("need", "yuan"), Statistic("static", "yuan")),
        values=np.column_stack([middle, static]),
        low=np.column_stack([low, blank]),
        high=np.column_stack([high, blank]),
        n=np.zeros(made.months, np.int64),
        per="figure",
        notes=("note.eighty",),
    )
