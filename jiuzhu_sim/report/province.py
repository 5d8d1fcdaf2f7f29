"""The counties of a batch side by side: what each comes to, what its reform changes, what lacks.

Only what adds up is added up: laws and dates may differ from county to county.
"""

from collections.abc import Sequence

import numpy as np

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.intervals import Floats
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.province_charts import county_bars
from jiuzhu_sim.report.run_facts import Ran
from jiuzhu_sim.report.run_tables import change_of, mean_benefit, table_of
from jiuzhu_sim.report.run_words import COUNT, SHARE, gaining, moved, signed_money
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.steps import signed
from jiuzhu_sim.report.words import money

YUAN_IN_10K = 10_000
MONEY = "10k yuan/year"
COUNTY = "county"
STANDARDS = {
    "standard_urban": "dibao.standard.urban",
    "standard_rural": "dibao.standard.rural",
}
RESULTS = (
    Statistic("households", "households", additive=True),
    Statistic("persons", "persons", additive=True),
    Statistic("cost_y", MONEY, additive=True),
    Statistic("mean_benefit_m", "yuan/person-month"),
    *(Statistic(name, "yuan/person-month") for name in STANDARDS),
    Statistic("poor_before", "share"),
    Statistic("poor_after", "share"),
    Statistic("failed_parts", "", additive=True),
)
CHANGES = (
    Statistic("cost_y.base", MONEY, additive=True),
    Statistic("cost_y.new", MONEY, additive=True),
    Statistic("cost_y.change", MONEY, additive=True),
    Statistic("change_rate", "share"),
    Statistic("households.change", "households", additive=True),
    Statistic("persons.change", "persons", additive=True),
    Statistic("share_gaining", "share"),
    Statistic("share_losing", "share"),
)
HEADS = ("county", "law", "at", "data", "reform", "parts", "why")


def province_report(counties: Sequence[Ran]) -> Report:
    """Put the outcomes of a batch into one report, a county a row.

    Sections: `answer`, `change` (where any county has a reform), `states`. Raises JZ-E046 without
    matplotlib.
    """
    table, changes = results_table(counties), changes_table(counties)
    made = [each for each in counties if each.outcome.tables]
    head = Cards(_cards(table, changes, len(made), len(counties)), _stamps(counties))
    answer = _section("answer", _said(counties, table, changes), head, table)
    if made:
        answer = _section("answer", answer.sentences, head, table, county_bars(table))
    sections = [answer]
    if changes is not None:
        sections.append(_section("change", (), changes))
    sections.append(_section("states", (), _states(counties)))
    short = sum(bool(each.outcome.failed) for each in counties)
    banner = text("province.banner.missing", n=short) if short else ""
    report = Report(text("province.title"), text("file.province_book"), tuple(sections))
    return report.stamped(banner)


def results_table(counties: Sequence[Ran]) -> Table:
    """Recipients, cost, mean benefit, standards, poverty and missing parts by county; the total of
    what adds up."""
    values = np.array([_results(each) for each in counties]).reshape(-1, len(RESULTS))
    total = _total(values, RESULTS)
    cost, persons = (total[_place(RESULTS, name)] for name in ("cost_y", "persons"))
    total[_place(RESULTS, "mean_benefit_m")] = mean_benefit(cost * YUAN_IN_10K, persons)
    notes = ["note.province"]
    if total[_place(RESULTS, "failed_parts")]:
        notes.append("note.province_incomplete")
    return _table("province", counties, RESULTS, np.vstack([values, total]), notes)


def changes_table(counties: Sequence[Ran]) -> Table | None:
    """Cost before and after each county's reform, recipients more or fewer, who gains and loses;
    None where no county has a reform."""
    some = [each for each in counties if change_of(each.outcome) is not None]
    if not some:
        return None
    values = np.array([_changes(each) for each in some])
    total = _total(values, CHANGES)
    old, more = (total[_place(CHANGES, f"cost_y.{part}")] for part in ("base", "change"))
    total[_place(CHANGES, "change_rate")] = more / old if old else np.nan
    return _table("province_change", some, CHANGES, np.vstack([values, total]), ["note.province"])


def _table(
    name: str,
    counties: Sequence[Ran],
    statistics: tuple[Statistic, ...],
    values: Floats,
    notes: Sequence[str],
) -> Table:
    none = np.full(values.shape, np.nan)
    n = [each.outcome.households for each in counties]
    rows = (*((each.outcome.job.name,) for each in counties), (TOTAL,))
    counted = np.array([*n, sum(n)], np.int64)
    return Table(
        name, (COUNTY,), rows, statistics, values, none, none, counted, "figure", tuple(notes)
    )


def _place(statistics: Sequence[Statistic], name: str) -> int:
    return [entry.name for entry in statistics].index(name)


