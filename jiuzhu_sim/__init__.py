"""jiuzhu_sim: open microsimulation of Chinese social assistance (社会救助).

Who is entitled to what, what does it cost, and what if the law changed:

>>> import jiuzhu_sim as jz
>>> people = jz.synthesize("example-county", households=1000, seed=1)
>>> policy = jz.load_policy("example-county", at="2025-01-01")
>>> plan = policy.change({"dibao.standard.rural": 670}, name="农村标准提到670元")
>>> base = jz.simulate(people, policy)
>>> new = jz.simulate(people, plan, reuse=base)
>>> bool((new["benefit_m_hh"] >= 0).all())
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jiuzhu_sim.assessment import assess, hold_baseline, people_of, what_if
    from jiuzhu_sim.assessment.diagnostics import diagnose
    from jiuzhu_sim.engine import Results, simulate
    from jiuzhu_sim.errors import JZError
    from jiuzhu_sim.explorer.notebook.widgets import explore
    from jiuzhu_sim.language import set_language
    from jiuzhu_sim.measures import (
        Table,
        budget_gap,
        caseload,
        deciles,
        poverty,
        winners_losers,
    )
    from jiuzhu_sim.months import simulate_months
    from jiuzhu_sim.outlook.afford.solve import solve
    from jiuzhu_sim.outlook.need.forecast import forecast
    from jiuzhu_sim.policy import Policy, Reform, load_policy, read_reform
    from jiuzhu_sim.population import (
        People,
        people_from_tables,
        read_people,
        synthesize,
        write_people,
    )
    from jiuzhu_sim.receipt import explain
    from jiuzhu_sim.report.annual import annual_report
    from jiuzhu_sim.report.export import export
    from jiuzhu_sim.report.notebook import check_notebook
    from jiuzhu_sim.report.population import population_report
    from jiuzhu_sim.report.reconcile import reconcile_report
    from jiuzhu_sim.report.record import verify, write_record
    from jiuzhu_sim.report.roster import roster_report
    from jiuzhu_sim.report.scenarios import policy_of
    from jiuzhu_sim.report.whatif import whatif_report
    from jiuzhu_sim.roster import check_roster

# Where each public name lives; it is imported when first asked for, so that `import jiuzhu_sim`
# costs next to nothing and the command line can give help at once.
_HOMES = {
    "reconcile_report": "report.reconcile",
    "population_report": "report.population",
    "hold_baseline": "assessment",
    "diagnose": "assessment.diagnostics",
    "assess": "assessment",
    "people_of": "assessment",
    "what_if": "assessment",
    "Results": "engine",
    "simulate": "engine",
    "JZError": "errors",
    "set_language": "language",
    "Table": "measures",
    "budget_gap": "measures",
    "caseload": "measures",
    "deciles": "measures",
    "poverty": "measures",
    "winners_losers": "measures",
    "simulate_months": "months",
    "forecast": "outlook.need.forecast",
    "solve": "outlook.afford.solve",
    "Policy": "policy",
    "Reform": "policy",
    "load_policy": "policy",
    "read_reform": "policy",
    "People": "population",
    "people_from_tables": "population",
    "read_people": "population",
    "synthesize": "population",
    "write_people": "population",
    "explain": "receipt",
    "explore": "explorer.notebook.widgets",
    "annual_report": "report.annual",
    "export": "report.export",
    "check_notebook": "report.notebook",
    "policy_of": "report.scenarios",
    "verify": "report.record",
    "write_record": "report.record",
    "roster_report": "report.roster",
    "whatif_report": "report.whatif",
    "check_roster": "roster",
}

__all__ = [
    "JZError",
    "People",
    "Policy",
    "Reform",
    "Results",
    "Table",
    "annual_report",
    "assess",
    "budget_gap",
    "caseload",
    "check_notebook",
    "check_roster",
    "deciles",
    "diagnose",
    "explain",
    "explore",
    "export",
    "forecast",
    "hold_baseline",
    "load_policy",
    "people_from_tables",
    "people_of",
    "policy_of",
    "population_report",
    "poverty",
    "read_people",
    "read_reform",
    "reconcile_report",
    "roster_report",
    "set_language",
    "simulate",
    "simulate_months",
    "solve",
    "synthesize",
    "verify",
    "what_if",
    "whatif_report",
    "winners_losers",
    "write_people",
    "write_record",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'jiuzhu_sim' has no attribute {name!r}")
    found = getattr(import_module(f"jiuzhu_sim.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
