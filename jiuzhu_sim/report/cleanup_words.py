"""What the report on a clean-up says: answer, what can be told, what is lacking, limits."""

from collections.abc import Mapping

import numpy as np

from jiuzhu_sim.columns import columns
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.sight import Sight, can_say
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.outlook.audit.compared import Books
from jiuzhu_sim.outlook.audit.plan import Plan
from jiuzhu_sim.outlook.audit.tables import BEFORE
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.words import Row, joined, named

Tables = Mapping[str, Table]
LIMITS = ("checks", "period", "books", "decision", "steps")


def answer(audited: Audit, plan: Plan, tables: Tables) -> tuple[str, ...]:
    """The clean-up in two to five sentences."""
    outcomes, stock = tables["cleanup_outcomes"], tables["cleanup_stock"]
    before, after = ("before", TOTAL), ("after", TOTAL)
    less = stock.get("paid_m", *before) - stock.get("paid_m", *after)
    fields = {
        "checks": audited.chosen.checks.title,
        "households": shown(stock, "households", *before),
        "persons": shown(stock, "persons", *before),
        **{
            name: shown(outcomes, "households", name)
            for name in ("stopped", "reduced", "raised", "undecided")
        },
        "gone": shown(stock, "persons", "cancelled", TOTAL),
        "left": shown(stock, "households", *after),
        "left_persons": shown(stock, "persons", *after),
        "less": money(abs(less)),
    }
    moved = "cleanup.said.less" if less >= 0 else "cleanup.said.more"
    moved = moved if np.isfinite(less) else "cleanup.said.left_hidden"
    said = [text("cleanup.said.stock", **fields), _entered(stock), text(moved, **fields)]
    if audited.sight.can("missed_cover") and not audited.policy["cleanup.admits_new"]:
        said.append(text("cleanup.said.admits_none"))
    made = [joined(said)]
    if "audit_cover" in tables:
        made.append(_errors(audited, tables["audit_cover"]))
        made.append(_ways(tables["audit_found"]))
    if plan.is_returned:
        made.append(_sampled(tables["estimate_strata"]))
    if not all(map(told(audited, plan).can, ("wrong_cover", "missed_cover"))):
        made.append(text("cleanup.said.sight"))
    return (*made, *residual(tables))


def _sampled(found: Table) -> str:
    """What the findings handed back say of the whole roll."""
    place = found.rows.index((TOTAL,))
    names = [each.name for each in found.statistics]

    def between(name: str) -> str:
        each, k = found.statistics[names.index(name)], names.index(name)
        ends = [each.show(part[place, k]) for part in (found.low, found.high)]
        return text(
            "cleanup.said.between", value=found.show(name, TOTAL), low=ends[0], high=ends[1]
        )

    fields = {name: between(f"check_{name}") for name in ("rate", "cases", "money")}
    return text("cleanup.said.sampled", of=found.show("check_of", TOTAL),
        n=found.show("check_n", TOTAL), **fields)  # fmt: skip


def shown(table: Table, statistic: str, *row: str) -> str:
    """A value as the table shows it; “some” where it is hidden."""
    is_told = np.isfinite(table.get(statistic, *row))
    return table.show(statistic, *row) if is_told else text("cleanup.some")


def _entered(stock: Table) -> str:
    row = ("new", TOTAL)
    if stock.get("households", *row) <= 0:
        return text("cleanup.said.no_new")
    fields = {name: shown(stock, name, *row) for name in ("households", "persons")}
    return text("cleanup.said.new", **fields)


def _errors(audited: Audit, cover: Table) -> str:
    """Wrong and missed cover before and after."""
    name = audited.chosen.checks.name
    rows = {"before": (BEFORE,), "after": (name,)}
    kinds = ["wrong", *(["missed"] if audited.sight.can("missed_cover") else [])]
    kept = [text("cleanup.said.retained")] if audited.chosen.retained.any() else []
    return joined(
        [
            text(
                _changed(cover, kind, *rows.values()),
                **{moment: cover.show(f"cover_{kind}", *row) for moment, row in rows.items()},
                **{
                    f"{moment}_rate": cover.show(f"cover_{kind}_rate", *row)
                    for moment, row in rows.items()
                },
            )
            for kind in kinds
        ]
        + kept
    )


