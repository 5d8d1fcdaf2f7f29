"""The year of one place: population, law, results, and every table of the annual report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from jiuzhu_sim.assessment.reconcile import (
    calibrate_to_reported,
    calibration,
    identities,
    reconcile,
)
from jiuzhu_sim.engine import WANTED, Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import figures
from jiuzhu_sim.measures import budget_gap, by_layer, caseload, poverty, suppress
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.programmes import NEEDED, by_programme
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.policy import Policy, load_policy
from jiuzhu_sim.population import People, read_people, recipe_names, synthesize
from jiuzhu_sim.rules.kit import MONTHS

WEIGHT = "weight"
EVERY_PROGRAMME = "all-programmes"


@dataclass(frozen=True)
class Assessment:
    """Everything the annual report says, as tables by name.

    Tables: ``area``, ``layer``, ``category``, ``township``, ``area_category``, ``full`` (area,
    category and township; recipients and cost), ``programmes``, ``poverty``; where there is an
    appropriation ``budget``; where the place reported figures ``reconcile``, ``identities`` and
    ``calibration``. Published rows are suppressed where small.
    """

    results: Results
    tables: Mapping[str, Table]

    @property
    def policy(self) -> Policy:
        return self.results.policy

    @property
    def people(self) -> People:
        return self.results.people


def people_of(data: str, policy: Policy, households: int, seed: int) -> People:
    """People from a folder of Parquet files, or synthesized by a recipe: by default the place's
    own, else the one with which every programme can be tried.

    Synthetic people of a place that reported figures are calibrated to them under the place's
    law as it is, whatever `policy` changes. Raises JZ-E020 and what reading and synthesizing raise.

    >>> people_of("", load_policy("example-county"), households=100, seed=1).households
    100
    """
    if data and Path(data).is_dir():
        return read_people(data)
    if any(sign in data for sign in "/\\."):
        raise JZError.of("JZ-E020", data, path=data)
    recipe = policy.place if policy.place in recipe_names() else EVERY_PROGRAMME
    people = synthesize(data or recipe, households=households, seed=seed)
    if not figures(policy.place):
        return people
    return calibrate_to_reported(people, load_policy(policy.place, policy.at))


def assess(
    people: People,
    policy: Policy,
    *,
    appropriation: float | None = None,
    min_cell: int = MIN_N,
) -> Assessment:
    """Simulate the year and make the tables of the annual report.

    Where no appropriation is given (yuan a year), the place's own reported one is taken.
    Raises what `simulate` raises.

    >>> policy = load_policy("example-county")
    >>> sorted(assess(people_of("", policy, households=500, seed=1), policy).tables)
    ['area', 'area_category', 'category', 'full', 'layer', 'poverty', 'programmes', 'township']
    """
    reported = figures(policy.place)
    tables: dict[str, Table] = {}
    results = simulate(people, policy, (*WANTED, *NEEDED))
    area = None
    if appropriation is None and reported and "appropriation" in reported:
        entry = reported["appropriation"]
        appropriation, area = reported["figures"][entry["figure"]]["value"], entry["area"]
    groupings = {
        "area": ("area",),
        "category": ("category_hh",),
        "township": ("township",),
        "area_category": ("area", "category_hh"),
        "full": ("area", "category_hh", "township"),
    }
    for name, by in groupings.items():
        if all(each in people or each in results.computed for each in by):
            tables[name] = suppress(caseload(results, by, weight=WEIGHT), min_cell)
    tables["layer"] = suppress(by_layer(results, weight=WEIGHT), min_cell)
    if policy["reading.grace_months"]:
        layers = tables["layer"]
        tables["layer"] = replace(layers, notes=("note.grace", *layers.notes))
    tables["programmes"] = suppress(by_programme(results, weight=WEIGHT), min_cell)
    tables["poverty"] = poverty(results, weight=WEIGHT)
    if appropriation is not None:
        tables["budget"] = budget_gap(results, appropriation, weight=WEIGHT, area=area)
    if not np.array_equal(results["aid_y_hh"], results["benefit_m_hh"] * MONTHS):
        for name in ("area", "layer", "budget"):
            if name in tables:
                tables[name] = tables[name].with_notes("note.basic")
    if policy.values["category.elder_age"].status == "not_stated":
        for name in ("category", "area_category", "full"):
            if name in tables:
                tables[name] = tables[name].with_notes("note.categories")
    if (calibrated := calibration(people)) is not None:
        tables["calibration"] = calibrated
    if reported:
        tables["reconcile"] = reconcile(results, weight=WEIGHT)
        tables["identities"] = identities(policy.place)
    return Assessment(results, MappingProxyType(tables))
