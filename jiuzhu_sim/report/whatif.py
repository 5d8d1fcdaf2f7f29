"""A what-if put into words and pictures: what changed, what it costs, who gains and loses."""

import numpy as np

from jiuzhu_sim.assessment import WhatIf
from jiuzhu_sim.assessment.idle import ELSEWHERE, OFF, Idle
from jiuzhu_sim.language import listed, pick, text, texts
from jiuzhu_sim.law import declarations
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.measures.funding import LEVELS
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report import charts, steps
from jiuzhu_sim.report.annual import banner, gate_sentence, money, stamps
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.words import drawable, named


def whatif_report(
    compared: WhatIf, provisions: Table | None = None, comparison: Table | None = None
) -> Report:
    """Put `compared`, a what-if, into a report; computes nothing.

    Sections: `answer`, `change`, `programmes`, `funding` (who pays), `provisions`, `winners`,
    `deciles`, `poverty`, `townships`, `compare`, `budget`; those whose tables are there; `limits`.
    `provisions`, `comparison`: the tables of `outlook.provisions` and `assessment.compare`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> report = jz.whatif_report(jz.what_if(people, policy, policy))
    >>> report.sections[0].sentences
    ('方案与现行政策完全相同，因此没有任何变化。',)
    """
    made = [
        _answer(compared),
        _section(compared, "change", "change", "split"),
        _programmes(compared),
        _funding(compared),
        _provisions(compared, provisions),
        _winners(compared),
        _section(compared, "deciles", "deciles"),
        _section(compared, "poverty", "poverty_base", "poverty_fixed", "poverty_new"),
        _townships(compared),
        _comparison(comparison),
        _section(compared, "budget", "budget"),
        _limits(compared),
    ]
    title = text("whatif.title", place=compared.base.policy.title)
    sections = tuple(section for section in made if section)
    return Report(title, text("file.whatif"), sections).stamped(banner(compared.gate))


DRAWN = {
    "deciles": charts.decile_bars,
    "budget": charts.need_against_appropriation,
}
"""The chart under a table, where a section is no more than the two."""


def _section(compared: WhatIf, key: str, *names: str) -> Section | None:
    """A section of some tables, each with its chart."""
    blocks = []
    for name in names:
        if name in compared.tables:
            table = compared.tables[name]
            blocks += [table, *([DRAWN[name](table)] if name in DRAWN else [])]
    return Section(key, text(f"section.{key}"), (), tuple(blocks)) if blocks else None


def _limits(compared: WhatIf) -> Section:
    """What the numbers do not tell."""
    is_synthetic = compared.base.people.about.get("source") == "synthetic"
    keys = ["note.first_round", "whatif.limit.entitled"]
    keys += ["whatif.limit.synthetic"] if is_synthetic else []
    return Section("limits", text("section.limits"), tuple(map(text, keys)))


def _answer(compared: WhatIf) -> Section:
    has_cards = {"change", "winners_losers"} <= compared.tables.keys()
    blocks = (*([_cards(compared)] if has_cards else []), diff(compared))
    said = (*_sentences(compared), *gate_sentence(compared.gate))
    return Section("answer", text("section.whatif"), said, blocks)


def _programmes(compared: WhatIf) -> Section | None:
    table = compared.tables.get("programmes")
    if table is None:
        return None
    old, new, change = (
        table.get(f"cost_y.{moment}", TOTAL) for moment in ("base", "new", "change")
    )
    rows = [row for row in drawable(table, "cost_y.change") if table.get("cost_y.change", *row)]
    said: tuple[str, ...] = ()
    if rows and np.isfinite(change):
        most = max(rows, key=lambda row: abs(table.get("cost_y.change", *row)))
        said = (
            text(
                "programmes.changed",
                old=money(old),
                new=money(new),
                change=_plus(change),
                what=named(table, most),
                most=_plus(table.get("cost_y.change", *most)),
            ),
        )
    elif np.isfinite(new):
        said = (text("programmes.unchanged", new=money(new)),)
    annex = [compared.tables[name] for name in ("programme_area",) if name in compared.tables]
    return Section("programmes", text("section.programmes"), said, (table,), annex)


def _funding(compared: WhatIf) -> Section | None:
    table = compared.tables.get("shares")
    if table is None:
        return None
    change = table.get("cost_y.change", TOTAL, TOTAL)
    said: tuple[str, ...] = ()
    if np.isfinite(change):
        parts = {level: _plus(table.get("cost_y.change", TOTAL, level)) for level in LEVELS}
        said = (text("funding.said", change=_plus(change), **parts),)
    if "note.shares_illustrative" in table.notes:
        said += (text("funding.illustrative"),)
    blocks = (table, steps.who_pays_bars(table))
    return Section("funding", text("section.funding"), said, blocks)


def _provisions(compared: WhatIf, table: Table | None) -> Section | None:
    if table is None:
        return None
    blocks: list[object] = [table]
    if "change" in compared.tables:
        ways = dict.fromkeys(entry.name.partition(".")[2] for entry in table.statistics)
        change = compared.tables["change"]
        blocks += [steps.waterfall(table, change, way) for way in ways]
    return Section("provisions", text("section.provisions"), (), tuple(blocks))