def _changed(cover: Table, kind: str, before: Row, after: Row) -> str:
    """The sentence of an error: changed, or the same as before."""
    first, last = (cover.show(f"cover_{kind}", *row) for row in (before, after))
    return f"cleanup.said.{kind}" if first != last else f"cleanup.said.{kind}_same"


def _ways(found: Table) -> str:
    """How much of the wrong cover each way of checking finds."""
    each = [
        text(
            "cleanup.said.way",
            way=named(found, row),
            share=found.show("audit_share_found", *row),
            visited=found.show("audit_visited", *row),
        )
        for row in found.rows
    ]
    return text("cleanup.said.ways", ways=text("word.semicolon").join(each))


def residual(tables: Tables) -> tuple[str, ...]:
    """What the reported stock afterwards does not explain."""
    beside = tables.get("cleanup_reported")
    if beside is None:
        return ()
    said = []
    for row in beside.rows:
        if row[0] == "residual" and beside.get("reported_households", *row):
            fields = {name: beside.show(f"reported_{name}", *row)
                      for name in ("households", "persons")}  # fmt: skip
            said.append(text("cleanup.said.residual", area=beside.labels(row)[1], **fields))
    return tuple(said)


def told(audited: Audit, plan: Plan) -> Sight:
    """What can be told of these people, with the findings handed back, if any."""
    if not plan.is_returned:
        return audited.sight
    covers_outside = audited.sight.can("incidence")
    return can_say(audited.people, covers_outside=covers_outside, is_verified=True)


def sight(audited: Audit, plan: Plan) -> tuple[str, ...]:
    """What these data can tell, what they cannot, and which data would tell it."""
    found = told(audited, plan)
    whys = dict.fromkeys(why for measure in found.lacking.values() for why in measure)
    needs = [text(key.replace(".why.", ".need.")) for key in whys]
    filled = audited.people.about.get("filled") or ()
    titles = [columns()[name].title for name in filled if name in columns()]
    said = (text("cleanup.said.filled", columns=listed(titles)),) if titles else ()
    return (*found.lines(), *needs, *said)


def lacking(name: str) -> tuple[str, ...]:
    """Why a part is empty, and which data it needs."""
    return (text(f"cleanup.lacks.{name}"),)


def books_said(books: Books) -> tuple[str, ...]:
    """What was compared, and how many rows do not agree."""
    found = books.mismatches
    if found is None:
        return lacking("books")
    fields = {"n": f"{len(found.rows):,}", "unused": f"{len(found.unused):,}"}
    said = [text("cleanup.said.books", **fields)]
    if books.is_example:
        said.insert(0, text("cleanup.said.books_example", planted=f"{books.planted:,}"))
    return tuple(said)


def plan_said(plan: Plan, tables: Tables) -> tuple[str, ...]:
    """What is drawn, how, and whether anything came back."""
    key = "simple" if plan.sample.is_simple else "stratified"
    said = [
        text(
            f"cleanup.said.plan_{key}",
            of=f"{plan.of:,}",
            n=f"{plan.sample.size:,}",
            strata=len(plan.sample.names),
        )
    ]
    weighted = tables["cleanup_stock"].show("households", "before", TOTAL)
    if weighted != f"{plan.of:,}":
        said.append(text("cleanup.said.plan_records", of=f"{plan.of:,}", households=weighted))
    if plan.checked is None:
        said.append(text("cleanup.said.plan_open"))
    else:
        said.append(text("cleanup.said.plan_back" if plan.is_returned
                         else "cleanup.said.plan_trial"))  # fmt: skip
    return tuple(said)


def limits(audited: Audit) -> tuple[str, ...]:
    """What was assumed and what is left out."""
    first = ["synthetic"] if audited.is_synthetic else ["own"]
    return tuple(text(f"cleanup.limit.{name}") for name in (*first, *LIMITS))
