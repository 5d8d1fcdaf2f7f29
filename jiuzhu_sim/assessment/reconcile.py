"""The model held against what a place reported: calibration, comparison, identities.

The figures, which of them are targets and which are checks, and the identities that should
hold between them stand in `law/figures/<place>.yaml`.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError, nearest
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

MEAN = "mean_benefit_m"


def _figures(place: str) -> Mapping[str, Any]:
    found = figures(place)
    if found is None:
        known = [name for name in region_names() if figures(name)]
        raise JZError.of(
            "JZ-E060",
            name=place,
            kind=text("word.figures"),
            nearest=nearest(place, known),
            known=", ".join(known),
        )
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
    values = np.array(list(found["totals"].values()), np.float64)
    blank = np.full(values.shape, np.nan)
    low, high, mean = (f"{ratio:.2f}" for ratio in found["ratios"])
    return Table(
        name="calibration",
        dims=("target",),
        rows=tuple((name,) for name in names),
        statistics=tuple(Statistic(name, "") for name in ("target", "before", "after")),
        values=values,
        low=blank,
        high=blank,
        n=np.zeros(len(names), np.int64),
        per="figure",
        notes=("note.calibration",),
        fields={"low": low, "high": high, "mean": mean},
        names=names,
    )


def reconcile(results: Results, *, weight: str) -> Table:
    """Reported figures against the model: both, the difference, and whether it is met.

    Rows: the figures of the place to be compared. A footnote says why a check differs.
    """
    content = _figures(results.policy.place)
    found = caseload(results, ("area",), weight=weight)
    rows, cells, low, high, names, notes, n = [], [], [], [], {}, [], []
    order = [statistic.name for statistic in found.statistics]
    for item in content["compare"]:
        reported = content["figures"][item["figure"]]
        place = found.rows.index((item["area"],)), order.index(item["statistic"])
        model = found.values[place]
        # The solver meets a target to ten digits; what is beyond them is no difference.
        rate = round(model / reported["value"] - 1, 9)
        difference = rate * reported["value"]
        within = CHECK_WITHIN if item["role"] == "check" else 1e-6
        rows.append((item["figure"], item["role"]))
        cells.append(
            [reported["value"], model, difference, rate, HOLDS if abs(rate) <= within else FAILS]
        )
        bounds = np.full((2, len(cells[-1])), np.nan)
        bounds[:, 1] = found.low[place], found.high[place]
        low.append(bounds[0])
        high.append(bounds[1])
        n.append(found.n[place[0]])
        unit = texts()[f"unit.{reported['unit']}"]
        names[item["figure"]] = {
            lang: f"{item['figure']} "
            + texts()["format.unit"][lang].format(title=reported["label"][lang], unit=unit[lang])
            for lang in LANGUAGES
        }
        if "why" in item:
            notes.append(f"{item['figure']}: {pick(item['why'])}")
    return Table(
        name="reconcile",
        dims=("figure", "role"),
        rows=tuple(rows),
        statistics=(
            Statistic("reported", ""),
            Statistic("model", ""),
            Statistic("difference", ""),
            Statistic("difference_rate", "share"),
            Statistic("verdict", "agreement"),
        ),
        values=np.array(cells, np.float64),
        low=np.array(low),
        high=np.array(high),
        n=np.array(n),
        per="figure",
        notes=("note.reconcile", *notes),
        names=names,
    )


def _evaluate(expression: str, values: Mapping[str, float]) -> float:
    """A sum, difference, product or quotient of figures, read from left to right."""
    tokens = re.findall(r"[A-Z]\d+|\d+(?:\.\d+)?|[-+*/]", expression)
    numbers = [values.get(token) or float(token) for token in tokens[::2]]
    found = numbers[0]
    for sign, number in zip(tokens[1::2], numbers[1:], strict=True):
        found = {
            "+": found + number,
            "-": found - number,
            "*": found * number,
            "/": found / number,
        }[sign]
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
    rows, cells, names = [], [], {}
    for number, item in enumerate(content["identities"], 1):
        left, right = _evaluate(item["left"], values), _evaluate(item["right"], values)
        rate = left / right - 1
        exact = item["tolerance"] == 0 and round(left - right, 2) == 0
        holds = exact or abs(rate) <= item["tolerance"]
        verdict = HOLDS if holds else NEAR if abs(rate) <= NEAR_BY else FAILS
        key = str(number)
        rows.append((key,))
        cells.append([left, right, left - right, rate, verdict])
        clauses = ", ".join(item["clauses"])
        names[key] = {
            lang: texts()["format.unit"][lang].format(title=item["label"][lang], unit=clauses)
            for lang in LANGUAGES
        }
    blank: NDArray[np.float64] = np.full((len(rows), 5), np.nan)
    return Table(
        name="identities",
        dims=("identity",),
        rows=tuple(rows),
        statistics=(
            Statistic("left", ""),
            Statistic("right", ""),
            Statistic("difference", ""),
            Statistic("difference_rate", "share"),
            Statistic("verdict", "verdict"),
        ),
        values=np.array(cells, np.float64),
        low=blank,
        high=blank,
        n=np.zeros(len(rows), np.int64),
        per="figure",
        notes=("note.identities",),
        names=names,
    )
