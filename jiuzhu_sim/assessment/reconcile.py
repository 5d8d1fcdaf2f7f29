"""The model held against what a place reported: calibration, comparison, identities.

The figures, which of them are targets and which are checks, and the identities that should
hold between them stand in `law/figures/<place>.yaml`.
"""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, pick, text, texts
from jiuzhu_sim.law import figures, region_names
from jiuzhu_sim.measures.costs import caseload
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, calibrate

HOLDS, NEAR, FAILS = 2, 1, 0
NEAR_BY = 0.025
"""An identity missed by no more than this share is near (Appendix B3 of the catalogue)."""

CHECK_WITHIN = 0.03
"""A check is met when model and report differ by no more than this share."""

TARGET_WITHIN = 1e-6
"""A target that the weights were calibrated to is met within this share."""

MEAN = "mean_benefit_m"

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def _figures(place: str) -> Mapping[str, Any]:
    found = figures(place)
    if found is None:
        known = [name for name in region_names() if figures(name)]
        raise JZError.unknown(text("word.figures"), place, known)
    return found


def calibrate_to_reported(people: People, policy: Policy) -> People:
    """People whose weights meet the place's targets under the policy.

    Targets of an area: dibao households, persons, and benefit (mean supplement × persons).
    Only households in dibao change their weight; `about["calibration"]` tells totals before and
    after, and the weight ratios. Raises JZ-E052 when the targets cannot be met.
    """
    content = _figures(policy.place)
    results = simulate(people, policy)
    receives = results.numbers("n_recipients_hh") > 0
    columns, targets = {}, {}
    for area in ("urban", "rural"):
        inside = receives & (results["area"] == area)
        reported = {
            item["statistic"]: content["figures"][item["figure"]]["value"]
            for item in content["compare"]
            if item["area"] == area and item["role"] == "target"
        }
        parts = {
            "households": np.ones(people.households),
            "persons": results.numbers("n_recipients_hh"),
            MEAN: results.numbers("benefit_m_hh"),
        }
        for statistic, target in reported.items():
            name = f"{area}.{statistic}"
            columns[name] = np.where(inside, parts[statistic], 0.0)
            targets[name] = target * reported["persons"] if statistic == MEAN else target
    made = calibrate(people.numbers("weight"), columns, targets)
    diagnostics = {
        "totals": {name: list(total) for name, total in made.table.items()},
        "ratios": [made.ratio_min, made.ratio_max, made.ratio_mean],
    }
    return people.with_weight(made.weight, columns, diagnostics)


def calibration(people: People) -> Table | None:
    """Targets before and after calibration, the weight ratios in a note; None if there was none."""
    found = people.about.get("calibration")
    if not found:
        return None
    names = {}
    for name in found["totals"]:
        area, statistic = name.split(".")
        labels = texts()[f"target.{statistic}"], (column("area").codes or {})[area]
        names[name] = {lang: f"{labels[1][lang]} {labels[0][lang]}" for lang in LANGUAGES}
    low, high, mean = (f"{ratio:.2f}" for ratio in found["ratios"])
    heads = tuple(Statistic(name, "") for name in ("target", "before", "after"))
    made = _of_figures(
        "calibration", ("target",), heads, found["totals"], names, "note.calibration"
    )
    return replace(made, fields={"low": low, "high": high, "mean": mean})


def _of_figures(
    name: str,
    dims: tuple[str, ...],
    heads: tuple[Statistic, ...],
    cells: Mapping[Any, Sequence[float]],
    names: Mapping[str, Mapping[str, str]],
    *notes: str,
) -> Table:
    """A table of reported figures: a row for each key of `cells` (a name, or a tuple of names)."""
    values = np.array(list(cells.values()), np.float64)
    blank = np.full(values.shape, np.nan)
    return Table(
        name=name,
        dims=dims,
        rows=tuple(key if isinstance(key, tuple) else (key,) for key in cells),
        statistics=heads,
        values=values,
        low=blank,
        high=blank,
        n=np.zeros(len(cells), np.int64),
        per="figure",
        notes=notes,
        names=names,
    )


