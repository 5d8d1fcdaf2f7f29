"""The report of notebook 02: may these people be used, and where they differ from the ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jiuzhu_sim.assessment.against_ledger import COST, GREEN, Row
from jiuzhu_sim.assessment.baseline import Baseline
from jiuzhu_sim.assessment.history import history, latest_change, version_line
from jiuzhu_sim.assessment.identities import identities, verdicts
from jiuzhu_sim.assessment.ledger import Place
from jiuzhu_sim.assessment.ledger_tables import LEVELS
from jiuzhu_sim.assessment.ledger_words import words
from jiuzhu_sim.assessment.reconcile import place_label
from jiuzhu_sim.language import language, listed, pick, text, texts
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.report import charts, reconcile_charts
from jiuzhu_sim.report.annual import banner, gate_sentence, how_calibrated, money, stamps
from jiuzhu_sim.report.section import Cards, Listing, Report, Section

WHOLE: Place = (TOTAL, TOTAL)


@dataclass(frozen=True)
class Excerpt:
    """A part of a table: the page shows it, the workbook has the whole."""

    table: Table

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def reconcile_report(held: Baseline, population: Report | None = None) -> Report:
    """Put a baseline and its ledger into a report; computes nothing.

    `held`: what `hold_baseline` made. `population`: the report on how the people are made up; its
    sections follow the answer.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.baseline import hold_baseline
    >>> people = jz.synthesize("example-county", households=6000, seed=20260101)
    >>> policy = jz.load_policy("example-county")
    >>> held = hold_baseline(people, policy)
    >>> [section.key for section in reconcile_report(held).sections]
    ['answer', 'ledger', 'reasons', 'identities', 'history', 'limits']
    """
    made = [
        _answer(held),
        *_population(population),
        _ledger(held),
        _reasons(held),
        _reweighted(held),
        _figures(held),
        _identities(held),
        _history(),
        _limits(held),
    ]
    title = text("reconcile.title", place=held.now.results.policy.title)
    sections = tuple(section for section in made if section is not None)
    return Report(title, text("file.reconcile"), sections).stamped(banner(held.now.gate))


def _section(
    key: str, sentences: Iterable[str], blocks: Iterable[Any], annex: Iterable[Any] = ()
) -> Section:
    kept, more = (tuple(each for each in some if each is not None) for some in (blocks, annex))
    return Section(key, text(f"section.{key}"), tuple(sentences), kept, more)


def _answer(held: Baseline) -> Section:
    """Go or no-go in words, and the ledger beside the model."""
    outcome = held.now.gate.outcome
    verdict = outcome if outcome in ("green", "amber", "red") else "none"
    numbers = [(text(f"verdict.{verdict}"), text("verdict.card"))]
    rows = held.now.comparison.rows
    whole = {row.item: row for row in rows if row.place == _widest(rows)}
    for item, row in whole.items():
        pair = text("card.pair", ledger=_shown(row.item, row.ledger), model=_model(row))
        numbers.append((pair, text("card.ledger", item=pick(words_of(item)))))
    figures_held = held.tables.get("reconcile") if held.ledger is None else None
    if figures_held is not None:
        numbers += _figure_cards(figures_held)
    nothing = text("answer.none" if figures_held is None else "answer.all_targets")
    sentences = list(gate_sentence(held.now.gate)) if held.now.gate.against else [nothing]
    if held.is_packaged:
        sentences.append(text("answer.packaged"))
    if rows and outcome != "green":
        sentences += _counts(held, rows)
    if held.after is not None:
        after = text(f"verdict.{held.after.gate.outcome}")
        sentences.append(text("answer.reweighted", outcome=after))
    marks = stamps(held.now.results, "stamp.draft", held.now.gate)
    made = _section("verdict", sentences, [Cards(tuple(numbers), marks)])
    return Section("answer", made.title, made.sentences, made.blocks)


def _figure_cards(held: Table) -> list[tuple[str, str]]:
    """How many targets and checks agree with the reported figures."""
    cards = []
    for role in ("target", "check"):
        rows = [row for row in held.rows if row[-1] == role]
        met = sum(held.get("verdict", *row) > 0 for row in rows)
        if rows:
            cards.append((f"{met} / {len(rows)}", text("card.met", role=text(f"role.{role}"))))
    return cards


def _widest(rows: Iterable[Row]) -> Place:
    """The place with the total, or the first one where there is none."""
    places = [row.place for row in rows]
    return WHOLE if WHOLE in places or not places else places[0]


def words_of(item: str) -> dict[str, str]:
    """An item's name without its unit, zh and en."""
    entry = words()["figures"][item]
    return dict(entry.get("label") or texts()[f"stat.{item}"])


