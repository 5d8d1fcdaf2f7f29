"""The annual report of one place: the tables of an `Assessment` put into words and pictures."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from jiuzhu_sim.assessment import Assessment
from jiuzhu_sim.assessment.gate import FIGURES, Gate
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.law import declarations, figures
from jiuzhu_sim.measures import Table
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report import charts, law
from jiuzhu_sim.report.section import Cards, Listing, Report, Section

UNCERTAINTIES = ("data", "structure", "specification", "parameters", "simulation")


def money(yuan: float) -> str:
    """Yuan in the unit readers expect: 万元 (zh) or million yuan (en), two decimals.

    >>> money(9472000)
    '947.20万元'
    """
    return f"{yuan / float(text('money.divisor')):,.2f}{text('money.unit')}"


def banner(gate: Gate) -> str:
    """The stamp that stands on every section and sheet: not reconciled; "" if nothing stops.

    >>> banner(Gate("red")), banner(Gate("green"))
    ('未通过对账', '')
    """
    return text(f"stamp.gate.{gate.outcome}") if gate.stops else ""


def gate_sentence(gate: Gate) -> tuple[str, ...]:
    """What the gate says, as a sentence; nothing where there is nothing to be said.

    >>> gate_sentence(Gate("green", "ledger", {"rows": 12}))
    ('数据已与台账对账，核对的12项都在容差以内。',)
    """
    if not gate.outcome:
        return ()
    key = f"gate.said.{gate.outcome}"
    if gate.outcome == "red":
        key = f"{key}_{gate.against}"
    if gate.outcome == "amber" and not gate.found.get("beyond"):
        key = "gate.said.amber_else"
    against = text(f"gate.against.{gate.against}") if gate.against else ""
    why = text(f"gate.why.{gate.against}") if gate.against else ""
    fields = {**gate.found, "against": against, "why": why, "date": gate.about.get("date", "")}
    return (text(key, **fields),)


def stamps(results: Results, first: str, gate: Gate) -> tuple[str, ...]:
    """What every reader must know: people not reconciled, `first` (a key of texts/), synthetic
    people, a view of them that is not the reported one, an illustrative law or the illustrative
    values in it that the results rest on.
    """
    found = [*([banner(gate)] if gate.stops else []), text(first)]
    if results.people.about.get("source") == "synthetic":
        found.append(text("stamp.synthetic", n=f"{results.people.households:,}"))
    if view := results.people.about.get("view"):
        found.append(text("stamp.view", view=text(f"view.{view}")))
    if results.policy.illustrative:
        found.append(text("stamp.illustrative"))
    else:
        values, read = results.policy.values, results.plan.read
        marked = [path for path in sorted(read) if values[path].status == "illustrative"]
        if marked:
            titles = listed(declarations()[path].title for path in marked)
            found.append(text("stamp.some_illustrative", parameters=titles))
    return tuple(found)


def annual_report(assessed: Assessment, year: int) -> Report:
    """Put an assessment into an annual report; computes nothing.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> report = jz.annual_report(jz.assess(people, jz.load_policy("example-county")), 2025)
    >>> [section.key for section in report.sections]
    ['answer', 'caseload', 'programmes', 'townships', 'poverty', 'law', 'method']
    """
    makers = (
        *(_answer, _reconcile, _caseload, _programmes, _townships),
        *(_poverty, _budget, _law, _method),
    )
    made: Iterable[Section | None] = (maker(assessed) for maker in makers)
    title = text("annual.title", place=assessed.policy.title, year=year)
    sections = tuple(section for section in made if section)
    return Report(title, text("file.workbook"), sections).stamped(banner(assessed.gate))


def _section(key: str, sentences: Iterable[str], blocks: Iterable[Any]) -> Section:
    return Section(key, text(f"section.{key}"), tuple(sentences), tuple(b for b in blocks if b))


def _answer(assessed: Assessment) -> Section:
    area = assessed.tables["area"]
    numbers = [
        (area.show("households", TOTAL), text("card.households")),
        (area.show("persons", TOTAL), text("card.persons")),
        (money(area.get("cost_y", TOTAL)), text("card.cost")),
        (area.show("mean_benefit_m", TOTAL), text("card.mean_benefit")),
    ]
    budget = assessed.tables.get("budget")
    if budget is not None:
        scope = budget.labels(budget.rows[0])[0]
        gap = budget.get("gap_y", *budget.rows[0])
        numbers.append((money(gap), text("card.gap", area=scope)))
    sentences = [
        text(
            "answer.caseload",
            policy=assessed.policy.title,
            households=numbers[0][0],
            persons=numbers[1][0],
            cost=numbers[2][0],
        )
    ]
    held = assessed.tables.get("reconcile")
    if held is not None:
        sentences.append(_reconcile_sentence(held))
    if assessed.gate.against != FIGURES or assessed.gate.outcome != "green":
        sentences += gate_sentence(assessed.gate)
    marks = stamps(assessed.results, "stamp.draft", assessed.gate)
    return _section("answer", sentences, [Cards(tuple(numbers), marks)])


def _reconcile_sentence(held: Table) -> str:
    checks = [row for row in held.rows if row[-1] == "check"]
    if not checks:
        return text("answer.targets_only", n=len(held.rows))
    worst = max(checks, key=lambda row: abs(held.get("difference_rate", *row)))
    return text(
        "answer.reconcile",
        checks=len(checks),
        met=sum(held.get("verdict", *row) > 0 for row in checks),
        worst=held.labels(worst)[0],
        reported=held.show("reported", *worst),
        model=held.show("model", *worst),
        rate=held.show("difference_rate", *worst),
    )


def _reconcile(assessed: Assessment) -> Section | None:
    held = assessed.tables.get("reconcile")
    if held is None:
        return None
    checks = assessed.tables["identities"]
    failed = [
        checks.labels(row)[0]
        for row, values in zip(checks.rows, checks.values, strict=True)
        if values[-1] == 0
    ]
    sentences = [text(how_calibrated(assessed.tables.get("calibration")))]
    if failed:
        sentences.append(text("reconcile.failed", n=len(failed), failed=listed(failed)))
    blocks = [held, charts.compared(held), checks if checks.rows else None]
    return _section("reconcile", sentences, blocks)


def how_calibrated(calibration: Table | None) -> str:
    """The sentence (a key of texts/) that tells which figures were calibration targets."""
    if calibration is None:
        return "reconcile.uncalibrated"
    has_amounts = any(target.endswith("mean_benefit_m") for (target,) in calibration.rows)
    return "reconcile.how" if has_amounts else "reconcile.counts_only"


def _caseload(assessed: Assessment) -> Section:
    area, cross = assessed.tables["area"], assessed.tables["area_category"]
    sentences = [
        text(
            "caseload.area",
            area=area.labels(row)[0],
            households=area.show("households", *row),
            persons=area.show("persons", *row),
            cost=money(area.get("cost_y", *row)),
            mean=area.show("mean_benefit_m", *row),
        )
        for row in area.rows
        if TOTAL not in row
    ]
    layers = assessed.tables["layer"]
    blocks = [area, layers, assessed.tables["category"], cross, charts.stacked(cross, "persons")]
    return _section("caseload", sentences, blocks)


def _programmes(assessed: Assessment) -> Section:
    table = assessed.tables["programmes"]
    said = text("programmes.said", total=money(table.get("cost_y", TOTAL)))
    return _section("programmes", [said], [table])


def _townships(assessed: Assessment) -> Section | None:
    table = assessed.tables.get("township")
    if table is None:
        return None
    made = _section(
        "townships", [text("townships.how")], [table, charts.ranked(table, "mean_benefit_m")]
    )
    return replace(made, annex=(assessed.tables["full"],))


def _poverty(assessed: Assessment) -> Section:
    table = assessed.tables["poverty"]
    said = text(
        "poverty.said",
        before=table.show("fgt0", "before"),
        after=table.show("fgt0", "after"),
        gini_before=table.show("gini", "before"),
        gini_after=table.show("gini", "after"),
    )
    return _section("poverty", [said], [table, charts.before_after(table)])


def _budget(assessed: Assessment) -> Section | None:
    table = assessed.tables.get("budget")
    if table is None:
        return None
    row = table.rows[0]
    gap = table.get("gap_y", *row)
    said = text(
        "budget.short" if gap > 0 else "budget.enough",
        area=table.labels(row)[0],
        need=money(table.get("need_y", *row)),
        given=money(table.get("appropriation_y", *row)),
        gap=money(abs(gap)),
    )
    sentences = [said, *_reported_gap(assessed.policy.place, row[0])]
    return _section("budget", sentences, [table, charts.need_against_appropriation(table)])


def _reported_gap(place: str, area: str) -> tuple[str, ...]:
    """What the place itself reported as the gap of this area, and why it differs, if it did."""
    found = figures(place) or {}
    entry = found.get("appropriation", {})
    if "gap" not in entry or entry["area"] != area:
        return ()
    gap = money(found["figures"][entry["gap"]]["value"])
    return (text("budget.reported", gap=gap, why=pick(entry["why"])),)


def _law(assessed: Assessment) -> Section:
    policy = assessed.policy
    sources = listed(law.documents(policy))
    return _section(
        "law",
        [
            text("law.said", at=policy.at, documents=sources),
            *law.lacking(policy),
            law.silent(policy),
        ],
        [law.parameters(policy), law.undecided(policy)],
    )


def _method(assessed: Assessment) -> Section:
    people, about = assessed.people, assessed.people.about
    rows = tuple(
        (text(f"uncertainty.{name}"), text(f"uncertainty.{name}.what")) for name in UNCERTAINTIES
    )
    kinds = Listing(
        text("uncertainty.title"), (text("uncertainty.kind"), text("uncertainty.treated")), rows
    )
    source = text(
        f"people.{about.get('source', 'own')}",
        households=f"{people.households:,}",
        persons=f"{people.persons:,}",
        recipe=about.get("recipe", ""),
        seed=about.get("seed", ""),
    )
    titles = [column(name).title for name in assessed.results.plan.assumed]
    assumed = [text("law.assumed", columns=listed(titles))] if titles else []
    return _section(
        "method",
        [source, *assumed, text("method.rounding")],
        [assessed.tables.get("calibration"), kinds],
    )
