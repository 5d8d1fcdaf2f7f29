"""The model held against what a place reported: calibration and comparison.

The figures, and which of them are targets and which are checks, stand in
`law/figures/<place>.yaml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.beside import (
    FAILS,
    HOLDS,
    sides,
    table_of_figures,
    with_aside,
)
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.language import LANGUAGES, listed, pick, text, texts
from jiuzhu_sim.law import figures_of
from jiuzhu_sim.measures.costs import caseload
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, calibrate
from jiuzhu_sim.population.feasible import Told
from jiuzhu_sim.population.margins import load_margins
from jiuzhu_sim.rules.kit import MONTHS

CHECK_WITHIN = 0.03
"""A check is met when model and report differ by no more than this share."""

TARGET_WITHIN = 1e-6
"""A target that the weights were calibrated to is met within this share."""

MEAN = "mean_benefit_m"
TEKUN = "tekun"
"""Reported dibao figures do not count tekun, which has a roster of its own."""

TARGET_UNITS = {"households": "households", "persons": "persons", MEAN: "yuan/month"}
"""What each calibration target is counted in; that of the mean is the benefit it amounts to."""


def calibrate_to_reported(people: People, policy: Policy) -> People:
    """People whose weights meet the place's targets under the policy.

    Targets of an area: dibao households, persons, and benefit (mean supplement × persons).
    Only households in dibao change their weight; `about["calibration"]` tells totals before and
    after, and the weight ratios. Raises JZ-E052 when the targets cannot be met.
    """
    content = figures_of(policy.place)
    results = simulate(people, policy)
    receives = (results.numbers("n_recipients_hh") > 0) & (results["layer_hh"] != TEKUN)
    columns, targets, told = {}, {}, {}
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
            told[name] = Told(target_label(name), TARGET_UNITS[statistic])
    made = calibrate(people.numbers("weight"), columns, targets, told=told)
    return people.with_weight(made.weight, columns, made.record())


def target_label(name: str) -> Mapping[str, str]:
    """A calibration target in words, zh and en: ``area.statistic`` or ``area.township.statistic``;
    another name stands for itself.

    >>> target_label("urban.households")["zh"], target_label("total.东河乡.persons")["zh"]
    ('城市 低保户数', '东河乡 低保人数')
    """
    *place, statistic = name.split(".")
    if not place or statistic not in TARGET_UNITS:
        return dict.fromkeys(LANGUAGES, name)
    label, what = place_label(place), texts()[f"target.{statistic}"]
    return {lang: f"{label[lang]} {what[lang]}" for lang in LANGUAGES}


def place_label(place: Sequence[str]) -> dict[str, str]:
    """A place in words, zh and en: area, or area and township, either of which may be the total.

    >>> place_label(("rural", "东河乡"))["zh"], place_label(("total", "total"))["zh"]
    ('农村 东河乡', '合计')
    """
    areas = column("area").codes or {}
    parts = [areas.get(key, dict.fromkeys(LANGUAGES, key)) for key in place if key != TOTAL]
    parts = parts or [texts()["word.total"]]
    return {lang: " ".join(part[lang] for part in parts) for lang in LANGUAGES}


def calibration(people: People) -> Table | None:
    """Targets before and after calibration, the weight ratios in a note; None if there was none."""
    found = people.about.get("calibration")
    if not found:
        return None
    margins = {
        margin.name: margin.label for margin in load_margins(str(people.about.get("recipe", "")))
    }
    names = {name: margins.get(name) or target_label(name) for name in found["totals"]}
    note = "note.calibration_all" if margins.keys() & names.keys() else "note.calibration"
    low, high, mean = (f"{ratio:.2f}" for ratio in found["ratios"])
    heads = tuple(Statistic(name, "") for name in ("target", "before", "after"))
    made = table_of_figures("calibration", ("target",), heads, found["totals"], names, note)
    return replace(made, fields={"low": low, "high": high, "mean": mean})


def reconcile(results: Results, *, weight: str) -> Table:
    """Reported figures against the model: both, the difference, and whether they agree.

    Rows: the figures of the place to be compared, each a target (the weights were calibrated to
    it) or a check; on people who were not calibrated all are checks. A footnote says why a check
    differs, another what the place did not report. The model's values stand without intervals,
    which `caseload` gives.
    """
    content = figures_of(results.policy.place)
    found = _dibao(results, weight)
    targets = results.people.about.get("calibration", {}).get("totals", ())
    cells, names, notes = {}, {}, []
    for item in content["compare"]:
        figure, reported = item["figure"], content["figures"][item["figure"]]
        key = f"{item['area']}.{item['statistic']}"
        role = "target" if {key, f"dibao.{key}"} & set(targets) else "check"
        model = found[item["area"]][item["statistic"]]
        # The solver meets a target to ten digits; what is beyond them is no difference.
        rate = round(model / reported["value"] - 1, 9)
        agrees = abs(rate) <= (CHECK_WITHIN if role == "check" else TARGET_WITHIN)
        difference = rate * reported["value"]
        verdict = HOLDS if agrees else FAILS
        cells[figure, role] = (reported["value"], model, difference, rate, verdict)
        names[figure] = with_aside(
            figure + " {}", reported["label"], texts()[f"unit.{reported['unit']}"]
        )
        if "why" in item and targets:
            notes.append(f"{figure}: {pick(item['why'])}")
    heads = sides("reported", "model", "agreement")
    return table_of_figures(
        "reconcile",
        ("figure", "role"),
        heads,
        cells,
        names,
        "note.reconcile",
        *notes,
        *not_reported(content),
    )


def _dibao(results: Results, weight: str) -> dict[str, dict[str, float]]:
    """Dibao by area, without tekun: households, persons, cost of the year, mean benefit a month."""
    table = caseload(results, ("area", "layer_hh"), weight=weight)
    made = {}
    for area in column("area").codes or {}:
        rows = [row for row in table.rows if row[0] == area and row[1] != TEKUN]
        sums = {
            statistic: sum(table.get(statistic, *row) for row in rows)
            for statistic in ("households", "persons", "cost_y")
        }
        paid, persons = sums["cost_y"] / MONTHS, sums["persons"]
        made[area] = sums | {MEAN: paid / persons if persons else np.nan}
    return made


def not_reported(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What a place did not report, so that the model cannot be held against it: a sentence for
    each reason.

    >>> not_reported({"not_reported": [{"area": "urban", "statistic": "cost_y",
    ...                                 "why": {"zh": "未写", "en": "not said"}}]})
    ('没有上报：城市年支出。未写。',)
    """
    areas = column("area").codes or {}
    found: dict[str, list[str]] = {}
    for item in content.get("not_reported", ()):
        what = text(f"target.{item['statistic']}.short")
        found.setdefault(pick(item["why"]), []).append(
            text("format.of_area", area=pick(areas[item["area"]]), what=what)
        )
    return tuple(
        text("note.not_reported", what=listed(names), why=why) for why, names in found.items()
    )
