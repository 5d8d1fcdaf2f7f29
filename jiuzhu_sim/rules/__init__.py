"""What the documents do: one file for each step of a case, pure functions over columns.

income → assets → status → category → benefit. `RULES` lists all of them, every version.
"""

from jiuzhu_sim.rules import assets, benefit, category, income, status
from jiuzhu_sim.rules.kit import Rule, collect

__all__ = ["RULES", "Rule"]

RULES = collect(income, assets, status, category, benefit)
