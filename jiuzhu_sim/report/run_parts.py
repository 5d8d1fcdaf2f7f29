"""The lists of a run in parts: what failed, what the reform changes, how it was computed."""

from collections import Counter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population.parquet import part_name
from jiuzhu_sim.report.record import versions
from jiuzhu_sim.report.run_words import size, speed
from jiuzhu_sim.report.section import Listing

if TYPE_CHECKING:
    from jiuzhu_sim.batch.receipt import Receipt
    from jiuzhu_sim.batch.run import Outcome
    from jiuzhu_sim.report.run_facts import Ran

STEPS = ("read", "simulate", "measure", "write")
SHOWN_DIGITS = 12
"""Digits of a SHA-256 that a person compares; the whole of it stands in run.json."""

WORKERS_NAMED = 4
"""Most workers called by name."""


def missing_listing(ran: "Ran") -> Listing:
    """The parts that could not be done: file, code, what is wrong and how to mend it."""
    failed = ran.outcome.failed
    rows = tuple(
        (each.name, problem.code, " · ".join(filter(None, (problem.where, problem.what))),
         problem.fix)
        for each in failed
        for problem in each.problems
    )  # fmt: skip
    heads = ("part", "code", "what", "fix")
    title = text("run.missing.title", n=len(failed))
    return Listing(title, tuple(text(f"run.missing.{head}") for head in heads), rows)


def diff_listing(base: Policy, new: Policy) -> Listing:
    """What the reform changes: parameter, old, new, clause.

    >>> from jiuzhu_sim.policy import load_policy
    >>> law = load_policy("example-county")
    >>> diff_listing(law, law.change({"edge.ratio": 2.0})).rows[0][:2]
    ('低保边缘收入倍数', 'edge.ratio')
    """
    known, changes = declarations(), base.diff(new)
    rows = tuple(
        (
            known[each.path].title,
            each.path,
            *("—" if value is None else known[each.path].show(value)
              for value in (each.old, each.new)),
            each.clause or "—",
        )
        for each in changes
    )  # fmt: skip
    heads = ("parameter", "path", "old", "new", "clause")
    title = text("run.diff.title", n=len(rows))
    return Listing(title, tuple(text(f"law.{head}") for head in heads), rows)


def how_listing(ran: "Ran") -> Listing:
    """The run itself: law, data, parts, time and where it went, who computed, versions."""
    outcome, base = ran.outcome, ran.base
    failed, resumed = len(outcome.failed), outcome.resumed
    counts = {"households": f"{outcome.households:,}", "persons": f"{outcome.persons:,}"}
    now = len(outcome.receipts) - resumed
    made = {
        "law": f"{base.title} {base.at}",
        "data": Path(outcome.job.data).name,
        "parts": text("run.how.parts_of", all=ran.parts, now=now, resumed=resumed, failed=failed),
        "people": text("run.how.people_of", **counts),
    }
    # The parts of several counties are in one queue: a county has no time of its own.
    if not outcome.job.name:
        made["seconds"] = text("run.how.seconds_of", seconds=f"{outcome.seconds:,.1f}")
        if (rate := speed(outcome)) == rate:
            made["rate"] = text("run.how.rate_of", rate=f"{rate:,.0f}")
    made |= _of_receipts(outcome.receipts)
    made["versions"] = listed(f"{name} {number}" for name, number in versions().items())
    made["verify"] = text("run.how.verify_of")
    rows = tuple((text(f"run.how.{key}"), shown) for key, shown in made.items())
    return Listing(text("run.how.title"), (text("run.how.item"), text("run.how.value")), rows)


def _of_receipts(receipts: "tuple[Receipt, ...]") -> dict[str, str]:
    """Where the time of the parts went, a usual and the slowest part, bytes, workers."""
    spent: Counter[str] = Counter()
    for each in receipts:
        spent.update({step: each.seconds.get(step, 0.0) for step in STEPS})
    whole = sum(spent.values())
    if not whole:
        return {}
    times = [sum(each.seconds.values()) for each in receipts]
    slowest = times.index(max(times))
    steps = [
        text("run.how.step", step=text(f"run.how.step.{step}"), share=f"{spent[step] / whole:.0%}")
        for step in STEPS
    ]
    workers = sorted({each.worker for each in receipts})
    names = listed([*workers[:WORKERS_NAMED], *(["…"] if len(workers) > WORKERS_NAMED else [])])
    read, written = (sum(getattr(each, name) for each in receipts)
                     for name in ("bytes_read", "bytes_written"))  # fmt: skip
    return {
        "steps": listed(steps),
        "each": text(
            "run.how.each_of",
            middle=f"{median(times):,.2f}",
            slowest=f"{times[slowest]:,.2f}",
            part=part_name(receipts[slowest].number),
        ),
        "bytes": text("run.how.bytes_of", read=size(read), written=size(written)),
        "workers": text("run.how.workers_of", n=len(workers), names=names),
    }


def parts_listing(outcome: "Outcome") -> Listing:
    """Every part that was done: households, persons, seconds, worker, digests of its files."""
    rows = tuple(
        (
            part_name(each.number),
            f"{each.households:,}",
            f"{each.persons:,}",
            f"{sum(each.seconds.values()):.2f}",
            each.worker,
            listed(digest[:SHOWN_DIGITS] for digest in each.sha256.values()),
        )
        for each in outcome.receipts
    )
    heads = ("households", "persons", "seconds", "worker", "sha256")
    titles = (text("run.missing.part"), *(text(f"run.parts.{head}") for head in heads))
    return Listing(text("run.parts.title"), titles, rows)
