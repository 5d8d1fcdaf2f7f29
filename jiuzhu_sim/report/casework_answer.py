"""What a casework report says first, what it rests on, and what could not be judged and why."""

from typing import TYPE_CHECKING

import numpy as np

from jiuzhu_sim.casework.procedure.verdicts import CODE, FAULTS, Verdicts
from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.law.load import clause_text, clauses
from jiuzhu_sim.measures.handling import SHARE, handling, row_key
from jiuzhu_sim.measures.table import Statistic
from jiuzhu_sim.report.casework_log import TO_CHECK, section
from jiuzhu_sim.report.section import Cards, Listing, Section

if TYPE_CHECKING:
    from jiuzhu_sim.report.casework import Judged


def answer_section(judged: "Judged") -> Section:
    """How many cases broke a limit and which step most; how many broke the procedure; what to mend
    before relying on it; as of which day."""
    log, found = judged.log, judged.limits
    late, conducted = found.any_of(FAULTS), judged.conduct.cases.any_of(FAULTS)
    given = int(found.any_of(("met", *FAULTS)).sum())
    rate = Statistic(SHARE, "share").show(late.sum() / given if given else float("nan"))
    overdue = int(found.any_of(("overdue",)).sum())
    unknown = found.any_of(("unknown",)) | judged.conduct.cases.any_of(("unknown",))
    counts = {"late": int(late.sum()), "judged": given, "overdue": overdue, "n": log.n}
    counts |= {"conduct": int(conducted.sum()), "unknown": int(unknown.sum())}
    shown = {name: f"{count:,}" for name, count in counts.items()}
    numbers = (
        (shown["n"], text("casework.card.cases")),
        (shown["late"], text("casework.card.late")),
        (shown["overdue"], text("casework.card.overdue")),
        (shown["conduct"], text("casework.card.conduct")),
        (shown["unknown"], text("casework.card.unknown")),
    )
    named = {"procedure": judged.procedure.title, "rate": rate}
    key = "answer" if given else "nothing_judged"
    said = [text(f"casework.said.{key}", **shown, **named)]
    for key, verdicts in (("worst", found), ("worst_conduct", judged.conduct.cases)):
        said += [worst(verdicts, key)] if verdicts.any_of(FAULTS).any() else []
    if unknown.any():
        said.append(text("casework.said.unknown", n=shown["unknown"]))
    said.append(text("casework.said.at", at=str(log.at)))
    if judged.read:
        told = {level: judged.read.findings.count(level) for level in TO_CHECK}
        if sum(told.values()):
            said.append(text("casework.said.findings", **{k: f"{v:,}" for k, v in told.items()}))
    return section("answer", said, Cards(numbers, _stamps(judged)))


def _stamps(judged: "Judged") -> tuple[str, ...]:
    if judged.log.is_synthetic:
        return (text("casework.stamp.assumed"),)
    return (text("casework.stamp.internal"), text("casework.stamp.masked"))


def worst(verdicts: Verdicts, key: str) -> str:
    """The item with the most faults, in a sentence, with the numbers of its table."""
    table = handling(verdicts)
    faults = {
        row: table.get("handling_broken", *row) + table.get("handling_overdue", *row)
        for row in table.rows
    }
    row = max(faults, key=lambda each: faults[each])
    clause = next(item.clause for item in verdicts.items if (row_key(item),) == row)
    return text(
        f"casework.said.{key}",
        item=table.labels(row)[0],
        clause=clause,
        n=f"{faults[row]:,.0f}",
        rate=table.show(SHARE, *row),
    )


def basis(verdicts: Verdicts) -> Listing:
    """The items with their clause and what it says, limit and status, of those that concern any
    case."""
    concerned = verdicts.counts().drop(columns="not_applicable").sum(axis=1).to_numpy() > 0
    rows = tuple(
        (
            item.title,
            item.clause,
            clause_text(item.clause) if item.clause in clauses() else "—",
            "—" if np.isnan(item.limit) else f"{item.limit:g} {unit_label(item.unit)}".strip(),
            text(f"limit_status.{item.status}"),
        )
        for item, is_concerned in zip(verdicts.items, concerned, strict=True)
        if is_concerned
    )
    names = ("item", "clause", "says", "limit", "status")
    return Listing(text("casework.basis"), tuple(text(f"casework.head.{n}") for n in names), rows)


def _sentence(note: str) -> str:
    """A note as a sentence of its own."""
    bare = note.strip().rstrip("。.")
    return text("casework.said.note", note=bare[:1].upper() + bare[1:])


def unknown_section(judged: "Judged") -> Section | None:
    """What could not be judged, in how many cases, and what to record; None where all could."""
    rows = []
    for verdicts in (judged.limits, judged.conduct.cases):
        counts = (verdicts.code == CODE["unknown"]).sum(axis=1)
        needs = verdicts.needs or ("",) * len(verdicts.items)
        for k in np.argsort(-counts, kind="stable").tolist():
            if counts[k]:
                item = verdicts.items[k]
                rows.append((item.title, item.clause, f"{counts[k]:,}", needs[k] or "—"))
    if not rows:
        return None
    notes = dict.fromkeys((judged.limits.note, judged.conduct.cases.note))
    said = [_sentence(note) for note in notes if note]
    if judged.read is not None and judged.read.steps is not None:
        said.append(text("casework.said.one_date"))
    heads = tuple(text(f"casework.head.{n}") for n in ("item", "clause", "unknown", "needs"))
    return section("unknown", said, Listing(text("casework.unknown.title"), heads, tuple(rows)))
