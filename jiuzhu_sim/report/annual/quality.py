"""Chapter two: whether the numbers hold against reports, and what the lists show."""

from jiuzhu_sim.assessment.gate import FIGURES, LEDGER
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.marks import gate_fields, gate_key
from jiuzhu_sim.report.annual.tables import bare
from jiuzhu_sim.report.cited import Sentence, cited, said
from jiuzhu_sim.report.section import Section

CHECK = "check"


def how_calibrated(calibration: Table | None) -> str:
    """The sentence (a key of texts/) that tells which figures were calibration targets."""
    if calibration is None:
        return "reconcile.uncalibrated"
    has_amounts = any(target.endswith("mean_benefit_m") for (target,) in calibration.rows)
    return "reconcile.how" if has_amounts else "reconcile.counts_only"


def gate_said(known: Known) -> tuple[Sentence, ...]:
    """What the gate says, its counts cited."""
    key = gate_key(known.gate)
    if not key:
        return ()
    counted = {name: cited(known.checks, "annual_n", f"gate_{name}") for name in known.gate.found}
    return (said(key, **{**counted, **gate_fields(known.gate)}),)


def held_said(known: Known, is_short: bool = False) -> tuple[Sentence, ...]:
    """How the results stand against the reported figures, and what the gate says; `is_short`: as
    the answer tells it."""
    gate = known.gate
    told = () if gate.against == FIGURES and gate.outcome == "green" else gate_said(known)
    held = known.held
    if held is None:
        is_bare = is_short and gate.outcome == "missing"
        return (said("annual.said.unchecked"),) if is_bare else told
    checks = [row for row in held.rows if row[-1] == CHECK]
    if not checks:
        return (said(f"annual.said.targets_{'short' if is_short else 'only'}"), *told)
    worst = max(checks, key=lambda row: abs(held.get("difference_rate", *row)))
    met = all(held.get("verdict", *row) > 0 for row in checks)
    label = held.labels(worst)[0]
    one = said(
        f"annual.said.{'checked' if is_short else 'held'}_{'all' if met else 'some'}",
        worst=bare(label) if is_short else label,
        reported=cited(held, "reported", *worst),
        model=cited(held, "model", *worst),
        rate=cited(held, "difference_rate", *worst),
    )
    return (one, *told)


def reconcile_chapter(known: Known) -> Chapter:
    """Against what the people were held, with what outcome; what the lists supplied show."""
    return [head("reconcile", _first(known)), _figures(known), _lists(known)]


def _first(known: Known) -> list[Sentence]:
    return [*gate_said(known)] or [said("annual.said.gate_none")]


def _figures(known: Known) -> Section:
    held = known.held
    if held is None:
        if known.gate.against == LEDGER:
            return part("figures", [said("annual.said.ledger_elsewhere")])
        key = "figures" if known.is_synthetic else "ledger"
        return part("figures", [said(f"annual.missing.{key}")])
    sentences = [*held_said(known)[:1], said(how_calibrated(known.tables.get("calibration")))]
    checks = known.tables["identities"]
    failed = [
        checks.labels(row)[0]
        for row, values in zip(checks.rows, checks.values, strict=True)
        if values[-1] == 0
    ]
    if failed:
        n = cited(known.checks, "annual_n", "failed")
        sentences.append(said("reconcile.failed", n=n, failed=text("annual.and").join(failed)))
    annex = [checks] if checks.rows else []
    return part("figures", sentences, [held, charts.compared(held)], annex=tuple(annex))


def _lists(known: Known) -> Section:
    """What was found in the roster and in the log, in counts."""
    sentences = []
    if known.roster is not None:
        sentences.append(_findings("roster", known))
    elif not known.is_synthetic:
        sentences.append(said("annual.missing.roster"))
    if known.handled is not None and known.handled.read is not None:
        sentences.append(_findings("log", known))
    elif known.handled is not None:
        sentences.append(said("annual.said.log_synthetic"))
    else:
        sentences.append(said("annual.missing.log"))
    return part("lists", sentences, [known.checks])


def _findings(kind: str, known: Known) -> Sentence:
    counted = {
        level: cited(known.checks, "annual_n", f"{kind}_{level}")
        for level in ("stop", "doubt", "hint")
    }
    return said(f"annual.said.{kind}_findings", **counted)