def _sides(left: str, right: str, verdict: str) -> tuple[Statistic, ...]:
    """Two sides held against each other, what is between them, and the verdict in words."""
    return (
        Statistic(left, ""),
        Statistic(right, ""),
        Statistic("difference", ""),
        Statistic("difference_rate", "share"),
        Statistic("verdict", verdict),
    )


def reconcile(results: Results, *, weight: str) -> Table:
    """Reported figures against the model: both, the difference, and whether they agree.

    Rows: the figures of the place to be compared, each a target (the weights were calibrated to
    it) or a check; on people who were not calibrated all are checks. A footnote says why a check
    differs. The model's values stand without intervals, which `caseload` gives.
    """
    content = _figures(results.policy.place)
    found = caseload(results, ("area",), weight=weight)
    is_calibrated = "calibration" in results.people.about
    cells, names, notes = {}, {}, []
    for item in content["compare"]:
        figure, reported = item["figure"], content["figures"][item["figure"]]
        role = item["role"] if is_calibrated else "check"
        model = found.get(item["statistic"], item["area"])
        # The solver meets a target to ten digits; what is beyond them is no difference.
        rate = round(model / reported["value"] - 1, 9)
        agrees = abs(rate) <= (CHECK_WITHIN if role == "check" else TARGET_WITHIN)
        difference = rate * reported["value"]
        verdict = HOLDS if agrees else FAILS
        cells[figure, role] = (reported["value"], model, difference, rate, verdict)
        names[figure] = _named(
            figure + " {}", reported["label"], texts()[f"unit.{reported['unit']}"]
        )
        if "why" in item and is_calibrated:
            notes.append(f"{figure}: {pick(item['why'])}")
    heads = _sides("reported", "model", "agreement")
    return _of_figures(
        "reconcile", ("figure", "role"), heads, cells, names, "note.reconcile", *notes
    )


def _named(pattern: str, label: Mapping[str, str], aside: Mapping[str, str]) -> Mapping[str, str]:
    """A label with an aside in brackets, in each language."""
    brackets = texts()["format.unit"]
    return {
        lang: pattern.format(brackets[lang].format(title=label[lang], unit=aside[lang]))
        for lang in LANGUAGES
    }


def _evaluate(expression: str, values: Mapping[str, float]) -> float:
    """A sum, difference, product or quotient of figures, read from left to right."""
    tokens = re.findall(r"[A-Z]\d+|\d+(?:\.\d+)?|[-+*/]", expression)
    found, *others = (values[word] if word in values else float(word) for word in tokens[::2])
    for sign, number in zip(tokens[1::2], others, strict=True):
        found = SIGNS[sign](found, number)
    return found


def identities(place: str) -> Table:
    """The identities between a place's reported figures: both sides, difference, verdict.

    Holds within the identity's own tolerance, is near within 2.5 %, else does not hold.

    >>> table = identities("s42-county-2013")
    >>> [int(value) for value in table.values[:, -1]]
    [1, 2, 0, 2, 2, 2, 0]
    """
    content = _figures(place)
    values = {name: entry["value"] for name, entry in content["figures"].items()}
    cells, names = {}, {}
    for number, item in enumerate(content["identities"], 1):
        left, right = _evaluate(item["left"], values), _evaluate(item["right"], values)
        rate = left / right - 1
        exact = item["tolerance"] == 0 and round(left - right, 2) == 0
        holds = exact or abs(rate) <= item["tolerance"]
        verdict = HOLDS if holds else NEAR if abs(rate) <= NEAR_BY else FAILS
        cells[str(number)] = (left, right, left - right, rate, verdict)
        clauses = dict.fromkeys(LANGUAGES, ", ".join(item["clauses"]))
        names[str(number)] = _named("{}", item["label"], clauses)
    heads = _sides("left", "right", "verdict")
    return _of_figures("identities", ("identity",), heads, cells, names, "note.identities")
