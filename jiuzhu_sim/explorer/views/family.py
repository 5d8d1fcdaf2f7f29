"""The views of the household calculator: what is shown of a `FamilyState`, as HTML with SVG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jiuzhu_sim.explorer.family import FamilyState
from jiuzhu_sim.explorer.views.pieces import data, figure, figures, fragment, paragraph
from jiuzhu_sim.explorer.views.svg import Entry, bars, escape
from jiuzhu_sim.explorer.views.svg_lines import Axis, Band, Line, Mark, lines
from jiuzhu_sim.language import text
from jiuzhu_sim.measures import publish
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.earnings.calculation import Outcome
from jiuzhu_sim.outlook.earnings.cliffs import cliffs_table
from jiuzhu_sim.outlook.earnings.schedule import Floats, pair_table
from jiuzhu_sim.report import household_words as words
from jiuzhu_sim.report.figure import BLUE, GREY, VERMILLION
from jiuzhu_sim.report.household import answer_numbers, family_stamps
from jiuzhu_sim.report.household_charts import ABOVE, RATE_HIGH, RATE_LOW, ZERO, flatten_said
from jiuzhu_sim.report.receipts import DASH, clauses_cited, steps_of
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.report.words import drawable, joined, named, said


@dataclass(frozen=True)
class FamilyView:
    """One view: its key, its HTML, whether it follows a slider, and whether it needs the slopes of
    the population.

    >>> FAMILY_VIEWS["family_cliffs"].title, FAMILY_VIEWS["family_slopes"].live
    ('陡坡：多挣反而少得', False)
    """

    key: str
    html: Callable[[FamilyState], str]
    live: bool = True
    slopes: bool = False

    @property
    def title(self) -> str:
        """Its name in the language in use."""
        return text(f"household.section.{self.key.removeprefix('family_')}")


def _fragment(name: str, *body: str) -> str:
    key = f"family_{name}"
    return fragment(key, FAMILY_VIEWS[key].title, *body)


def result(state: FamilyState) -> str:
    """The answer: sentences, cards, stamps."""
    calculated = state.calculated
    numbers = list(answer_numbers(calculated))
    # What the scenario changes stands with the amount it changes.
    change = numbers.pop(1) if state.is_compared else None
    beside = text("household.pair", label=change[1], n=change[0]) if change else ""
    small = f"<small>{escape(beside)}</small>" if change else ""
    cards = "".join(
        f'<div class="jz-card"><span>{escape(label)}</span><b>{escape(number)}</b>'
        f"{'' if place else small}</div>"
        for place, (number, label) in enumerate(numbers)
    )
    stamps = "".join(f'<li class="stamp">{escape(each)}</li>' for each in family_stamps(calculated))
    said_all = escape(joined(words.answer_said(calculated)))
    return _fragment(
        "result",
        f'<p class="jz-said" aria-live="polite">{said_all}</p>',
        f'<div class="jz-cards">{cards}</div>',
        f'<ul class="jz-stamps">{stamps}</ul>',
    )


def receipt(state: FamilyState) -> str:
    """The distances to each line, and the numbered steps; the clauses they cite a click away."""
    receipts = [outcome.receipt for outcome in state.calculated.outcomes]
    lines_of = "".join(f"<li>{escape(each)}</li>" for each in receipts[-1].thresholds)
    return _fragment(
        "receipt",
        f"<h3>{escape(text('receipt.thresholds'))}</h3><ul>{lines_of}</ul>",
        _steps(steps_of(receipts)),
        data(clauses_cited(receipts), "family_receipt"),
    )


def _steps(steps: Listing) -> str:
    """The numbered steps, narrow enough for a column: the programme is a head of its own, what was
    used stands below the step.
    """
    number, _, step, *results, basis, used = steps.headers
    heads = "".join(
        f'<th scope="col">{escape(each)}</th>' for each in (number, step, *results, basis)
    )
    body, last = [], ""
    for number, programme, step, *shown, basis, used in steps.rows:
        if programme != last:
            span = len(shown) + 3
            body.append(f'<tr><th scope="rowgroup" colspan="{span}">{escape(programme)}</th></tr>')
        last = programme
        below = f"<small>{escape(used)}</small>" if used != DASH else ""
        cells = "".join(f"<td>{escape(each)}</td>" for each in (*shown, basis))
        body.append(f"<tr><td>{number}</td><td>{escape(step)}{below}</td>{cells}</tr>")
    return (
        f'<table class="jz-steps"><caption>{escape(steps.title)}</caption><thead><tr>{heads}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table>"
    )


def schedule(state: FamilyState) -> str:
    """Net income and assistance against earnings, beside each other."""
    table = _curve(state)
    sentence = words.schedule_said(table)
    made = []
    for name, caption in (("net_income", words.shaded_said(state.calculated)), ("benefit", "")):
        title = text(f"household.axis.{name}")
        chart = lines(
            [_line(state, outcome, *outcome.line(name)) for outcome in state.calculated.outcomes],
            x=_earnings(state),
            y=Axis("", "yuan"),
            title=title,
            desc=caption or sentence,
            bands=_bands(state),
            marks=[_mark(state, getattr(state.calculated.new.schedule.now, name))],
        )
        shown = table if name == "benefit" else None
        made.append(figure(chart, title, caption or sentence, shown, f"family_{name}"))
    return _fragment("schedule", figures(*made))


def emtr(state: FamilyState) -> str:
    """The marginal rate of each step of earnings, as steps."""
    table, calculated = _curve(state), state.calculated
    sentence = words.emtr_said(table)
    step = words.yuan(calculated.step)
    lowest = min(float(outcome.schedule.emtr.min()) for outcome in calculated.outcomes)
    rates = [
        _line(state, outcome, outcome.schedule.earnings, outcome.schedule.emtr, step=True)
        for outcome in calculated.outcomes
    ]
    now = calculated.new.schedule.now
    chart = lines(
        rates,
        x=_earnings(state),
        y=Axis("", "share", max(min(lowest, 0.0), RATE_LOW), RATE_HIGH),
        title=text("household.chart.emtr", step=step),
        desc=sentence,
        bands=_bands(state),
        marks=[_mark(state, min(max(now.emtr, RATE_LOW), RATE_HIGH))],
    )
    title = text("household.axis.emtr", step=step)
    runs = words.runs(table)
    shown = text("household.said.step", step=step)
    drawn = figure(chart, title, joined([sentence, shown]), runs, "family_emtr")
    return _fragment("emtr", figures(drawn))


def cliffs(state: FamilyState) -> str:
    """Every cliff in a sentence, and as a table."""
    calculated = state.calculated
    made = []
    for outcome in calculated.outcomes:
        found = words.cliffs_said(calculated, outcome)
        made.append("<ul>" + "".join(f"<li>{escape(each)}</li>" for each in found) + "</ul>")
    tables = tuple(
        cliffs_table(outcome.schedule, outcome.cliffs)
        for outcome in calculated.outcomes
        if outcome.cliffs
    )
    return _fragment("cliffs", *made, data(tables or None, "family_cliffs"))


def slopes(state: FamilyState) -> str:
    """How many households stand on a cliff, and what it costs to flatten it."""
    if state.slopes is None or state.flattened is None:
        key = "household.said.later" if state.dragging else "household.said.no_people"
        return _fragment("slopes", paragraph(text(key)))
    table = publish([state.slopes.tables["slopes"]])[0]
    flattened = state.flattened
    sentence = words.steep_said(table)
    rows = [row for row in drawable(table, "households") if row != ZERO]
    zero = text("household.said.zero", n=said(table, "households", ZERO))
    colours = [VERMILLION if row == ABOVE else BLUE for row in rows]
    spread = bars(
        _entries(table, "households", rows),
        title=table.title,
        desc=sentence,
        colours=colours or (BLUE,),
    )
    told = joined(flatten_said(flattened))
    options = bars(
        _entries(flattened, "steep", drawable(flattened, "steep")),
        title=flattened.title,
        desc=told,
        colours=(GREY, BLUE),
    )
    return _fragment(
        "slopes",
        paragraph(sentence, "jz-said"),
        figures(
            figure(spread, table.title, zero, table, "family_slopes"),
            figure(options, flattened.title, told, flattened, "family_flatten"),
        ),
        *(paragraph(each, "jz-basis") for each in words.people_said(state.slopes.base.people)),
    )


# --- pieces ------------------------------------------------------------------------------------
def _curve(state: FamilyState) -> Table:
    calculated = state.calculated
    base, new = calculated.base.schedule, calculated.new.schedule
    return pair_table(base, new) if calculated.is_compared else base.table


def _entries(table: Table, name: str, rows: Sequence[tuple[str, ...]]) -> list[Entry]:
    return [
        Entry(named(table, row), (table.get(name, *row),), (table.show(name, *row),))
        for row in rows
    ]


def _line(state: FamilyState, outcome: Outcome, xs: Floats, ys: Floats, step: bool = False) -> Line:
    is_new = state.is_compared and outcome is state.calculated.new
    label = words.moment_of(state.calculated, outcome) if state.is_compared else ""
    return Line(tuple(xs), tuple(ys), label, BLUE if is_new else GREY, step=step)


def _earnings(state: FamilyState) -> Axis:
    drawn = state.calculated.new.schedule
    return Axis(text("household.axis.earnings"), "yuan", drawn.low, drawn.high)


def _bands(state: FamilyState) -> list[Band]:
    label = text("household.chart.band")
    return [Band(low, high, label) for low, high in state.calculated.new.bands]


def _mark(state: FamilyState, height: float) -> Mark:
    here = state.calculated.new.schedule.now.earnings
    label = text("household.chart.now", earnings=words.yuan(here))
    return Mark(here, height, label, BLUE if state.is_compared else GREY)


FAMILY_VIEWS: Mapping[str, FamilyView] = MappingProxyType(
    {
        view.key: view
        for view in (
            FamilyView("family_result", result),
            FamilyView("family_schedule", schedule),
            FamilyView("family_emtr", emtr),
            FamilyView("family_cliffs", cliffs),
            FamilyView("family_receipt", receipt),
            FamilyView("family_slopes", slopes, live=False, slopes=True),
        )
    }
)
"""The views in the order in which they are shown."""