def _shown(item: str, value: float) -> str:
    """A figure as people read it: money of a year in 万元."""
    unit = words()["figures"][item].get("unit", "yuan/year")
    return money(value) if unit == "yuan/year" else Statistic(item, unit).show(value)


def _model(row: Row) -> str:
    return _shown(row.item, row.model[0])


def _said(place: Place) -> str:
    return place_label(place)[language()]


def _counts(held: Baseline, rows: tuple[Row, ...]) -> list[str]:
    """How many rows have which colour, which do not decide, and the furthest of those shown."""
    colours = Counter(row.colour for row in rows)
    counted = [
        text("identities.count", verdict=text(f"colour.{colour}"), n=n)
        for colour, n in sorted(colours.items())
    ]
    file = held.ledger.file if held.ledger else ""
    sentences = [text("answer.counts", file=file, rows=len(rows), counts=listed(counted))]
    undecided = sum(not row.decides and row.colour < GREEN for row in rows)
    if undecided:
        sentences.append(text("answer.undecided", n=undecided, fewest=MIN_N))
    table = held.tables.get("ledger_areas") or next(iter(_of(held, "ledger")), None)
    furthest = _furthest(table) if table is not None else None
    if table is not None and furthest is not None:
        *place, item = table.labels(furthest)
        shown = {name: table.show(name, *furthest) for name in ("ledger", "model")}
        rate = table.show("difference_rate", *furthest)
        sentences.append(text("answer.worst", place=" ".join(place), item=item, rate=rate, **shown))
    return sentences


def _furthest(table: Table) -> tuple[str, ...] | None:
    """The shown row that is furthest beyond its tolerance; None if all are within."""
    beyond = [row for row in table.rows if table.get("colour", *row) < GREEN]
    return max(beyond, key=lambda row: abs(table.get("difference_rate", *row)), default=None)


def _of(held: Baseline, kind: str) -> list[Table]:
    """The tables of a kind, by level."""
    names = (f"{kind}_{level}" for level in LEVELS)
    return [held.tables[name] for name in names if name in held.tables]


def _population(population: Report | None) -> list[Section]:
    """The sections of the report on the people; its answer becomes a section like the others."""
    if population is None:
        return []
    first, *others = population.sections
    title = text("section.population")
    return [replace(first, key="population", title=title), *others]


def _ledger(held: Baseline) -> Section | None:
    if held.ledger is None:
        return None
    comparison = held.now.comparison
    complete = held.now.results.people.is_complete
    sentences = [text("ledger.complete" if complete else "ledger.sampled")]
    if comparison.contradictions:
        sentences.append(text("ledger.contradicts", n=len(comparison.contradictions)))
    else:
        sentences.append(text("ledger.adds_up"))
    if comparison.only_ledger:
        places = [_with_nearest(place, near) for place, near in comparison.only_ledger]
        sentences.append(text("ledger.only_ledger", places=listed(places)))
    if comparison.only_model:
        places = [_said(place) for place in comparison.only_model]
        sentences.append(text("ledger.only_model", places=listed(places)))
    tables = _of(held, "ledger")
    whole, parts = tables[:1], tables[1:]
    blocks: list[Any] = [*whole, *map(reconcile_charts.dots, whole)]
    for table in parts:
        beyond = _beyond(table)
        level = text(f"level.{table.name}")
        if not beyond.rows:
            sentences.append(text("ledger.all_green", n=len(table.rows), level=level))
        elif table.name == "ledger_cells":
            sentences.append(text("ledger.beyond", n=len(beyond.rows), level=level))
        if table.name == "ledger_townships":
            blocks += [Excerpt(beyond)] if beyond.rows else []
            blocks.append(reconcile_charts.dots(table))
    return _section("ledger", sentences, [*blocks, held.tables.get("contradictions")], parts)


