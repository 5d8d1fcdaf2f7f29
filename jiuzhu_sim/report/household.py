"""The report of notebook 03: one family step by step, its curve and its cliffs; then everybody."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from jiuzhu_sim.assessment.gate import Gate
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import listed, said, text
from jiuzhu_sim.measures import publish
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.earnings.calculation import Calculation, Outcome, calculate
from jiuzhu_sim.outlook.earnings.cases import RECEIPTS_MAX, case_receipts, compare_cases
from jiuzhu_sim.outlook.earnings.cliffs import cliffs_table
from jiuzhu_sim.outlook.earnings.schedule import pair_table
from jiuzhu_sim.outlook.earnings.slopes import Slopes
from jiuzhu_sim.population.family import Family, read_family
from jiuzhu_sim.population.form import form_fields
from jiuzhu_sim.report import household_charts as charts
from jiuzhu_sim.report import household_words as words
from jiuzhu_sim.report.annual import stamps
from jiuzhu_sim.report.batch_forms import write_batch_template
from jiuzhu_sim.report.page import page
from jiuzhu_sim.report.receipts import clauses_cited, steps_of
from jiuzhu_sim.report.reconcile import Excerpt
from jiuzhu_sim.report.scenarios import parse_changes, policy_of
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.workbook import write_workbook
from jiuzhu_sim.roster.batch import Batch

Made = TypeVar("Made")

SUGAR = {
    "standard": "dibao.standard.{area}",
    "work_deduction": "income.employment_cost_share",
    "taper_months": "reading.grace_months",
}
"""Parameters of the notebook that change one value of the law, by its path; below 0: as it is."""

ROWS_SHOWN = 14
"""Rows of a curve that a page shows; the workbook has them all."""

LIMITS = ("decision", "income", "behaviour", "programmes", "curve")


# --- what the notebook's parameters mean ----------------------------------------------------------
def scenario_changes(parameters: Mapping[str, Any]) -> list[str]:
    """The changes of the scenario, ``path=value`` each: those given in words first.

    >>> scenario_changes({"area": "rural", "standard": 620.0, "taper_months": -1, "changes": []})
    ['dibao.standard.rural=620.0']
    """
    made = [
        f"{path.format(area=parameters['area'])}={parameters[name]}"
        for name, path in SUGAR.items()
        if parameters.get(name, -1) >= 0
    ]
    return [*made, *(f"{path}={v}" for path, v in parse_changes(parameters["changes"]).items())]


def family_of(parameters: Mapping[str, Any]) -> Family:
    """The family that run parameters describe; `family` holds the other fields of the form,
    ``name=value`` each. Nobody covered means all members. Raises JZ-E065, all faults at once.

    >>> family_of({"n_members": 2, "n_covered": 0, "family": ["savings=3000"]}).savings
    3000.0
    """
    given = {name: value for name, value in parameters.items() if name in form_fields()}
    if not given.get("n_covered"):
        given["n_covered"] = None
    return read_family({**given, **parse_changes(parameters.get("family") or ())})


def calculation_of(parameters: Mapping[str, Any]) -> Calculation:
    """The family that run parameters describe, calculated under their law and their scenario.

    `law`, `at`, `name`, `changes`, those of `SUGAR`, `step`, and the fields of the form. Raises at
    once all that is wrong with the family, and with the law or the scenario.
    """
    problems = Problems()
    family = _tried(problems, lambda: family_of(parameters))
    law = {**parameters, "changes": [], "name": ""}
    policy = _tried(problems, lambda: policy_of(law))
    changed = {**parameters, "changes": scenario_changes(parameters)}
    # A bad law would be refused twice, as it is and as the baseline of the scenario.
    is_asked = policy is not None and bool(changed["changes"])
    scenario = _tried(problems, lambda: policy_of(changed)) if is_asked else None
    if problems or family is None or policy is None:
        raise JZError(problems)
    return calculate(family, policy, scenario, step=float(parameters["step"]))


def _tried(problems: Problems, make: Callable[[], Made]) -> Made | None:
    """What can be made; where it is refused None, and the problems kept."""
    try:
        return make()
    except JZError as refused:
        problems.extend(refused.problems)
        return None


def recorded_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Run parameters for the record: all changes spelled out, a file by its name alone.

    >>> given = {"area": "rural", "standard": 620.0, "changes": [], "cases_path": "甲/乙.xlsx"}
    >>> made = recorded_parameters(given)
    >>> made["changes"], made["cases_path"]
    (['dibao.standard.rural=620.0'], '乙.xlsx')
    """
    changes, path = scenario_changes(parameters), Path(parameters["cases_path"])
    return {**parameters, "changes": changes, "cases_path": path.name}


