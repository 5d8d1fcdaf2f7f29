"""Lists of monitoring: households to visit in a month, steps of one household, rules."""

from pathlib import Path

from jiuzhu_sim.casework.warnings.warnings import Rule, Warnings
from jiuzhu_sim.columns import column
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import listed, pick, text, unit_label, with_unit
from jiuzhu_sim.law import clause_text
from jiuzhu_sim.months.roll import reason_clauses, reason_title, status_title
from jiuzhu_sim.outlook.monitoring.chain import Chain, Step
from jiuzhu_sim.outlook.monitoring.dials import Outcome
from jiuzhu_sim.outlook.monitoring.visits import visits_of
from jiuzhu_sim.report.forms import Form, Head, workbook_of
from jiuzhu_sim.report.section import Listing

WIDTHS = {"number": 6, "id": 12, "township": 12, "village": 12, "why": 46, "since": 10,
          "score": 7, "held": 16, "contact": 11, "visited_on": 11, "visited_by": 11,
          "result": 22, "next": 18}  # fmt: skip
TO_FILL = ("visited_on", "visited_by", "result", "next")
QUIET = {"birthday", "income_drift"}
"""Events of life that are no news for one household unless something else happens."""

SHOWN = 8
"""Households to visit that the page shows; the others stand in the list."""


def write_visit_list(made: Outcome, month: str, path: str | Path) -> Path:
    """The households to visit in a month as an Excel list with blank columns to be filled in.

    Raises JZ-E060 for a month that was not run, JZ-E040 when the file cannot be written, JZ-E046
    without xlsxwriter.
    """
    return write_whole(path, workbook_of([visit_form(made, month)]))


def visit_form(made: Outcome, month: str) -> Form:
    """The list of a month, as far as the officers reach: pseudonymous ids, no names; most urgent
    first."""
    people, warnings = made.watch.people, made.watch.warnings
    labels = {rule.key: rule.title for rule in warnings.rules}
    places = {name: people[name] for name in ("township", "village") if name in people}
    rows = []
    several = visits_of(made, month)
    reached = [visit for visit in several if visit.is_reached]
    for number, visit in enumerate(reached, 1):
        why = [labels[key] for key in visit.rules]
        rows.append(
            [
                number,
                str(people.ids[visit.home]),
                *(str(places[name][visit.home]) if name in places else "" for name in
                  ("township", "village")),
                listed(why),
                visit.since,
                visit.score,
                held(made, month, visit.home),
                visit.last_contact,
                *("" for _ in TO_FILL),
            ]
        )  # fmt: skip
    notes = [text("monitoring.list.note", n=len(rows)), text("monitoring.stamp.internal")]
    if (made.watch.weight != 1).any():
        notes.append(text("monitoring.list.weight", n=f"{made.watch.weight.mean():.3g}"))
    if len(several) > len(rows):
        notes.append(text("monitoring.list.beyond", n=f"{len(several) - len(rows):,}"))
    if people.about.get("source") == "synthetic":
        notes.append(text("stamp.synthetic", n=f"{people.households:,}"))
    heads = [Head(text(f"monitoring.list.{name}"), width) for name, width in WIDTHS.items()]
    title = text("monitoring.list.title", month=month)
    return Form(text("monitoring.list.sheet"), title, notes, heads, rows, is_ruled=True)


def visit_listing(made: Outcome, month: str, most: int = SHOWN) -> Listing:
    """The first rows of the list, for the page."""
    form = visit_form(made, month)
    keep = len(WIDTHS) - len(TO_FILL)
    rows = tuple(tuple(_plain(cell) for cell in row[:keep]) for row in form.rows[:most])
    heads = tuple(head.title for head in form.heads[:keep])
    return Listing(text("monitoring.list.first", month=month, n=min(most, len(form.rows))), heads,
                   rows)  # fmt: skip


