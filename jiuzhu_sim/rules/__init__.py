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
from jiuzhu_sim.rules.kit import Rule, codes, collect

__all__ = ["RULES", "Rule", "stop_grounds"]

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


def stop_grounds() -> dict[str, tuple[str, ...]]:
    """The grounds to stop that have a rule of their own name (``is_<ground>_hh``): its clauses.

    >>> stop_grounds()["away"]
    ('S0.3.2',)
    """
    clauses = {rule.name: rule.clauses for rule in RULES}
    rules = {ground: f"is_{ground}_hh" for ground in vars(codes("stop_reason_hh"))}
    return {ground: clauses[name] for ground, name in rules.items() if name in clauses}
