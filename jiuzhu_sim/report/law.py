"""How a report shows the law it applied, and what the law leaves to people."""

import datetime

from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.language import in_brackets, listed, pick, said, text, unit_label
from jiuzhu_sim.law import clause_text, declarations, document_of, document_title, region
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.section import Listing


def parameters(policy: Policy) -> Listing:
    """The parameters somebody gave: value, since when, what kind of source, clause or note.

    Those of which no document says anything have their neutral value; `silent` counts them.
    """
    rows, silent_ones = [], _silent(policy)
    for path, value in policy.values.items():
        if path in silent_ones:
            continue
        declared = declarations()[path]
        shown = declared.show(value.value)
        if value.raw_unit and value.raw_unit != declared.unit:
            shown = in_brackets(shown, f"{value.raw:,} {unit_label(value.raw_unit)}")
        basis = said(value.clause, clause_text(value.clause)) if value.clause else ""
        note = pick(value.note) if value.note else ""
        rows.append(
            (
                declared.title,
                path,
                shown,
                "—" if value.since == datetime.date.min else value.since.isoformat(),
                text(f"status.{value.status}"),
                listed(part for part in (basis, note) if part),
            )
        )
    heads = ("parameter", "path", "value", "since", "status", "basis")
    return Listing(
        text("law.parameters", policy=policy.title, at=policy.at),
        tuple(text(f"law.{head}") for head in heads),
        tuple(rows),
    )


def _silent(policy: Policy) -> frozenset[str]:
    """The parameters left at their neutral value, but for illustrative ones that rules read."""
    read = make_plan(policy).read
    return frozenset(
        path
        for path, value in policy.values.items()
        if value.raw is None and not (value.status == "illustrative" and path in read)
    )


def silent(policy: Policy) -> str:
    """How many parameters are left at their neutral value, as a sentence."""
    return text("law.silent", n=len(_silent(policy)))


def lacking(policy: Policy) -> tuple[str, ...]:
    """Documents in force whose text was not available, and how the place was dated."""
    dated = region(policy.place).dated
    said_so = (pick(dated),) if dated else ()
    return (
        *said_so,
        *(
            text("law.lacking", document=document_title(name), since=since, note=pick(note))
            for name, since, note in policy.lacking
        ),
    )


def options(policy: Policy) -> Listing:
    """The register of ambiguities: question, clauses, readings, the one the policy takes."""
    found = [entry for entry in declarations().values() if entry.register]
    rows = tuple(
        (
            entry.register,
            in_brackets(entry.title, entry.path),
            ", ".join(entry.clauses),
            listed(entry.show(value) for value in entry.readings),
            entry.show(policy[entry.path]),
            text(f"status.{policy.values[entry.path].status}"),
            text(f"where.{entry.read_by}"),
        )
        for entry in sorted(found, key=lambda entry: (entry.register, entry.path))
    )
    heads = ("number", "option", "clause", "readings", "taken", "status", "where")
    return Listing(
        text("law.options", policy=policy.title, at=policy.at),
        tuple(text(f"law.{head}") for head in heads),
        rows,
    )


def undecided(policy: Policy) -> Listing | None:
    """The clauses no rule decides (visits, votes, undefined limits), or None."""
    found = region(policy.place).not_computed
    if not found:
        return None
    rows = tuple((clause, clause_text(clause), pick(reason)) for clause, reason in found)
    heads = tuple(text(f"law.{head}") for head in ("clause", "says", "why_not"))
    return Listing(text("law.undecided"), heads, rows)


def documents(policy: Policy) -> tuple[str, ...]:
    """The documents the place's law is taken from, and those in force below them."""
    place = region(policy.place)
    cited = {document_of(value.clause) for value in policy.values.values() if value.clause}
    names = (*place.documents, *(name for name in place.inherited if name in cited))
    return tuple(said(name, document_title(name)) for name in dict.fromkeys(names))
