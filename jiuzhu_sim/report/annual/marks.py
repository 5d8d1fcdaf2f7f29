"""What every reader must know of the people and the law of a report: banner and stamps."""

from jiuzhu_sim.assessment.gate import Gate
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations


def banner(gate: Gate) -> str:
    """The stamp that stands on every section and sheet: not reconciled; "" if nothing stops.

    >>> banner(Gate("red")), banner(Gate("green"))
    ('未通过对账', '')
    """
    return text(f"stamp.gate.{gate.outcome}") if gate.stops else ""


def gate_key(gate: Gate) -> str:
    """The sentence (a key of texts/) that tells the outcome of a gate; "" where there is none.

    >>> gate_key(Gate("green", "ledger")), gate_key(Gate(""))
    ('gate.said.green', '')
    """
    if not gate.outcome:
        return ""
    if gate.outcome == "red":
        return f"gate.said.red_{gate.against}"
    if gate.outcome == "amber" and not gate.found.get("beyond"):
        return "gate.said.amber_else"
    return f"gate.said.{gate.outcome}"


def gate_fields(gate: Gate) -> dict[str, str]:
    """The words of that sentence that are no counts: against what, why, of which date."""
    named = {
        name: text(f"gate.{name}.{gate.against}") if gate.against else ""
        for name in ("against", "why")
    }
    return {**named, "date": gate.about.get("date", "")}


def gate_sentence(gate: Gate) -> tuple[str, ...]:
    """What the gate says, as a sentence; nothing where there is nothing to be said.

    >>> gate_sentence(Gate("green", "ledger", {"rows": 12}))
    ('数据已与台账对账，核对的12项都在容差以内。',)
    """
    key = gate_key(gate)
    return (text(key, **{**gate.found, **gate_fields(gate)}),) if key else ()


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
