"""A what-if put into words and pictures: what changed, what it costs, who gains and loses."""

from jiuzhu_sim.assessment import WhatIf
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.annual import banner, gate_sentence, money, stamps
from jiuzhu_sim.report.section import Cards, Listing, Report, Section


def whatif_report(compared: WhatIf) -> Report:
    """Put a what-if into a report: `answer`, `change`, `winners`, `deciles`, `poverty`,
    `townships`, and `budget` where there is an appropriation; computes nothing.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> report = jz.whatif_report(jz.what_if(people, policy, policy))
    >>> report.sections[0].sentences
    ('方案与现行政策完全相同，因此没有任何变化。',)
    """
    tables = compared.tables
    made = [
        Section(
            "answer",
            text("section.whatif"),
            (*_sentences(compared), *gate_sentence(compared.gate)),
            (_cards(compared), diff(compared)),
        ),
        Section("change", text("section.change"), (), (tables["change"], tables["split"])),
        _winners(compared),
        Section(
            "deciles",
            text("section.deciles"),
            (),
            (tables["deciles"], charts.decile_bars(tables["deciles"])),
        ),
        Section(
            "poverty", text("section.poverty"), (), (tables["poverty_base"], tables["poverty_new"])
        ),
        Section(
            "townships",
            text("section.townships"),
            (),
            (tables["township"], charts.ranked(tables["township"], "cost_y")),
        ),
    ]
    if "budget" in tables:
        table = tables["budget"]
        made.append(
            Section(
                "budget",
                text("section.budget"),
                (),
                (table, charts.need_against_appropriation(table)),
            )
        )
    title = text("whatif.title", place=compared.base.policy.title)
    return Report(title, text("file.whatif"), tuple(made)).stamped(banner(compared.gate))


def _winners(compared: WhatIf) -> Section:
    """Winners and losers; where a change moves somebody down, from which layer to which."""
    table, losers = compared.tables["winners_losers"], compared.tables.get("losers")
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
            "—" if change.old is None else declarations()[change.path].show(change.old),
            "—" if change.new is None else declarations()[change.path].show(change.new),
            change.clause or "—",
        )
        for change in compared.changes
    )
    heads = ("parameter", "path", "old", "new", "clause")
    return Listing(text("whatif.diff", n=len(rows)), tuple(text(f"law.{h}") for h in heads), rows)


def _sentences(compared: WhatIf) -> tuple[str, ...]:
    if not compared.changes:
        return (text("whatif.no_change"),)
    said = [
        text(
            "whatif.scenario",
            new=compared.new.policy.title,
            changes=listed(compared.changes),
        )
    ]
    if compared.nothing_changed:
        said.append(text("whatif.no_effect"))
    return tuple(said)


def _cards(compared: WhatIf) -> Cards:
    table, people = compared.tables["change"], compared.tables["winners_losers"]
    share = next(entry for entry in people.statistics if entry.name == "share")
    gained = people.get("share", "gain_large") + people.get("share", "gain_small")
    lost = people.get("share", "loss_large") + people.get("share", "loss_small")
    change = table.get("cost_y.change", TOTAL)
    return Cards(
        (
            (money(table.get("cost_y.new", TOTAL)), text("card.cost")),
            (("+" if change > 0 else "") + money(change), text("card.cost_change")),
            (f"{table.get('persons.change', TOTAL):+,.0f}", text("card.persons_change")),
            (f"{share.show(gained)} / {share.show(lost)}", text(f"card.winners_{people.per}")),
        ),
        stamps(compared.new, "stamp.first_round", compared.gate),
    )
