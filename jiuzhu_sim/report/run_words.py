"""What a run in parts says in words: cards, sentences, lines for the screen."""

from typing import TYPE_CHECKING

import numpy as np

from jiuzhu_sim.language import language, listed, text, unit_label
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.report.run_tables import change_of, has_townships, table_of
from jiuzhu_sim.report.steps import signed
from jiuzhu_sim.report.words import joined, money

if TYPE_CHECKING:
    from jiuzhu_sim.batch.run import Outcome
    from jiuzhu_sim.report.run_facts import Ran

GAINED, LOST = ("gain_large", "gain_small"), ("loss_large", "loss_small")
COUNT, SHARE = Statistic("persons", "persons"), Statistic("share", "share")
BIG, SMALL = 1e9, 1e6
"""Bytes of a gigabyte and of a megabyte."""


def cards(ran: "Ran") -> tuple[tuple[str, str], ...]:
    """The answer at a glance: households, recipients, cost, mean benefit; the change by the reform;
    how much is missing."""
    outcome, made = ran.outcome, []
    table, change = table_of(outcome, "caseload"), change_of(outcome)
    if table is not None:
        cost = "cost" if change is not None else "cost_only"
        made += [
            (table.show("households", TOTAL), text("run.card.households")),
            (table.show("persons", TOTAL), text("run.card.persons")),
            (money(table.get("cost_y", TOTAL)), text(f"run.card.{cost}")),
            (table.show("mean_benefit_m", TOTAL), text("run.card.mean")),
        ]
    if change is not None:
        made.append((signed_money(change.get("cost_y.change", TOTAL)), text("run.card.change")))
        persons = COUNT.show(change.get("persons.change", TOTAL))
        made.append((signed(persons), text("run.card.persons_change")))
    if (shares := gaining(outcome)) is not None:
        made.append((" / ".join(map(SHARE.show, shares)), text("run.card.winners")))
    if outcome.failed:
        made.append((f"{len(outcome.failed)} / {ran.parts}", text("run.card.missing")))
    return tuple(made)


def gaining(outcome: "Outcome") -> tuple[float, float] | None:
    """The shares of households that gain and that lose; None where one law was run."""
    table = table_of(outcome, "winners_losers")
    if table is None:
        return None
    won, lost = (sum(table.get("share", band) for band in bands) for bands in (GAINED, LOST))
    return won, lost


def signed_money(yuan: float) -> str:
    """A change of money with its sign.

    >>> signed_money(25_000), signed_money(0.0)
    ('+2.50万元', '0.00万元')
    """
    shown = money(yuan)
    return shown if float(f"{yuan:.0f}") == 0 else signed(shown)


def answer(ran: "Ran") -> tuple[str, ...]:
    """How much was computed, what comes out, what the reform changes."""
    outcome, made = ran.outcome, [extent(ran)]
    table = table_of(outcome, "caseload")
    if table is not None:
        made.append(_caseload(table, ran.base.title))
    if ran.new is None:
        return tuple(made)
    made.append(text("run.said.reform", changes=listed(ran.base.diff(ran.new))))
    change, shares = change_of(outcome), gaining(outcome)
    if change is None or shares is None:
        return tuple(made)
    if not any(shares) and not change.get("cost_y.change", TOTAL):
        return (*made, text("run.said.nothing"))
    won, lost = map(SHARE.show, shares)
    fields = {"won": won, "lost": lost, "rate": rate_of(change, TOTAL)}
    for name in ("households", "persons"):
        n = change.get(f"{name}.change", TOTAL)
        fields[name] = moved(text(f"run.{name}", n=COUNT.show(n)))
    cost = moved(money(change.get("cost_y.change", TOTAL)))
    return (*made, text("run.said.change", cost=cost, **fields))


def moved(shown: str) -> str:
    """A change in words, of a number as it is shown.

    >>> moved("943.47万元"), moved("-3户"), moved("0人")
    ('增加943.47万元', '减少3户', '不变')
    """
    if not any(digit in shown for digit in "123456789"):
        return text("run.same")
    is_less = shown.startswith("-")
    return text("run.less" if is_less else "run.more", n=shown.removeprefix("-"))


def rate_of(change: Table, row: str) -> str:
    """The relative change of cost; a dash where there was none before."""
    old, moved = (change.get(f"cost_y.{moment}", row) for moment in ("base", "change"))
    return signed(SHARE.show(moved / old)) if old else "—"


