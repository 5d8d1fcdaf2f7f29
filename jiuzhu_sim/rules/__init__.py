"""What the documents do: one file for each step of a case, pure functions over columns.

unit → income → expenditure → standard → assets → stop → tekun → status → category → single → grace
→ benefit, then the programmes beside dibao. `RULES` lists all of them, every version.
"""

from jiuzhu_sim.rules import (
    addons,
    assets,
    benefit,
    category,
    education,
    expenditure,
    grace,
    income,
    medical,
    single,
    standard,
    status,
    stop,
    tekun,
    temporary,
    total,
    unit,
)
from jiuzhu_sim.rules.kit import Rule, collect

__all__ = ["RULES", "Rule"]

RULES = collect(
    unit,
    income,
    expenditure,
    standard,
    assets,
    stop,
    tekun,
    status,
    category,
    single,
    grace,
    benefit,
    temporary,
    education,
    medical,
    addons,
    total,
)
