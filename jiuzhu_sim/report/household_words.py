"""What is said of one family: its answer, its curve, its cliffs; all from results and tables."""

from collections.abc import Iterable

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.language import in_brackets, listed, text, unit_label
from jiuzhu_sim.law import clause_text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.earnings.calculation import Calculation, Outcome
from jiuzhu_sim.outlook.earnings.cliffs import Cliff
from jiuzhu_sim.outlook.earnings.schedule import Floats
from jiuzhu_sim.population import People
from jiuzhu_sim.population.family import remarks
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.report.words import joined, position, said
from jiuzhu_sim.rules.kit import HALF_FEN

MOMENTS = ("base", "new")
MONEY = Statistic("benefit_m", "yuan/month")
RATE = Statistic("emtr", "share")
RUNS_MAX = 24
"""Stretches of equal rates that a page lists; with more the curve says it better."""

WHOLE = 1.0
"""The rate from which earning more leaves less."""


def yuan(value: float, unit: str = "yuan") -> str:
    """An amount with its unit, to the fen where it has some.

    >>> yuan(1200.0), yuan(1866.67), yuan(620.6, "yuan/month")
    ('1,200元', '1,866.67元', '620.60元/月')
    """
    shown = f"{value:,.2f}".removesuffix(".00")
    return text("household.amount", shown=shown, unit=unit_label(unit))


def signed(value: float, unit: str = "yuan/month") -> str:
    """A difference with its sign; nothing moved has none.

    >>> signed(60.0), signed(-3.5)
    ('+60元/月', '−3.50元/月')
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + yuan(abs(value), unit)


def law_name(calculated: Calculation, outcome: Outcome) -> str:
    """现行 or 方案, with the name of the law; the law alone where there is no scenario."""
    if not calculated.is_compared:
        return outcome.policy.title
    return in_brackets(moment_of(calculated, outcome), outcome.policy.title)


def moment_of(calculated: Calculation, outcome: Outcome) -> str:
    """现行 or 方案."""
    is_new = calculated.is_compared and outcome is calculated.new
    return text("household.new" if is_new else "household.base")


def who_of(calculated: Calculation, outcome: Outcome) -> str:
    """Which of two laws a sentence speaks of; nothing where there is one."""
    moment = moment_of(calculated, outcome)
    return text("household.who", moment=moment) if calculated.is_compared else ""


def answer_said(calculated: Calculation) -> tuple[str, ...]:
    """The answer in sentences: what the family gets, what the scenario changes, what another step
    of earnings would bring, where the next cliff is, and how some entries were taken.
    """
    made = []
    for outcome in calculated.outcomes:
        result = outcome.receipt.result
        name = law_name(calculated, outcome)
        made.append(text("household.said.of", name=name, result=result))
    if calculated.is_compared:
        made.append(changed_said(calculated))
    if calculated.is_idle:
        made.append(text("whatif.no_change"))
    made += [step_said(calculated.new), *next_said(calculated.new)]
    return (*made, *remarks(calculated.family))


def changed_said(calculated: Calculation) -> str:
    """What the scenario changes for this family, in a sentence."""
    change = calculated.new.benefit - calculated.base.benefit
    if not change:
        return text("household.said.unmoved")
    key = "household.said.more" if change > 0 else "household.said.less"
    return text(key, change=yuan(abs(change)))


def step_said(outcome: Outcome) -> str:
    """What the next step of earnings leaves to the family, in a sentence."""
    now, step = outcome.schedule.now, outcome.schedule.step
    kept = step * (1 - now.emtr)
    kind = "same" if abs(kept) < HALF_FEN else "keeps" if kept > 0 else "falls"
    fields = {"earnings": yuan(now.earnings), "step": yuan(step), "kept": yuan(abs(kept))}
    return text(f"household.said.{kind}", rate=RATE.show(now.emtr), **fields)


def next_cliff(outcome: Outcome) -> Cliff | None:
    """The first point above the family's own earnings at which earning more leaves less."""
    falls = (cliff for cliff in outcome.cliffs if cliff.kind == "fall")
    return next(
        (cliff for cliff in falls if cliff.at.earnings > outcome.schedule.now.earnings), None
    )


def next_said(outcome: Outcome) -> tuple[str, ...]:
    """Where the next cliff is, and how far; nothing where there is none above."""
    cliff = next_cliff(outcome)
    if cliff is None:
        return ()
    at = cliff.at.earnings
    away = yuan(at - outcome.schedule.now.earnings)
    return (text("household.said.next", at=yuan(at), away=away, loss=yuan(cliff.loss)),)


def cliff_said(cliff: Cliff) -> str:
    """One cliff in a sentence: both sides, which threshold, what is lost, where it is made up."""
    fields = {
        "below": yuan(cliff.below.earnings),
        "at": yuan(cliff.at.earnings),
        "net_below": yuan(cliff.below.net_income),
        "net_at": yuan(cliff.at.net_income),
        "loss": yuan(abs(cliff.loss)),
        "title": cliff.title,
    }
    if cliff.kind != "fall":
        return text("household.said.rise", **fields)
    key = "household.said.never" if cliff.until is None else "household.said.until"
    back = text(key, until=yuan(cliff.until or 0))
    return text("household.said.cliff", back=back, **fields)


def cliffs_said(calculated: Calculation, outcome: Outcome) -> list[str]:
    """Every cliff under one law in a sentence; or that there is none."""
    schedule = outcome.schedule
    found = [cliff_said(cliff) for cliff in outcome.cliffs]
    ends = {"low": yuan(schedule.low), "high": yuan(schedule.high)}
    who = who_of(calculated, outcome)
    return [who + each for each in found or [text("household.said.no_cliff", **ends)]]


