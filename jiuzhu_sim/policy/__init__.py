"""The law at one date and place, changed policies, and the reform files they are kept in."""

from jiuzhu_sim.policy.policy import CHANGED, Change, Policy, load_policy, parse_date
from jiuzhu_sim.policy.reform import Reform, parse_reform, read_reform, reform_text, write_reform

__all__ = [
    "CHANGED",
    "Change",
    "Policy",
    "Reform",
    "load_policy",
    "parse_date",
    "parse_reform",
    "read_reform",
    "reform_text",
    "write_reform",
]
