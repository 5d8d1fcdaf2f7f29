"""Measure: every indicator of every township from the evidence there is, first that is there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.indicators.figures import Draw, Figures
from jiuzhu_sim.assessment.indicators.from_books import from_books
from jiuzhu_sim.assessment.indicators.from_population import from_population, roll_sizes
from jiuzhu_sim.assessment.indicators.from_returns import from_returns
from jiuzhu_sim.assessment.indicators.from_verdicts import files_of, from_verdicts, rules
from jiuzhu_sim.assessment.indicators.indicator import Indicator, indicators
from jiuzhu_sim.assessment.indicators.measured import DESIGNS, PARTS, Measured, finished
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, pick, text

FILES = 60
"""Case files looked at for an indicator in a township, unless told otherwise (assumed: enough for
half an interval of about ±10 points around a rate of 0.8)."""

COUNTED = ("hits", "n", "population")
OWN = ("value", "low", "high", "sd")


def measure(
    evidence: Evidence, design: str = "sample", files: int = FILES, seed: int = 1
) -> Measured:
    """All indicators of the townships of the evidence.

    `design` (`reading.assessment_design`): ``sample`` looks at `files` case files (households) for
    each indicator and township, drawn at random by (seed, id); ``census`` at every one. Figures of
    returns stand in only where nothing else tells. The same numbers whatever the order of rows.

    Raises JZ-E060 for another design, JZ-E032 for `files` below 1.

    >>> from jiuzhu_sim.assessment.indicators.evidence import evidence_of
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> events = [{"kind": "decide", "at": "2025-03-03", "outcome": "passed"},
    ...           {"kind": "pay", "at": "2025-03-04", "amount": 300}]
    >>> log = log_of([{"township": "甲镇", "programme": "dibao", "events": events}])
    >>> made = measure(evidence_of(log=log, procedure="national"), design="census")
    >>> made.column("paid_after_decision").tolist(), "vote_on_time" in made.missing
    ([1.0], True)
    """
    if design not in DESIGNS:
        raise JZError.unknown(text("indicators.design"), design, DESIGNS)
    if files < 1:
        raise JZError.of("JZ-E032", name="files", value=files, expected="≥ 1")
    draw = Draw(files if design == "sample" else 0, seed)
    every = tuple(indicators().values())
    found, looked = from_verdicts(evidence, every, draw)
    counts = {"people": from_population(evidence, draw), "books": from_books(evidence)}
    for indicator in every:
        for source, made in counts.items():
            figures = made.get(indicator.source.get(source, ""))
            if figures is not None:
                found[indicator.key] = figures
    lacking = [each for each in every if each.key not in found or found[each.key].is_empty]
    told = from_returns(evidence, lacking)
    reasons = {
        each.key: reason(evidence, each, found.get(each.key))
        for each in lacking
        if each.key not in told
    }
    return _measured(evidence, found | told, reasons, design, looked)


def _measured(
    evidence: Evidence,
    found: Mapping[str, Figures],
    reasons: Mapping[str, str],
    design: str,
    looked: Any,
) -> Measured:
    every = indicators()
    shape = (len(evidence.units), len(every))
    parts: dict[str, Any] = {name: np.full(shape, np.nan) for name in PARTS}
    unknown = np.zeros(shape)
    chosen = []
    for k, (key, indicator) in enumerate(every.items()):
        figures = found.get(key, Figures())
        chosen.append(_as_used(indicator, figures))
        for name in (*COUNTED, *OWN):
            values = getattr(figures, name)
            if values is not None:
                parts[name][:, k] = values
        if figures.unknown is not None:
            unknown[:, k] = figures.unknown
    # A township without any case has no share, not one of 0 of 0 with numbers.
    for name in ("hits", "n"):
        parts[name][~(parts["n"] > 0)] = np.nan
    parts["population"][np.isnan(parts["n"])] = np.nan
    is_plain = ~np.isnan(parts["value"]) & np.isnan(parts["sd"])
    parts["sd"][is_plain] = 0.0
    return finished(
        Measured(
            units=evidence.units,
            indicators=tuple(chosen),
            **parts,
            size=roll_sizes(evidence),
            missing=dict(reasons),
            is_synthetic=evidence.is_synthetic,
            design=design,
            unknown=unknown,
            files=files_of(evidence, looked),
            looked=looked if design == "sample" and len(looked) else None,
            notes=_notes(evidence, unknown, found),
        )
    )


def _as_used(indicator: Indicator, figures: Figures) -> Indicator:
    """The indicator with the target and the clause of the procedure in use."""
    clause = figures.clause or indicator.clause
    target = indicator.target if figures.target is None else figures.target
    return replace(indicator, target=target, clause=clause)


def _notes(evidence: Evidence, unknown: Any, found: Mapping[str, Figures]) -> tuple[str, ...]:
    notes = []
    returns = evidence.returns
    unused = [] if returns is None else [key for key in returns.keys if not _is_told(key, found)]
    if unused:
        titles = listed(indicators()[key].title for key in unused)
        notes.append(text("indicators.note.unused", titles=titles))
    if evidence.is_synthetic:
        notes.append(text("indicators.note.synthetic"))
    if unknown.sum():
        notes.append(text("indicators.note.unknown", n=f"{int(unknown.sum()):,}"))
    return tuple(notes)


def _is_told(key: str, found: Mapping[str, Figures]) -> bool:
    """Whether a figure of the returns is the one that was used: they give no counts of a log."""
    return key in found and found[key].is_told


def reason(evidence: Evidence, indicator: Indicator, figures: Figures | None) -> str:
    """Why an indicator is missing, and how to supply it, in the language in use."""
    first = indicator.needs[0]
    why = text(f"indicators.why.{first}")
    how = pick(indicator.how)
    has_log = evidence.log is not None and evidence.procedure is not None
    if first == "log" and has_log:
        assert evidence.procedure is not None
        is_ruled = rules(evidence, indicator)
        key = "no_case" if is_ruled else "not_ruled"
        unsure = 0 if figures is None or figures.unknown is None else int(figures.unknown.sum())
        key = "unknown" if is_ruled and unsure else key
        why = text(f"indicators.why.{key}", procedure=evidence.procedure.title, n=f"{unsure:,}")
        how = text(f"indicators.then.{key}")
    elif first in ("verification", "people") and evidence.people is not None:
        why = text("indicators.why.no_truth")
    return text("indicators.missing", label=indicator.title, why=why, how=how)