def _plain(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def held(made: Outcome, month: str, home: int) -> str:
    """What a household gets on the day of the comparison: roll, recognition or nothing."""
    watch, t = made.watch, made.watch.names.index(month)
    on = watch.run.opening[home] if t == 0 else watch.run.on_roll[t - 1, home]
    key = "roll" if on else ("edge" if watch.recognised.is_in[t, home] else "none")
    return text(f"monitoring.held.{key}")


def chain_listing(chain: Chain) -> Listing:
    """The steps of one household with the clauses they rest on."""
    heads = ("month", "happened", "warnings", "done", "gets", "clauses")
    return Listing(
        text("monitoring.chain.title", id=chain.id),
        tuple(text(f"monitoring.chain.head.{name}") for name in heads),
        tuple(_step(chain, step) for step in chain.steps),
    )


def _step(chain: Chain, step: Step) -> tuple[str, ...]:
    rules = {rule.key: rule for rule in chain.watch.warnings.rules}
    events = [text(f"event.{name}") for name in step.events if name not in QUIET]
    layer = pick((column("layer_hh").codes or {})[step.layer])
    state = [text("monitoring.chain.entitled", layer=layer)]
    if step.target:
        state.append(text(f"warning_kind.{step.target}"))
    new = text("monitoring.chain.new")
    risen = [
        rules[key].title + (new if is_new else "")
        for key, is_new in zip(step.rules, step.is_new, strict=True)
    ]
    done = []
    if step.warned:
        done.append(text("monitoring.chain.did.warned", score=f"{step.score:g}"))
    done += [text(f"monitoring.chain.did.{name}") for name in ("reviewed", "visited")
             if getattr(step, name)]  # fmt: skip
    if step.reason != "none":
        done.append(reason_title(step.reason))
    gets = [status_title(step.status)]
    if step.recognised:
        gets = [text("monitoring.held.edge")]
    gets.append(text("monitoring.chain.money", paid=f"{step.paid:,.0f}", due=f"{step.due:,.0f}"))
    if step.aid:
        gets.append(text("monitoring.chain.aid", aid=f"{step.aid:,.0f}"))
    if step.gain:
        moved = "stopped" if step.target == "over" else "gain"
        gets.append(text(f"monitoring.chain.{moved}", gain=f"{step.gain:,.0f}"))
    clauses = [clause for key in step.rules for clause in rules[key].clauses]
    if step.reason != "none":
        clauses += reason_clauses(step.reason)
    return (
        step.month,
        listed([*events, *state]),
        listed(risen) or "—",
        listed(done) or "—",
        listed(gets),
        text("word.comma").join(dict.fromkeys(clauses)) or "—",
    )


def rule_listing(warnings: Warnings) -> Listing:
    """Every rule: what it looks at, threshold, window, whom, register, points, clause, standing."""
    heads = ("rule", "test", "window", "for", "source", "points", "clauses", "basis")
    return Listing(
        text("monitoring.rules.title"),
        tuple(text(f"monitoring.rules.{name}") for name in heads),
        tuple(_rule(rule, warnings) for rule in warnings.rules),
    )


def _rule(rule: Rule, warnings: Warnings) -> tuple[str, ...]:
    is_share = rule.unit == "share"
    number = f"{rule.threshold * 100:g}%" if is_share else f"{rule.threshold:,g}"
    unit = unit_label(rule.unit) if rule.unit and not is_share else ""
    source = warnings.sources[rule.source]
    seen = text("monitoring.rules.seen", source=source.title, delay=source.delay,
                hit=f"{source.hit:.0%}")  # fmt: skip
    return (
        rule.title,
        text(f"monitoring.test.{rule.test}", value=with_unit(number, unit)),
        text("monitoring.rules.months", n=rule.window) if rule.needs_past else "—",
        text(f"monitoring.for.{rule.of}"),
        seen,
        f"{rule.points:g}",
        text("word.comma").join(rule.clauses),
        text(f"monitoring.basis.{rule.basis}"),
    )


def clause_listing(warnings: Warnings) -> Listing:
    """What the clauses behind the rules say."""
    clauses = dict.fromkeys(clause for rule in warnings.rules for clause in rule.clauses)
    heads = (text("monitoring.rules.clauses"), text("monitoring.rules.says"))
    rows = tuple((clause, clause_text(clause)) for clause in sorted(clauses))
    return Listing(text("monitoring.clauses.title"), heads, rows)