def _total(values: Floats, statistics: Sequence[Statistic]) -> Floats:
    """The sum of what adds up; nothing for the rest. A county without an outcome counts nothing."""
    adds = np.array([entry.additive for entry in statistics])
    return np.where(adds, np.nansum(values, axis=0), np.nan)


def _results(ran: Ran) -> list[float]:
    table, poverty = (table_of(ran.outcome, name) for name in ("caseload", "poverty"))
    found = dict.fromkeys((entry.name for entry in RESULTS), np.nan)
    found["failed_parts"] = len(ran.outcome.failed)
    found |= {name: _standard(ran.base, path) for name, path in STANDARDS.items()}
    if table is not None:
        for name in ("households", "persons", "cost_y", "mean_benefit_m"):
            found[name] = table.get(name, TOTAL)
        found["cost_y"] /= YUAN_IN_10K
    if poverty is not None:
        found |= {f"poor_{when}": poverty.get("fgt0", when) for when in ("before", "after")}
    return list(found.values())


def _standard(policy: Policy, path: str) -> float:
    """A standard; NaN where the place has none."""
    try:
        return float(policy[path])
    except JZError:
        return np.nan


def _changes(ran: Ran) -> list[float]:
    change, shares = change_of(ran.outcome), gaining(ran.outcome)
    assert change is not None, "only counties with a reform are asked"
    cost = [change.get(f"cost_y.{part}", TOTAL) / YUAN_IN_10K for part in ("base", "new", "change")]
    rate = cost[2] / cost[0] if cost[0] else np.nan
    more = [change.get(f"{name}.change", TOTAL) for name in ("households", "persons")]
    return [*cost, rate, *more, *(shares or (np.nan, np.nan))]


def _section(key: str, said: Sequence[str], *blocks: object) -> Section:
    return Section(key, text(f"province.section.{key}"), tuple(said), blocks)


def _cards(
    table: Table, changes: Table | None, made: int, all_of: int
) -> tuple[tuple[str, str], ...]:
    cost = money(table.get("cost_y", TOTAL) * YUAN_IN_10K)
    found = [
        (f"{made} / {all_of}", text("province.card.counties")),
        (table.show("households", TOTAL), text("run.card.households")),
        (table.show("persons", TOTAL), text("run.card.persons")),
        (cost, text("run.card.cost" if changes is not None else "run.card.cost_only")),
    ]
    if changes is not None:
        more = changes.get("cost_y.change", TOTAL) * YUAN_IN_10K
        persons = COUNT.show(changes.get("persons.change", TOTAL))
        found += [
            (signed_money(more), text("run.card.change")),
            (signed(persons), text("run.card.persons_change")),
        ]
    return tuple(found)


def _said(counties: Sequence[Ran], table: Table, changes: Table | None) -> tuple[str, ...]:
    made = sum(bool(each.outcome.tables) for each in counties)
    partial = sum(bool(each.outcome.tables and each.outcome.failed) for each in counties)
    counts = {"n": len(counties), "made": made, "partial": partial, "none": len(counties) - made}
    cost = money(table.get("cost_y", TOTAL) * YUAN_IN_10K)
    shown = {name: table.show(name, TOTAL) for name in ("households", "persons")}
    said = [text("province.said", **counts), text("province.said.total", cost=cost, **shown)]
    if changes is not None:
        change = moved(money(changes.get("cost_y.change", TOTAL) * YUAN_IN_10K))
        rate = signed(SHARE.show(changes.get("change_rate", TOTAL)))
        said.append(text("province.said.change", change=change, rate=rate))
    return tuple(said)


def _stamps(counties: Sequence[Ran]) -> tuple[str, ...]:
    short = sum(bool(each.outcome.failed) for each in counties)
    marked = sum(each.is_synthetic or each.base.illustrative for each in counties)
    found = [text("province.stamp.missing", n=short)] if short else []
    return (*found, *([text("province.stamp.marked", n=marked)] if marked else []))


def _states(counties: Sequence[Ran]) -> Listing:
    """Each county: law, whose data, reform, parts done, why some are missing."""
    heads = tuple(text(f"province.head.{head}") for head in HEADS)
    return Listing(text("province.states"), heads, tuple(map(_state, counties)))


def _state(ran: Ran) -> tuple[str, ...]:
    outcome, base, new = ran.outcome, ran.base, ran.new
    whose = text("counties.data.synthetic" if ran.is_synthetic else "counties.data.own")
    marks = [whose, *([text("mark.illustrative")] if base.illustrative else [])]
    why = listed(
        f"{each.name} {problem.code} {problem.what}"
        for each in outcome.failed
        for problem in each.problems
    )
    return (
        outcome.job.name,
        pick(base.label),
        base.at.isoformat(),
        listed(marks) if outcome.receipts else "—",
        listed(base.diff(new)) if new else text("province.none"),
        f"{len(outcome.receipts)} / {ran.parts}",
        why or "—",
    )