# --- the report -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class HouseholdReport(Report):
    """The report on a family; `write` writes the receipts too, and the results of a list."""

    calculated: Calculation
    batch: Batch | None

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write workbook, charts and receipts; for a list of families its results and receipts,
        without one the empty form of such a list.
        """
        folder = Path(folder)
        own = [outcome.receipt for outcome in self.calculated.outcomes]
        written = [*super().write(folder), _write_receipts(folder, "receipt", own)]
        if self.batch is None:
            return (*written, write_batch_template(folder / text("file.household_form")))
        new = self.calculated.new.policy
        receipts = case_receipts(self.batch.people, new)
        table = compare_cases(self.batch.people, self.calculated.base.policy, new)
        steps = [steps_of([receipt]) for receipt in receipts]
        heads = (text("household.head.case"), *steps[0].headers)
        rows = [
            (receipt.household, *row)
            for receipt, listing in zip(receipts, steps, strict=True)
            for row in listing.rows
        ]
        notes = [(text("household.receipts"), [heads, *rows])]
        book = folder / text("file.household_batch")
        written.append(write_workbook(book, [table], notes, self.banner))
        written.append(_write_receipts(folder, "receipts", receipts))
        return tuple(written)


def _write_receipts(folder: Path, key: str, receipts: Iterable[Any]) -> Path:
    """Receipts one below the other as a page."""
    body = "".join(receipt.html("h2") for receipt in receipts)
    title = text(f"household.{key}")
    return write_whole(folder / text(f"file.household_{key}"), page(body, title).encode())


def household_report(
    calculated: Calculation,
    *,
    slopes: Slopes | None = None,
    flattened: Table | None = None,
    batch: Batch | None = None,
    min_cell: int = MIN_N,
) -> HouseholdReport:
    """Put a calculated family into a report; computes nothing but the list's own results.

    `slopes`, `flattened`: of the population under the law that is asked about (section
    `population`); rows of fewer than `min_cell` households are hidden there. `batch`: a list of
    families (section `batch`).

    >>> from jiuzhu_sim.policy import load_policy
    >>> made = household_report(calculate(Family(), load_policy("example-county")))
    >>> [section.key for section in made.sections]
    ['answer', 'steps', 'distances', 'schedule', 'emtr', 'cliffs', 'limits']
    """
    pair = _curve(calculated)
    made = (
        _answer(calculated),
        _steps(calculated),
        _distances(calculated),
        _schedule(calculated, pair),
        _emtr(calculated, pair),
        _cliffs(calculated),
        _population(slopes, flattened, min_cell),
        _batch(calculated, batch),
        _limits(calculated.new),
    )
    title = text("household.title", place=calculated.base.policy.title)
    sections = tuple(section for section in made if section is not None)
    return HouseholdReport(title, text("file.household"), sections, calculated, batch)


def _section(
    key: str, sentences: Iterable[str], blocks: Iterable[Any], annex: Iterable[Any] = ()
) -> Section:
    kept = tuple(block for block in blocks if block is not None)
    return Section(key, text(f"household.section.{key}"), tuple(sentences), kept, tuple(annex))


def _answer(calculated: Calculation) -> Section:
    entered = text("household.said.family", family=family_said(calculated.family))
    cards = Cards(answer_numbers(calculated), family_stamps(calculated))
    return _section("answer", (*words.answer_said(calculated), entered), [cards])


def family_stamps(calculated: Calculation) -> tuple[str, ...]:
    """What every reader must know: a computation, under an illustrative law if it is one."""
    return stamps(calculated.new.results, "household.stamp", Gate(""))


def family_said(family: Family) -> str:
    """What was entered, those fields that say something.

    >>> family_said(Family(n_members=2, wage=900))
    '城乡 农村；家庭人口数 2 人；月工资 900 元/月'
    """
    shown = []
    for name, field in form_fields().items():
        value = getattr(family, name)
        if field.required or value not in (None, field.default, 0, False):
            shown.append(f"{field.title} {field.show(value)}")
    return listed(shown)


def answer_numbers(calculated: Calculation) -> tuple[tuple[str, str], ...]:
    """The numbers of the answer with their labels: benefit, change, incomes, marginal rate."""
    new, change = calculated.new, calculated.new.benefit - calculated.base.benefit
    now = new.schedule.now
    numbers = [(words.yuan(new.benefit), text("household.card.benefit"))]
    if calculated.is_compared:
        numbers.append((words.signed(change, "yuan"), text("household.card.change")))
    incomes = [words.shown(new, n) for n in ("counted_income_pc_m_hh", "dibao_standard_m_hh")]
    return (
        *numbers,
        (words.yuan(now.net_income), text("household.card.net")),
        (" / ".join(each.partition(" ")[0] for each in incomes), text("household.card.incomes")),
        (
            words.RATE.show(now.emtr),
            text("household.card.emtr", step=words.yuan(calculated.step)),
        ),
    )


def _steps(calculated: Calculation) -> Section:
    receipts = [outcome.receipt for outcome in calculated.outcomes]
    new = receipts[-1]
    return _section("steps", new.version, [steps_of(receipts), clauses_cited(receipts)])


def _distances(calculated: Calculation) -> Section:
    """How far the family is from each line, in the words of the receipt."""
    if not calculated.is_compared:
        return _section("distances", calculated.base.receipt.thresholds, [])
    heads = tuple(words.law_name(calculated, outcome) for outcome in calculated.outcomes)
    columns = [outcome.receipt.thresholds for outcome in calculated.outcomes]
    rows = tuple(zip_longest(*columns, fillvalue="—"))
    return _section("distances", [], [Listing(text("household.both"), heads, rows)])


def _curve(calculated: Calculation) -> Table:
    base, new = calculated.base.schedule, calculated.new.schedule
    return pair_table(base, new) if calculated.is_compared else base.table


def _schedule(calculated: Calculation, table: Table) -> Section:
    chart = charts.schedule_chart(calculated, table)
    shown = words.every(table, ROWS_SHOWN).with_notes(text("household.every"))
    return _section("schedule", [], [chart, Excerpt(shown)], [table])


def _emtr(calculated: Calculation, table: Table) -> Section:
    step = text("household.said.step", step=words.yuan(calculated.step))
    return _section("emtr", [step], [charts.emtr_chart(calculated, table), words.runs(table)])


def _cliffs(calculated: Calculation) -> Section:
    sentences: list[str] = []
    blocks: list[Any] = []
    for outcome in calculated.outcomes:
        sentences += words.cliffs_said(calculated, outcome)
        if outcome.cliffs:
            blocks.append(cliffs_table(outcome.schedule, outcome.cliffs))
            blocks.append(_causes(calculated, outcome))
    return _section("cliffs", sentences, blocks)


def _causes(calculated: Calculation, outcome: Outcome) -> Listing:
    """Which threshold each cliff stands at, by which clause, and how far the family is from it."""
    rows = tuple(
        (str(number), cliff.title, words.basis(cliff.clauses), cliff.sentence or "—")
        for number, cliff in enumerate(outcome.cliffs, 1)
    )
    heads = tuple(text(f"household.head.{name}") for name in ("cliff", "cause", "basis", "now"))
    title = text("household.causes", policy=words.law_name(calculated, outcome))
    return Listing(title, heads, rows)


def _population(slopes: Slopes | None, flattened: Table | None, min_cell: int) -> Section | None:
    if slopes is None:
        return None
    shown = publish(list(slopes.tables.values()), min_cell)
    tables = dict(zip(slopes.tables, shown, strict=True))
    blocks: list[Any] = [charts.slopes_chart(tables["slopes"]), *tables.values()]
    if flattened is not None:
        blocks += [charts.flatten_chart(flattened), flattened]
    people = slopes.base.people
    sentences = [words.steep_said(tables["slopes"]), *words.people_said(people)]
    return _section("population", sentences, blocks)


def _batch(calculated: Calculation, batch: Batch | None) -> Section | None:
    if batch is None:
        return None
    base, new = calculated.base.policy, calculated.new.policy
    table = compare_cases(batch.people, base, new)
    sentences = [text("household.said.batch", file=batch.file, n=f"{len(batch.families):,}")]
    if len(batch.families) > RECEIPTS_MAX:
        sentences.append(text("household.said.receipts", most=RECEIPTS_MAX))
    return _section("batch", [*sentences, *batch.notes], [table])


def _limits(outcome: Outcome) -> Section:
    """What the numbers do not tell; what was not asked; what the documents leave to people."""
    receipt, has_grace = outcome.receipt, bool(outcome.policy["reading.grace_months"])
    names = (*LIMITS, *(["grace"] if has_grace else []))
    sentences = [text(f"household.limit.{name}") for name in names]
    if receipt.assumed:
        sentences.append(said(text("receipt.assumed"), listed(receipt.assumed)))
    if receipt.undecided:
        sentences.append(text("receipt.undecided") + listed(receipt.undecided))
    return Section("limits", text("section.limits"), tuple(sentences))