def extent(ran: "Ran") -> str:
    """How much of the data the numbers are of, and how much is missing."""
    outcome = ran.outcome
    counts = {"households": f"{outcome.households:,}", "persons": f"{outcome.persons:,}"}
    if not outcome.failed:
        return text("run.said.all", parts=ran.parts, **counts)
    done, failed = len(outcome.receipts), len(outcome.failed)
    said = [text("run.said.some", all=ran.parts, done=done, failed=failed, **counts)]
    if ran.missing:
        share = SHARE.show(ran.missing / (ran.missing + outcome.households))
        said.append(text("run.said.about", n=f"{ran.missing:,}", share=share))
    if ran.unreadable:
        said.append(text("run.said.unknown", n=ran.unreadable))
    return joined(said)


def _caseload(table: Table, policy: str) -> str:
    space = "" if language() == "zh" else " "
    mean = f"{table.show('mean_benefit_m', TOTAL)}{space}{unit_label('yuan')}"
    return text(
        "run.said.caseload",
        policy=policy,
        households=table.show("households", TOTAL),
        persons=table.show("persons", TOTAL),
        cost=money(table.get("cost_y", TOTAL)),
        mean=mean,
    )


def closing(ran: "Ran") -> tuple[str, ...]:
    """How it was computed, and what is not shown."""
    made = [text("run.said.how"), text("run.said.hidden", n=MIN_N)]
    totals = table_of(ran.outcome, "totals")
    if totals is not None and "township" in totals.dims and not has_townships(ran.outcome):
        from jiuzhu_sim.report.run_tables import TOWNSHIPS_MAX

        made.append(text("run.said.coarse", n=TOWNSHIPS_MAX))
    return tuple(made)


def size(count: float) -> str:
    """A number of bytes as a person reads it.

    >>> size(52_400_000), size(3.2e9)
    ('52.4 MB', '3.2 GB')
    """
    return f"{count / BIG:,.1f} GB" if count >= BIG else f"{count / SMALL:,.1f} MB"


def speed(outcome: "Outcome") -> float:
    """Households a second of the parts that this run did itself; NaN where it did none."""
    mine = outcome.households - _resumed_households(outcome)
    return mine / outcome.seconds if mine and outcome.seconds > 0 else np.nan


def _resumed_households(outcome: "Outcome") -> float:
    """Households of parts done before, taken as of the usual size."""
    done = len(outcome.receipts)
    return outcome.households * outcome.resumed / done if done else 0.0


# --- lines for the screen ------------------------------------------------------------------
def said_lines(outcome: "Outcome") -> list[str]:
    """A single run on the screen: tables, extent, what failed."""
    tables = (table_of(outcome, "caseload"), change_of(outcome))
    lines = [f"{table}\n" for table in tables if table is not None]
    rate, parts = speed(outcome), len(outcome.receipts) + len(outcome.failed)
    counts = {"households": f"{outcome.households:,}", "persons": f"{outcome.persons:,}"}
    times = {"seconds": f"{outcome.seconds:,.1f}", "rate": f"{rate:,.0f}"}
    if not np.isfinite(rate):
        said = [text("run.line.kept", parts=parts, **counts)]
    else:
        said = [text("run.line.parts", parts=parts, **counts, **times)]
        if outcome.resumed:
            said.append(text("run.line.resumed", n=outcome.resumed))
    return [*lines, joined(said), *failed_lines(outcome)]


def failed_lines(outcome: "Outcome") -> list[str]:
    """The parts that could not be done, by name, with why; and those that are there twice."""
    lines = [text("run.line.copy", part=part, copy=copy) for part, copy in outcome.copies]
    if not outcome.failed:
        return lines
    lines.append(text("run.line.missing", n=len(outcome.failed)))
    for each in outcome.failed:
        reason = " ".join(map(str, each.problems))
        lines.append(text("run.line.failed", part=each.name, reason=reason))
    return lines


def county_line(outcome: "Outcome") -> str:
    """A county of a batch on one line."""
    table, change, county = table_of(outcome, "caseload"), change_of(outcome), outcome.job.name
    if table is None:
        return text("run.line.county_none", county=county)
    shown = {name: table.show(name, TOTAL) for name in ("households", "persons")}
    cost = money(table.get("cost_y", TOTAL))
    said = text("run.line.county", county=county, cost=cost, **shown)
    if change is not None:
        change_said = moved(money(change.get("cost_y.change", TOTAL)))
        said += text("run.line.county_change", change=change_said)
    if outcome.failed:
        said += text("run.line.county_missing", n=len(outcome.failed))
    return said
