"""The answer: the scenario in a sentence, what to know about it, four numbers, what was changed."""

from jiuzhu_sim.explorer.model import State
from jiuzhu_sim.explorer.views.pieces import amount, fragment, paragraph, shown, signed
from jiuzhu_sim.explorer.views.svg import escape
from jiuzhu_sim.language import in_brackets, text
from jiuzhu_sim.law import clause_text, clauses
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.policy import Change
from jiuzhu_sim.report.annual import gate_sentence, stamps
from jiuzhu_sim.report.figure import minus
from jiuzhu_sim.report.whatif import no_change
from jiuzhu_sim.report.words import Row, joined

TABLES = frozenset({"change", "winners_losers"})
WHOLE: Row = (TOTAL,)


def answer(state: State) -> str:
    """The view that always stays in sight."""
    compared = state.compared
    marks = "".join(
        f'<li class="stamp">{escape(each)}</li>'
        for each in stamps(compared.new, "stamp.first_round", compared.gate)
    )
    notices = "".join(
        paragraph(each, "warn jz-notice")
        for each in (joined(no_change(compared)), joined(_warned(state)))
    )
    return fragment(
        "answer",
        text("view.title.answer"),
        f'<p class="jz-said" aria-live="polite">{escape(_said(state))}</p>',
        notices,
        _cards(state),
        paragraph(_basis(state), "jz-basis"),
        _diff(compared.changes),
        f'<ul class="jz-stamps">{marks}</ul>',
    )


def _warned(state: State) -> tuple[str, ...]:
    """What the gate says where people are not reconciled."""
    gate = state.compared.gate
    return gate_sentence(gate) if gate.stops else ()


def _said(state: State) -> str:
    table = state.tables["change"]
    if not state.compared.changes:
        return text(
            "view.now",
            base=state.baseline.title,
            cost=amount(table.get("cost_y.base", *WHOLE)),
            persons=shown(table, "persons.base", WHOLE),
        )
    if state.compared.nothing_changed:
        return text(
            "view.same",
            new=state.scenario.title,
            cost=amount(table.get("cost_y.new", *WHOLE)),
            persons=shown(table, "persons.new", WHOLE),
        )
    people = state.tables["winners_losers"]
    sides = {"gaining": both(people, "share", "gain"), "losing": both(people, "share", "loss")}
    told = "few" if text("view.hidden") in sides.values() else people.per
    return text(
        f"view.said.{told}",
        new=state.scenario.title,
        base=amount(table.get("cost_y.base", *WHOLE)),
        cost=amount(table.get("cost_y.new", *WHOLE)),
        change=amount(table.get("cost_y.change", *WHOLE), sign=True),
        persons_base=shown(table, "persons.base", WHOLE),
        persons=shown(table, "persons.new", WHOLE),
        persons_change=signed(table, "persons.change", WHOLE),
        **sides,
    )


def both(table: Table, statistic: str, side: str) -> str:
    """The large and the small band of one side together, as the table shows numbers, or that one
    of them is hidden.
    """
    number = [entry.name for entry in table.statistics].index(statistic)
    entry, rows = table.statistics[number], [(f"{side}_large",), (f"{side}_small",)]
    if table.hidden is not None and any(
        table.hidden[table.rows.index(row), number] for row in rows
    ):
        return text("view.hidden")
    whole = table.get(statistic, f"{side}_large") + table.get(statistic, f"{side}_small")
    return minus(entry.show(whole))


def _basis(state: State) -> str:
    """On how many households the numbers rest."""
    n, of = f"{state.households:,}", f"{state.of:,}"
    if state.is_sample:
        return text("view.basis.sample", n=n, of=of)
    is_counted = state.compared.base.people.is_complete
    return joined([text("view.basis.all", of=of), "" if is_counted else text("view.basis.rounded")])


def _cards(state: State) -> str:
    """Four numbers, each with what it is made of."""
    table, people = state.tables["change"], state.tables["winners_losers"]
    per, aid = people.per, state.compared.aid_change
    areas = {
        row[0]: amount(table.get("cost_y.change", *row), sign=True)
        for row in (("urban",), ("rural",))
    }
    people_of = {
        side: both(people, f"{per}s", kind)
        for side, kind in (("gaining", "gain"), ("losing", "loss"))
    }
    numbers = (
        (
            amount(table.get("cost_y.new", *WHOLE)),
            text("card.cost"),
            (text("view.card.from", base=amount(table.get("cost_y.base", *WHOLE))),),
            "",
        ),
        (
            amount(table.get("cost_y.change", *WHOLE), sign=True),
            text("card.cost_change"),
            (
                *(text(f"view.card.{area}", change=change) for area, change in areas.items()),
                *([] if aid is None else [text("view.card.aid", change=amount(aid, sign=True))]),
            ),
            _tone(table.get("cost_y.change", *WHOLE)),
        ),
        (
            signed(table, "persons.change", WHOLE),
            text("card.persons_change"),
            (
                text("view.card.from", base=shown(table, "persons.base", WHOLE)),
                text("view.card.to", new=shown(table, "persons.new", WHOLE)),
            ),
            _tone(table.get("persons.change", *WHOLE)),
        ),
        (
            f"{both(people, 'share', 'gain')} / {both(people, 'share', 'loss')}",
            text(f"card.winners_{per}"),
            tuple(
                text(f"view.card.{side}.{per if n != text('view.hidden') else 'few'}", n=n)
                for side, n in people_of.items()
            ),
            "",
        ),
    )
    return f'<div class="jz-cards">{"".join(_card(*each) for each in numbers)}</div>'


def _card(number: str, label: str, more: tuple[str, ...], tone: str) -> str:
    unit = text("money.unit")
    shown_ = escape(number)
    if number.endswith(unit):
        shown_ = f"{escape(number.removesuffix(unit))}<i>{escape(unit)}</i>"
    return (
        f'<div class="jz-card{tone}"><span>{escape(label)}</span><b>{shown_}</b>'
        f"{''.join(f'<small>{escape(each)}</small>' for each in more)}</div>"
    )


def _tone(change: float) -> str:
    return " jz-more" if change > 0 else " jz-less" if change < 0 else ""


def _diff(changes: tuple[Change, ...]) -> str:
    """What was changed: parameter, old, new, and on what the old value rests."""
    if not changes:
        return f'<div class="jz-diff">{paragraph(text("view.diff.none"))}</div>'
    names = ("view.diff.parameter", "view.base", "view.new", "view.diff.basis")
    heads = "".join(f'<th scope="col">{escape(text(name))}</th>' for name in names)
    rows = "".join(_changed(each) for each in changes)
    caption = escape(text("view.diff", n=len(changes)))
    return (
        f'<div class="jz-diff"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _changed(change: Change) -> str:
    show = change.declared.show
    old, new = ("—" if each is None else show(each) for each in (change.old, change.new))
    basis = change.clause or "—"
    if change.clause in clauses():
        basis = in_brackets(change.clause, clause_text(change.clause))
    return (
        f'<tr><th scope="row">{escape(change.declared.title)}</th>'
        f'<td class="jz-old">{escape(old)}</td><td class="jz-new">{escape(new)}</td>'
        f'<td class="jz-basis-of">{escape(basis)}</td></tr>'
    )
