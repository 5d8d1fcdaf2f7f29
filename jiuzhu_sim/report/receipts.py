"""Receipts as lists: the numbered steps side by side, and the clauses they cite."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from jiuzhu_sim.columns import column
from jiuzhu_sim.language import listed, text, unit_label
from jiuzhu_sim.law import clause_text, document_of, document_title
from jiuzhu_sim.receipt import OUTCOMES, Receipt, StepShown
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.rules import RULES

DASH = "—"


def steps_of(receipts: Sequence[Receipt]) -> Listing:
    """The numbered steps: programme, step, one result for each receipt, what was used, clauses.

    Several receipts are of one family under several laws; parameters and clauses are those of the
    last. A programme that comes to nothing under all of them is one line without a number.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> receipt = jz.explain(jz.simulate(people, jz.load_policy("example-county")), 7)
    >>> steps_of([receipt]).headers
    ('序号', '项目', '步骤', '结果', '依据', '参数与取整')
    """
    results = ["result"] if len(receipts) == 1 else ["result_base", "result_new"]
    keys = ("number", "programme", "step", *results, "basis", "used")
    headers = tuple(text(f"household.head.{key}") for key in keys)
    title = text("household.steps", id=receipts[-1].household)
    return Listing(title, headers, tuple(_rows(receipts)))


def _rows(receipts: Sequence[Receipt]) -> Iterable[tuple[str, ...]]:
    known = [{step.name: step for step in receipt.steps} for receipt in receipts]
    order = list(dict.fromkeys(rule.programme for rule in RULES))
    steps = [step for receipt in reversed(receipts) for step in receipt.steps]
    # A step of either law: one that only the scenario switches on, or off, is shown as well.
    every = sorted({s.name: s for s in steps}.values(), key=lambda s: order.index(s.programme))
    number = 0
    for programme, group in groupby(every, key=lambda step: step.programme):
        names, title = [step.name for step in group], text(f"programme.{programme}")
        ends = [each[n] for each in known for n in OUTCOMES.get(programme, ()) if n in each]
        if programme in OUTCOMES and all(step.is_nothing for step in ends):
            nothing = text("receipt.nothing")
            yield (DASH, title, nothing, *[DASH] * len(receipts), DASH, DASH)
            continue
        for name in names:
            number += 1
            last = next(each[name] for each in reversed(known) if name in each)
            shown = [_shown(each[name]) if name in each else DASH for each in known]
            yield (str(number), title, last.title, *shown, _basis(last), _used(last))


def _shown(step: StepShown) -> str:
    """A step's values, one a member; a unit they share is said once, behind the last."""
    separator, unit = text("format.list"), column(step.name).unit
    values, ending = step.shown.split(separator), f" {unit_label(unit)}"
    if len(values) > 1 and unit and all(value.endswith(ending) for value in values):
        return separator.join(value.removesuffix(ending) for value in values) + ending
    return step.shown


def _used(step: StepShown) -> str:
    """Parameters and rounding of a step."""
    return listed(filter(None, (*step.parameters, step.rounding))) or DASH


def _basis(step: StepShown) -> str:
    return ", ".join(step.clauses) or DASH


def clauses_cited(receipts: Sequence[Receipt]) -> Listing:
    """Each clause the steps cite, with its document and its summary."""
    ids = dict.fromkeys(c for each in receipts for step in each.steps for c in step.clauses)
    rows = tuple(
        (clause, document_title(document_of(clause)), clause_text(clause)) for clause in ids
    )
    heads = tuple(text(f"household.head.{key}") for key in ("clause", "document", "says"))
    return Listing(text("receipt.clauses"), heads, rows)
