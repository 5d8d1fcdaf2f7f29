"""From run parameters to what the annual report is made of: log, indicators, ranks, forecast, form.

What a run does not name is left out, and the report says so; only synthetic people get a synthetic
log and synthetic returns.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment import Assessment
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.measures.disclosure import MIN_N, suppress
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.need.forecast import forecast
from jiuzhu_sim.reading import is_file
from jiuzhu_sim.report.annual.report import check_sections
from jiuzhu_sim.report.casework import judge
from jiuzhu_sim.report.ranking_input import (
    NONE,
    Ranked,
    check_ranking,
    procedure_of,
    ranked_of,
    verification_files,
)
from jiuzhu_sim.report.roster_files import PROFILE

RUNS, DRAWS = 24, 2000
"""Full runs of months behind next year's need: enough for an error well below the spread of the
draws; the report on the funding gap makes twice as many. Draws where a caller names none."""


def check_annual(parameters: Mapping[str, Any]) -> None:
    """Refuse, all at once and before anything is computed, chapters, card, files and targets that
    are not there or not right.

    Raises JZ-E060 (chapters), JZ-E106 (targets), and what `check_ranking` raises.

    >>> check_annual({"law": "example-county", "sections": ["basics"]})
    """
    problems = Problems()
    for check in (check_sections, check_ranking, _targets):
        try:
            check(parameters)
        except JZError as refused:
            problems.extend(refused.problems)
    problems.raise_if_any()


def gather(assessed: Assessment, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What `annual_report` takes beside the assessment, as run parameters say: those of the
    notebook 11_annual_report.

    >>> from jiuzhu_sim.assessment import assess, people_of
    >>> from jiuzhu_sim.policy import load_policy
    >>> law = load_policy("example-county")
    >>> run = {"law": "example-county", "seed": 1, "year": 2025, "draws": 100, "log": "none"}
    >>> made = gather(assess(people_of("", law, 200, 1), law), run)
    >>> made["handled"] is None, made["forecast"].draws
    (True, 100)
    """
    check_annual(parameters)
    people, policy, seed = assessed.people, assessed.policy, int(parameters.get("seed") or 0)
    found: dict[str, Any] = {"given": parameters, "roster": _roster(parameters), "handled": None}
    made = _ranked(assessed, parameters) if "township" in people else None
    if made is not None:
        found |= {"handled": made.judged, "measured": made.measured, "ranking": made.ranking}
    elif (file := str(parameters.get("log") or "")) not in ("", NONE):
        read = read_log(Path(file), at=parameters.get("as_of") or None)
        found["handled"] = judge(read.log, procedure_of(parameters, policy), read, people)
    found["verified"] = _verified(assessed, parameters, seed)
    found["forecast"] = forecast(
        people,
        policy,
        start=f"{int(parameters.get('year') or policy.at.year) + 1}-01",
        draws=int(parameters.get("draws") or DRAWS),
        runs=RUNS,
        seed=seed,
    )
    found["performance"] = _performance(assessed, found.get("measured"), parameters)
    return found


def _ranked(assessed: Assessment, parameters: Mapping[str, Any]) -> Ranked | None:
    """The townships ranked; None where nothing known of them bears points (JZ-E105)."""
    try:
        return ranked_of(parameters, people=assessed.people, results=assessed.results)
    except JZError as refused:
        if set(refused.codes) != {"JZ-E105"}:
            raise
        return None


def _targets(parameters: Mapping[str, Any]) -> Any:
    from jiuzhu_sim.assessment.performance import targets

    file = str(parameters.get("targets") or "")
    return targets(file) if file else None


def _performance(assessed: Assessment, measured: Any, parameters: Mapping[str, Any]) -> Any:
    from jiuzhu_sim.assessment.performance import Budget, performance_form

    year = int(parameters.get("year") or assessed.policy.at.year)
    money = Budget(initial=_known(parameters, "initial_budget"), spent=_known(parameters, "spent"))
    return performance_form(assessed, measured, _targets(parameters), budget=money, year=year)


def _known(parameters: Mapping[str, Any], name: str) -> float | None:
    """An amount that parameters give, yuan; below zero or absent it is not known."""
    value = float(parameters.get(name, -1.0))
    return value if value >= 0 else None


def _verified(assessed: Assessment, parameters: Mapping[str, Any], seed: int) -> Table | None:
    """The lists handed back of the spot-check that notebook 08 draws, and what they say of all."""
    files = verification_files(parameters)
    if not files:
        return None
    from jiuzhu_sim.outlook.audit.audit import audit
    from jiuzhu_sim.outlook.audit.plan import estimate_tables, plan_sample

    audited = audit(assessed.people, assessed.policy, seed=seed)
    plan = plan_sample(audited, seed=seed, verify_path=";".join(files))
    return suppress(estimate_tables(plan)["strata"], int(parameters.get("min_cell", MIN_N)))


def _roster(parameters: Mapping[str, Any]) -> Mapping[str, int] | None:
    """Findings by level of the roster that the people's folder was made of, if it was."""
    path = Path(str(parameters.get("data") or "")) / PROFILE
    if not parameters.get("data") or not is_file(path):
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["findings"]
        return {level: int(found[level]) for level in ("stop", "doubt", "hint")}
    except (ValueError, KeyError, TypeError) as fault:
        raise JZError.of("JZ-E021", str(path), reason=f"{type(fault).__name__}: {fault}") from fault
