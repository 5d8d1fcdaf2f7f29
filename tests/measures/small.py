"""A handful of households typed by hand, with the results the measures read."""

from types import MappingProxyType

import numpy as np

from jiuzhu_sim.engine import Results, make_plan
from jiuzhu_sim.measures.targeting import grouped, make_aim
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables

POLICY = load_policy("example-county")


def results(*, size, area, income_pc, benefit, recipients, weight, township=None):
    """Results with given columns: nothing is simulated."""
    households = len(size)
    people = people_from_tables(
        {"household_id": np.repeat(np.arange(households), size)},
        {"area": area, "township": township or ["甲乡"] * households, "weight": weight},
    )
    return with_columns(people, area, income_pc, benefit, recipients, size)


def with_columns(people, area, income_pc, benefit, recipients, size):
    urban = np.array([name == "urban" for name in area])
    columns = {
        "counted_income_pc_m_hh": np.array(income_pc, float),
        "dibao_standard_m_hh": np.where(urban, 780.0, 560.0),
        "layer_hh": np.where(np.array(recipients) > 0, 0, 2).astype(np.int8),
        "category_hh": np.zeros(len(size), np.int8),
        "n_members_hh": np.array(size),
        "n_recipients_hh": np.array(recipients),
        "benefit_m_hh": np.array(benefit, float),
    }
    return Results(people, make_plan(POLICY), MappingProxyType(columns))


def changed(base, benefit):
    """The same results with other benefits."""
    columns = {**base.computed, "benefit_m_hh": np.array(benefit, float)}
    return Results(base.people, base.plan, MappingProxyType(columns))


FOUR = {
    "size": [1, 2, 3, 4],
    "area": ["urban", "urban", "rural", "rural"],
    "income_pc": [780.0, 480.0, 460.0, 1000.0],
    "benefit": [0.0, 600.0, 300.0, 0.0],
    "recipients": [0, 2, 3, 0],
    "weight": [10.0, 20.0, 30.0, 40.0],
    "township": ["甲乡", "乙乡", "乙乡", "丙乡"],
}

# Six households: right, right but overpaid, right but underpaid, wrong, missed, outside.
PAID = [300.0, 500, 100, 200, 0, 0]
DUE = [300.0, 400, 250, 0, 600, 0]
MEMBERS = [1, 2, 3, 4, 2, 1]
WEIGHT = [10.0, 1, 2, 4, 3, 20]
INCOME = [100.0, 200, 300, 900, 50, 1000]
SIX = make_aim(PAID, DUE, members=MEMBERS, weight=WEIGHT, income_pc_m=INCOME, line_m=400)
AREA = grouped("area", np.array(["urban", "rural", "rural", "rural", "urban", "urban"]))
