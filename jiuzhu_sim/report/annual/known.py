"""All that an annual report knows: the assessment, and what else could be found out of the year."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from jiuzhu_sim.assessment import Assessment
from jiuzhu_sim.assessment.gate import Gate
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.report.annual.tables import (
    cases_table,
    counts,
    filled,
    in_10k,
    month_table,
    some_columns,
    verdict_table,
    without_codes,
)
from jiuzhu_sim.report.casework import Judged
from jiuzhu_sim.roster.findings import LEVELS

if TYPE_CHECKING:
    from jiuzhu_sim.assessment.indicators.measured import Measured
    from jiuzhu_sim.assessment.performance.performance import Performance
    from jiuzhu_sim.assessment.ranking.ranking import Ranking
    from jiuzhu_sim.outlook.need.forecast import Forecast

COVER = ("cover_accuracy", "cover_reach", "amount_accuracy")
"""Indicators of right cover: those covered rightly, those entitled and covered, amounts right."""
AREAS = ("urban", "rural")
HELD = ("reported", "model", "difference_rate", "verdict")
"""Columns of the comparison with the reported figures that the body has room for."""


@dataclass(frozen=True)
class Known:
    """What the sections are made of; None is what nobody supplied.

    `verified`: a spot-check of the roll, as `measures.spot_check` gives it; `roster`: findings of
    a checked roster by level; `given`: the parameters of the run.
    """

    assessed: Assessment
    year: int
    measured: "Measured | None" = None
    ranking: "Ranking | None" = None
    handled: Judged | None = None
    forecast: "Forecast | None" = None
    performance: "Performance | None" = None
    verified: Table | None = None
    roster: Mapping[str, int] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.assessed.policy

    @property
    def gate(self) -> Gate:
        return self.assessed.gate

    @property
    def is_synthetic(self) -> bool:
        """Whether the people were made by a recipe."""
        return self.assessed.people.about.get("source") == "synthetic"

    @property
    def place(self) -> str:
        """The name of the county: as the user wrote it, else that of the law."""
        return str(self.given.get("county") or self.policy.title)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The tables of the assessment as the body shows them, money in 万元."""
        return {name: in_10k(table) for name, table in self.assessed.tables.items()}

    @cached_property
    def held(self) -> Table | None:
        """Reported figures against the computed ones; None where nothing was reported."""
        table = self.tables.get("reconcile")
        return None if table is None else without_codes(some_columns(table, HELD))

    @cached_property
    def limits(self) -> Table | None:
        """Verdicts on time limits by item; None without a log or an item."""
        return self._handling("limits")

    @cached_property
    def conduct(self) -> Table | None:
        """Verdicts on conduct by item; None without a log or an item."""
        return self._handling("conduct")

    @cached_property
    def cases(self) -> Table | None:
        """Cases judged, late, against procedure, unknown; None without a log."""
        return None if self.handled is None else cases_table(self.handled)

    def _handling(self, what: str) -> Table | None:
        if self.handled is None:
            return None
        verdicts = self.handled.limits if what == "limits" else self.handled.conduct.cases
        return verdict_table(f"annual_{what}", verdicts)

    @cached_property
    def cover(self) -> Table | None:
        """How right the cover is, by township, as far as the indicators tell."""
        if self.measured is None:
            return None
        wanted = [k for k in COVER if k in self.measured.keys and k not in self.measured.missing]
        if not wanted:
            return None
        from jiuzhu_sim.report.ranking import hidden_small

        least = int(self.given.get("min_cell", MIN_N))
        return replace(hidden_small(self.measured.of(wanted), "", least), name="annual_cover")

    @cached_property
    def need(self) -> Table | None:
        """Next year's need by account and in all: mean, P10, P50, P90 in 万元."""
        if self.forecast is None:
            return None
        from jiuzhu_sim.outlook.afford.gap import gap
        from jiuzhu_sim.outlook.afford.gap_tables import gap_by_account

        return gap_by_account(gap(self.forecast, 0.0))

    @cached_property
    def gap(self) -> Table | None:
        """Next year's need against this year's money, if that is known: P10, P50, P90 and the
        probability that it does not suffice."""
        if self.forecast is None or (budget := self.assessed.tables.get("budget")) is None:
            return None
        from jiuzhu_sim.outlook.afford.gap import gap
        from jiuzhu_sim.outlook.afford.gap_tables import gap_table

        (area, *_), keys = budget.rows[0], self.forecast.accounts
        only = [key for key in keys if area == TOTAL or key == f"dibao.{area}"]
        money = budget.get("appropriation_y", *budget.rows[0])
        return gap_table(gap(self.forecast, money, only=only)) if only else None

    @cached_property
    def need_month(self) -> Table | None:
        """Next year's need by month in yuan: P50 with P10 and P90, and by the rules alone."""
        return None if self.forecast is None else month_table(self.forecast)

    @cached_property
    def tiers(self) -> Table | None:
        """How many townships are ranked, and into how many tiers they can be told apart."""
        if self.ranking is None:
            return None
        from jiuzhu_sim.report.circular import order_of

        made = self.ranking
        order = order_of(made.low, made.high, made.is_ranked)
        found = {
            "units": len(made.is_ranked),
            "ranked": int(made.is_ranked.sum()),
            "tiers": len(order.tiers),
        }
        if self.measured is not None:
            missing = len(self.measured.missing)
            found |= {"indicators": len(self.measured.indicators) - missing, "lacking": missing}
        return counts("annual_tiers", "annual_tier", found)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of what nobody supplied: without it parts of the report say nothing."""
        absent = {
            "ledger": not self.is_synthetic and self.gate.outcome in ("missing", "foreign"),
            "log": self.handled is None,
            "verification": self.verified is None and self.cover is None,
            "appropriation": "budget" not in self.assessed.tables,
            "township": "township" not in self.tables,
            "returns": self.measured is None,
        }
        return tuple(text(f"annual.material.{key}") for key, is_so in absent.items() if is_so)

    @cached_property
    def tables_of_form(self) -> tuple[Table, Table, Table]:
        """The self-evaluation as tables: line by line, money in 万元, and its sums."""
        made = self.performance
        assert made is not None
        found: dict[str, float] = {
            "reached": made.total,
            "counted": made.counted,
            "share": made.share,
            "whole": made.table.get("form_points", TOTAL),
            "missing": len(made.missing),
        }
        summary = counts("annual_form", "annual_form_sum", found)
        return made.table, in_10k(made.money_table), summary

    @cached_property
    def targets(self) -> Table | None:
        """What the list of targets planned and what was done; None without a list."""
        if self.performance is None or self.performance.targets is None:
            return None
        from jiuzhu_sim.assessment.performance import track

        return in_10k(filled(track(self.performance.targets)))

    @cached_property
    def checks(self) -> Table:
        """How much was checked and what stood out, in counts: people, gate, figures, lists."""
        found: dict[str, float] = {"people": self.assessed.people.households}
        found |= {f"gate_{name}": n for name, n in self.gate.found.items()}
        if (identities := self.assessed.tables.get("identities")) is not None and identities.rows:
            verdicts = identities.values[:, -1]
            found |= {"identities": np.isfinite(verdicts).sum(), "failed": (verdicts == 0).sum()}
        if self.roster is not None:
            found |= {f"roster_{level}": self.roster.get(level, 0) for level in LEVELS}
        if self.handled is not None:
            found |= {"cases": self.handled.log.n, "events": self.handled.log.n_events}
            if (read := self.handled.read) is not None:
                found |= {f"log_{level}": read.findings.count(level) for level in LEVELS}
                found["log_aside"] = len(read.aside)
        return counts("annual_checks", "annual_check", found)
