"""The year of one place: population, law, results, and every table of the annual report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from jiuzhu_sim.assessment.gate import Gate, gate_of, with_gate
from jiuzhu_sim.assessment.identities import identities
from jiuzhu_sim.assessment.ratio import at_margins
from jiuzhu_sim.assessment.reconcile import calibrate_to_reported, calibration, reconcile
from jiuzhu_sim.engine import WANTED, Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import figures
from jiuzhu_sim.measures import budget_gap, by_layer, caseload, poverty, publish
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.programmes import NEEDED, by_programme
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.policy import Policy, load_policy
from jiuzhu_sim.population import People, read_people, recipe_names, synthesize
from jiuzhu_sim.population.margins import load_margins
from jiuzhu_sim.population.recipe import load_recipe
from jiuzhu_sim.reading import is_file, is_folder
from jiuzhu_sim.rules.kit import MONTHS

WEIGHT = "weight"
EVERY_PROGRAMME = "all-programmes"


@dataclass(frozen=True)
class Assessment:
    """Everything the annual report says, as tables by name.

    Tables: ``area``, ``layer``, ``category``, ``township``, ``area_category``, ``full`` (area,
    category and township; recipients and cost), ``programmes``, ``poverty``; where there is an
    appropriation ``budget``; where the place reported figures ``reconcile``, ``identities`` and
    ``calibration``. Published rows are suppressed where small. `gate`: whether the people were
    held against a ledger or the place's figures, with what outcome.
    """

    results: Results
    tables: Mapping[str, Table]
    gate: Gate

    @property
    def policy(self) -> Policy:
        return self.results.policy

    @property
    def people(self) -> People:
        return self.results.people


def check_data(data: str) -> None:
    """Refuse, before anything is computed, what cannot be people: a file (JZ-E047), a folder that
    is not there (JZ-E020), an unknown recipe (JZ-E050).

    >>> check_data("example-county")
    """
    if not data or is_folder(data):
        return
    if is_file(data):
        raise JZError.of("JZ-E047", data, path=data)
    if any(sign in data for sign in "/\\."):
        raise JZError.of("JZ-E020", data, path=data)
    load_recipe(data)


def people_of(data: str, policy: Policy, households: int, seed: int) -> People:
    """People from `data`, a folder of Parquet files or a recipe's name: by default (``""``) the
    recipe of the place, else the one with which every programme can be tried.

    `households` and `seed` are for a recipe (see `synthesize`); a folder is taken as it is.

    Synthetic people of the place's own recipe are calibrated to its margins if it has some, else
    to what the place reported, under the place's law as it is, whatever `policy` changes. People
    of a folder carry its gate in `about["gate"]` (see `with_gate`). Raises JZ-E020, JZ-E047
    for a file (a roster is checked first), and what reading and synthesizing raise.

    >>> people_of("", load_policy("example-county"), households=100, seed=1).households
    100
    """
    check_data(data)
    if data and is_folder(data):
        return with_gate(read_people(data), data)
    recipe = policy.place if policy.place in recipe_names() else EVERY_PROGRAMME
    people = synthesize(data or recipe, households=households, seed=seed)
    law = load_policy(policy.place, policy.at)
    if (data or recipe) == policy.place and load_margins(policy.place):
        return at_margins(people, law).people
    return calibrate_to_reported(people, law) if figures(policy.place) else people


def assess(
    people: People,
    policy: Policy,
    *,
    appropriation: float | None = None,
    min_cell: int = MIN_N,
) -> Assessment:
    """Simulate the year of `people` under `policy` and make the tables of the annual report.

    `appropriation`: yuan a year; without one the place's own reported one is taken. Rows behind
    which stand fewer than `min_cell` households are hidden.
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
            tables[name] = caseload(results, by, weight=WEIGHT)
    tables["layer"] = by_layer(results, weight=WEIGHT)
    if policy["reading.grace_months"]:
        layers = tables["layer"]
        tables["layer"] = replace(layers, notes=("note.grace", *layers.notes))
    tables["programmes"] = by_programme(results, weight=WEIGHT)
    tables = dict(zip(tables, publish(list(tables.values()), min_cell), strict=True))
    tables["poverty"] = poverty(results, weight=WEIGHT)
    if appropriation is not None:
        tables["budget"] = budget_gap(results, appropriation, weight=WEIGHT, area=area)
    if people.is_complete:
        tables = {name: table.of_all() for name, table in tables.items()}
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
    held = None if policy.changed else tables.get("reconcile")
    return Assessment(results, MappingProxyType(tables), gate_of(results, held))
