"""Laws and people that the tests of the standard curve share."""

from functools import cache

from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize
from tests import full_law
from tests.random_tables import random_tables

LAW = load_policy("example-county")
AREAS = ("urban", "rural")

FULL = full_law.full_law().change({"standard.method": "decree", "support.form": "none"})
CLASSES = {"dibao.benefit_form": "classes", "dibao.benefit_rounding": "fen"}
TIERS = {"dibao.benefit_form": "tiers", "dibao.benefit_rounding": "fen"}
WHOLE_FEN = {"tiers.second_share": 0.66, "tiers.third_share": 0.25}


@cache
def county():
    return synthesize("example-county", 3_000, 1)


@cache
def crowd():
    """Random people, many right at a threshold, with weights in hundredths."""
    return people_from_tables(*random_tables(3, 2_000, LAW))