def _townships(compared: WhatIf) -> Section | None:
    tables = [
        compared.tables[name] for name in ("township_change", "township") if name in compared.tables
    ]
    blocks: list[object] = []
    for table in tables:
        is_change = table.name == "township_change"
        drawn = steps.township_dots(table) if is_change else charts.ranked(table, "cost_y")
        blocks += [table, drawn]
    return Section("townships", text("section.townships"), (), tuple(blocks)) if blocks else None


def _comparison(table: Table | None) -> Section | None:
    if table is None:
        return None
    return Section("compare", text("section.compare"), (), (table, steps.side_by_side(table)))


def _plus(yuan: float) -> str:
    """A change of money with its sign."""
    return steps.signed(money(yuan))


def _winners(compared: WhatIf) -> Section | None:
    """Winners and losers; where a change moves somebody down, from which layer to which."""
    table, losers = compared.tables.get("winners_losers"), compared.tables.get("losers")
    if table is None:
        return None
    blocks = [table, charts.winners_losers_bar(table)]
    said: tuple[str, ...] = ()
    if losers is not None:
        blocks.append(losers)
        row = losers.rows[int(losers.n.argmax())]
        before, after = losers.labels(row)
        if losers.n.max() > 0:
            number = losers.show("households", *row)
            said = (text("whatif.losers", households=number, before=before, after=after),)
    return Section("winners", text("section.winners"), said, tuple(blocks))


def diff(compared: WhatIf) -> Listing:
    """The card of changes: parameter, old, new, clause."""
    rows = tuple(
        (
            change.declared.title,
            change.path,
            _shown(change.path, change.old),
            _shown(change.path, change.new),
            change.clause or "—",
        )
        for change in compared.changes
    )
    heads = ("parameter", "path", "old", "new", "clause")
    return Listing(text("whatif.diff", n=len(rows)), tuple(text(f"law.{h}") for h in heads), rows)


def _sentences(compared: WhatIf) -> tuple[str, ...]:
    if not compared.changes:
        return no_change(compared)
    scenario = text(
        "whatif.scenario",
        new=compared.new.policy.title,
        changes=listed(compared.changes),
    )
    return (scenario, *no_change(compared))


def no_change(compared: WhatIf) -> tuple[str, ...]:
    """That nothing changes, and why: no parameter differs; no rule in force reads those that do;
    or rules read them, but no household is touched. Where only some changes are without effect,
    which and why. Nothing where every change counts.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> changed = policy.change({"funding.city_share": 0.1})
    >>> no_change(jz.what_if(people, policy, changed))[-1]
    '原因：“市级财政承担比例”只决定各级财政怎样分担，不改变任何一户的待遇和总支出。'
    """
    if not compared.changes:
        return (text("whatif.no_change"),) if compared.nothing_changed else ()
    reasons = listed(_reason(compared, found) for found in compared.idle)
    if compared.nothing_changed:
        return (text("whatif.nothing"), text("whatif.why", reasons=reasons))
    return (text("whatif.some_idle", reasons=reasons),) if reasons else ()


def _reason(compared: WhatIf, found: Idle) -> str:
    """Why one changed parameter moves nobody."""
    known, policy = declarations(), compared.new.policy
    change = next(change for change in compared.changes if change.path == found.path)
    fields = {
        "parameter": change.declared.title,
        "old": _shown(found.path, change.old),
        "new": _shown(found.path, change.new),
        "at": policy.at,
        "households": f"{compared.new.people.households:,}",
    }
    key = f"idle.{found.reason}"
    if found.reason == ELSEWHERE:
        key = own if (own := f"idle.{found.because}") in texts() else key
        fields["where"] = text(f"where.{found.because}")
    if found.reason == OFF:
        switch = known[found.because]
        now = policy[found.because] if found.because in policy.values else None
        fields |= {"switch": switch.title, "value": _shown(found.because, now)}
        if found.needs:
            key = "idle.off_choice"
            fields["needs"] = pick((switch.choices or {})[found.needs])
    return text(key, **fields)


def _shown(path: str, value: Scalar | None) -> str:
    return "—" if value is None else declarations()[path].show(value)


def _cards(compared: WhatIf) -> Cards:
    table, people = compared.tables["change"], compared.tables["winners_losers"]
    share = next(entry for entry in people.statistics if entry.name == "share")
    gained = people.get("share", "gain_large") + people.get("share", "gain_small")
    lost = people.get("share", "loss_large") + people.get("share", "loss_small")
    change = table.get("cost_y.change", TOTAL)
    return Cards(
        (
            (money(table.get("cost_y.new", TOTAL)), text("card.cost")),
            (_plus(change), text("card.cost_change")),
            *_beside(compared),
            (f"{table.get('persons.change', TOTAL):+,.0f}", text("card.persons_change")),
            (f"{share.show(gained)} / {share.show(lost)}", text(f"card.winners_{people.per}")),
        ),
        stamps(compared.new, "stamp.first_round", compared.gate),
    )


def _beside(compared: WhatIf) -> tuple[tuple[str, str], ...]:
    """A reform of special or medical aid must not read as one that costs nothing."""
    change = compared.aid_change
    return () if change is None else ((_plus(change), text("card.aid_change")),)