def _beyond(table: Table) -> Table:
    """The rows of a table that are beyond their tolerance; hidden ones are not among them."""
    kept = [k for k, row in enumerate(table.rows) if table.get("colour", *row) < GREEN]
    return replace(table.only(kept), hidden=None).with_notes("note.beyond")


def _with_nearest(place: Place, near: str) -> str:
    """A place of the ledger that the people lack, with the one that may be meant."""
    return _said(place) if near == "—" else text("ledger.nearest", place=_said(place), nearest=near)


def _reasons(held: Baseline) -> Section | None:
    if held.ledger is None:
        return None
    tables = _of(held, "reasons")
    if not tables:
        return _section("reasons", [text("reasons.none")], [])
    sentences = []
    if tables[0].name == "reasons_areas":
        rows = zip(tables[0].rows, tables[0].values[:, 0], strict=True)
        sentences = [_reason(held, tables[0], row) for row, value in rows if value == value]
    shown = [table.with_notes("note.reasons") for table in tables]
    return _section("reasons", sentences, shown[:2], shown[2:])


def _reason(held: Baseline, table: Table, row: tuple[str, ...]) -> str:
    """Why the spending of an area differs, or what differs although it agrees."""
    told = {"place": table.labels(row)[0], "reason": table.show("reason", *row)}
    ledger, difference = held.tables["ledger_areas"], table.get("difference", *row)
    spending = (*row, COST)
    if spending in ledger.rows and ledger.get("colour", *spending) == GREEN:
        return text("reasons.even", **told)
    sign = text("reasons.more" if difference > 0 else "reasons.less")
    return text("reasons.said", sign=sign, difference=money(abs(difference)), **told)


def _reweighted(held: Baseline) -> Section | None:
    tables = _of(held, "reweighted")
    if not tables:
        return None
    return _section("reweighted", [text("limits.reweighted")], tables[:1], tables[1:])


def _figures(held: Baseline) -> Section | None:
    table = held.tables.get("reconcile")
    if table is None:
        return None
    calibrated = held.tables.get("calibration")
    blocks = [table, charts.compared(table), calibrated]
    return _section("figures", [text(how_calibrated(calibrated))], blocks)


def _identities(held: Baseline) -> Section:
    """The place's identities; all those of the documents in the workbook."""
    own = held.tables.get("identities")
    place = held.now.results.policy.place
    sentences = [_counted(verdicts(place), "identities.said")] if own else [text("identities.none")]
    sentences.append(_counted(verdicts(), "identities.all"))
    return _section("identities", sentences, [own], [identities()])


def _counted(found: Mapping[int, int], key: str) -> str:
    """How many identities came out how."""
    shown = Counter(found.values())
    parts = (text("identities.count", verdict=text(f"verdict.{v}"), n=shown[v]) for v in shown)
    return text(key, n=len(found), counts=listed(parts))


def _history() -> Section:
    table = version_line()
    sentences = [text("history.said")]
    for place, label in history()["places"].items():
        found = latest_change(place)
        if found is not None:
            entry, rate = found
            told = {"version": entry["version"], "reason": pick(entry["reason"])}
            sentences.append(text("history.jump", label=pick(label), rate=f"{rate:+.2%}", **told))
    heads = tuple(text(key) for key in ("dim.version", "history.date", "history.reason"))
    rows = tuple(
        (str(entry["version"]), str(entry["date"]), pick(entry["reason"]))
        for entry in history()["entries"]
    )
    listing = Listing(text("history.entries"), heads, rows)
    return _section("history", sentences, [reconcile_charts.version_lines(table), listing], [table])


def _limits(held: Baseline) -> Section:
    keys = ["limits.caseload", "limits.gate"]
    if held.data and not held.is_kept:
        keys.append("limits.read_only")
    calibrated = [] if "reconcile" in held.tables else [held.tables.get("calibration")]
    return _section("limits", [text(key) for key in keys], calibrated)