def shaded_said(calculated: Calculation) -> str:
    """What the shades of a curve mean, and where they lie."""
    bands = calculated.new.bands
    if not bands:
        return text("household.said.no_band")
    who = who_of(calculated, calculated.new)
    return opened(text("household.said.band", who=who, bands=earned(bands)))


def basis(clauses: Iterable[str]) -> str:
    """Clauses with their summaries, or that there is none to cite."""
    found = [f"{clause} {clause_text(clause)}".strip() for clause in clauses]
    return listed(found) or text("receipt.no_basis")


# --- sentences of the charts, from their tables ------------------------------------------------
def moments(table: Table, statistic: str) -> dict[str, str]:
    """The columns of a statistic by moment: `base` and `new` of a pair, `base` alone of one.

    Raises KeyError when the table has none.
    """
    names = {entry.name for entry in table.statistics}
    pair = {moment: f"{statistic}.{moment}" for moment in MOMENTS}
    if set(pair.values()) <= names:
        return pair
    return {"base": table.statistics[position(table, statistic)].name}


def earned(bands: Iterable[tuple[float, float]]) -> str:
    """Stretches of earnings, one after the other."""
    unit = unit_label("yuan")
    return listed(
        text("household.stretch", low=f"{low:,.2f}", high=f"{high:,.2f}", unit=unit)
        for low, high in bands
    )


def earnings_of(table: Table) -> Floats:
    """The earnings of the rows, yuan a month. Shape: (rows,)."""
    return np.array([float(row[0]) for row in table.rows])


def schedule_said(table: Table) -> str:
    """Where the benefit is highest and from where there is none, law by law."""
    found = moments(table, "benefit_m")
    return joined([_paid(table, name, _who(at, found)) for at, name in found.items()])


def _paid(table: Table, name: str, who: str) -> str:
    values, earned = table.values[:, position(table, name)], earnings_of(table)
    if not (values > 0).any():
        return opened(text("household.said.never_paid", who=who, high=yuan(earned[-1])))
    top, last = int(values.argmax()), int(np.flatnonzero(values > 0)[-1])
    fields = {"who": who, "at": yuan(earned[top]), "most": said(table, name, table.rows[top])}
    if last + 1 == len(values):
        return opened(text("household.said.always_paid", high=yuan(earned[-1]), **fields))
    return opened(text("household.said.paid", end=yuan(earned[last + 1]), **fields))


def emtr_said(table: Table) -> str:
    """The steepest step, and how many steps leave less than nothing, law by law."""
    found, earned = moments(table, "emtr"), earnings_of(table)
    made = []
    for moment, name in found.items():
        values = table.values[:, position(table, name)]
        top, many = int(np.nanargmax(values)), int((values > WHOLE).sum())
        fields = {
            "who": _who(moment, found),
            "at": yuan(earned[top]),
            "rate": table.show(name, *table.rows[top]),
        }
        key = "household.said.steep" if many else "household.said.gentle"
        made.append(opened(text(key, n=many, **fields)))
    return joined(made)


def opened(sentence: str) -> str:
    """A sentence with a capital letter at its start.

    >>> opened("none is above"), opened("没有")
    ('None is above', '没有')
    """
    return sentence[:1].upper() + sentence[1:]


def _who(moment: str, found: dict[str, str]) -> str:
    """Which law, where there are two to be told apart."""
    return text("household.who", moment=text(f"household.{moment}")) if len(found) > 1 else ""


def shown(outcome: Outcome, name: str) -> str:
    """A result of the household as a person reads it."""
    return column(name).show(outcome.results.numbers(name)[0])


def every(table: Table, most: int) -> Table:
    """A table of a curve with at most so many of its rows, at equal distances, ends included."""
    n = len(table.rows)
    kept = np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
    return table.only(kept.tolist())


def runs(table: Table) -> Listing | None:
    """The marginal rates of a curve by stretches of equal rates; None where these are too many."""
    names, earned = list(moments(table, "emtr").values()), earnings_of(table)
    rates = [tuple(table.show(name, *row) for name in names) for row in table.rows]
    starts = [k for k, rate in enumerate(rates) if k == 0 or rate != rates[k - 1]]
    if len(starts) > RUNS_MAX:
        return None
    ends = [*starts[1:], len(rates) - 1]
    rows = tuple(
        (f"{earned[low]:,g}", f"{earned[high]:,g}", *rates[low])
        for low, high in zip(starts, ends, strict=True)
        if low < high
    )
    heads = [table.statistics[position(table, name)].title for name in names]
    ranges = (text("household.head.from"), text("household.head.to"))
    return Listing(text("household.runs"), (*ranges, *heads), rows)


def steep_said(table: Table) -> str:
    """How many households of the population face a rate above 100 %; not where they are hidden."""
    row = ("above",)
    value = table.get("households", *row)
    if not np.isfinite(value):
        return text("household.said.few_steep")
    if not value:
        return text("household.said.nobody_steep")
    shown = {name: said(table, name, row) for name in ("households", "persons", "share")}
    return text("household.said.population", **shown)


def people_said(people: People) -> tuple[str, ...]:
    """Whose slopes these are: synthetic people, or the user's own."""
    about = people.about
    fields = {name: about.get(name, "") for name in ("recipe", "seed")}
    counts = {"households": f"{people.households:,}", "persons": f"{people.persons:,}"}
    return (text(f"people.{about.get('source', 'own')}", **counts, **fields),)
