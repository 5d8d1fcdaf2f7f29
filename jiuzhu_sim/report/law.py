"""How a report shows the law it applied, and what the law leaves to people."""

from jiuzhu_sim.language import in_brackets, listed, pick, said, text, unit_label
from jiuzhu_sim.law import clause_text, declarations, document_title, region
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.section import Listing


def parameters(policy: Policy) -> Listing:
    """Every parameter in force: value, since when, what kind of source, clause or note."""
    rows = []
    for path, value in policy.values.items():
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
                value.since.isoformat(),
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


def undecided(policy: Policy) -> Listing | None:
    """The clauses no rule decides (visits, votes, undefined limits), or None."""
    found = region(policy.place).not_computed
    if not found:
        return None
    rows = tuple((clause, clause_text(clause), pick(reason)) for clause, reason in found)
    heads = tuple(text(f"law.{head}") for head in ("clause", "says", "why_not"))
    return Listing(text("law.undecided"), heads, rows)


def documents(policy: Policy) -> tuple[str, ...]:
    """The documents the place's law is taken from."""
    return tuple(said(name, document_title(name)) for name in region(policy.place).documents)
