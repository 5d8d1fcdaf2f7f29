"""The rule book: every rule in words, with its clauses and parameters, a page for each programme.

Made from the rules, the data dictionary and the law files, so that it says what is computed.
"""

import datetime
import html
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

from jiuzhu_sim.columns import columns
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import in_brackets, language, listed, pick, text, unit_label
from jiuzhu_sim.law import (
    Declaration,
    clause_text,
    declarations,
    document_title,
    region,
    region_names,
)
from jiuzhu_sim.law.load import document_of
from jiuzhu_sim.law.register import register
from jiuzhu_sim.report.formula import formula, label_of, quoted
from jiuzhu_sim.report.graph import rule_graph
from jiuzhu_sim.report.page import LANG
from jiuzhu_sim.report.section import SHORT, blocks_css
from jiuzhu_sim.rules import RULES, Rule
from jiuzhu_sim.rules.kit import ROUNDINGS

INDEX = "index"
ALWAYS = (datetime.date(1900, 1, 1), datetime.date(9999, 12, 31))
CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
HINTS = ("words", "steps", "fen", "off", "neutral")
KINDS = ("input", "other", "rule", "result")
"""Of boxes in the picture, as its key explains them."""


def rule_book(folder: str | Path) -> tuple[Path, ...]:
    """Write the rule book in the language in use: an index, and a page for each programme.

    The pages fetch nothing; they link to each other. The same rules give the same bytes. Returns
    the paths, the index first. Raises JZ-E040 when a file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in rule_book(folder)][:2]
    ['index.html', 'unit.html']
    """
    return tuple(
        write_whole(Path(folder) / f"{name}.html", _page(title, body).encode())
        for name, title, body in rule_book_pages()
    )


def rule_book_pages() -> Iterator[tuple[str, str, str]]:
    """The pages of the book as name, title and HTML, the index first; they link to each other.

    >>> [name for name, _, _ in rule_book_pages()][:2]
    ['index', 'unit']
    """
    yield INDEX, text("book.title"), _index()
    for programme in programmes():
        title = text("book.page", programme=text(f"programme.{programme}"))
        yield programme, title, _programme(programme)


def programmes() -> tuple[str, ...]:
    """The programmes that have rules, in the order of `RULES`.

    >>> programmes()[:3]
    ('unit', 'income', 'expenditure')
    """
    return tuple(dict.fromkeys(rule.programme for rule in RULES))


def in_running_order(rules: Iterable[Rule] = RULES) -> tuple[Rule, ...]:
    """Rules so that each stands after those it reads; else in the order written.

    >>> names = [rule.name for rule in in_running_order()]
    >>> names.index("layer_hh") < names.index("is_covered_in_part_hh")
    True
    """
    rules = tuple(rules)
    found: dict[int, Rule] = {}
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for rule in (rule for rule in rules if rule.name == name):
            for argument in rule.arguments:
                visit(argument)
            found[id(rule)] = rule

    for rule in rules:
        visit(rule.name)
    return tuple(found.values())


def read_parameters(rules: Iterable[Rule]) -> tuple[Declaration, ...]:
    """The parameters some rules read, their switches and roundings too, in order of reading."""
    known = {entry.argument: entry for entry in declarations().values()}
    names = (n for rule in rules for n in (rule.switch, *rule.arguments, rule.round))
    return tuple(known[name] for name in dict.fromkeys(names) if name in known)


# --- pages ---------------------------------------------------------------------------------
def _page(title: str, body: str) -> str:
    """A page of the book. Its links lead to its own pages, so it is not cleaned like a report's."""
    here = Path(__file__)
    styles = [blocks_css()]
    for name in ("page.css", "rulebook.css"):
        styles.append(here.with_name(name).read_text(encoding="utf-8").strip())
    return Template(here.with_name("page.html").read_text(encoding="utf-8")).substitute(
        lang=LANG[language()],
        title=html.escape(title),
        head=f"<h1>{html.escape(title)}</h1>",
        body=body,
        css="\n".join(styles),
    )


def _index() -> str:
    rows = []
    for programme in programmes():
        link = f'<a href="{programme}.html">{_said(f"programme.{programme}")}</a>'
        number = sum(rule.programme == programme for rule in RULES)
        rows.append(f"<tr><td>{link}</td><td>{_said(f'book.about.{programme}')}</td>")
        rows[-1] += f"<td>{number}</td></tr>"
    heads = ("book.programme", "book.content", "book.rules")
    hints = "".join(f"<li>{_said(f'book.hint.{hint}')}</li>" for hint in HINTS)
    body = f"<p>{_said('book.intro', rules=len(RULES), programmes=len(programmes()))}</p>"
    body += _table("book.programmes", heads, ["".join(rows)])
    body += f"<h2>{_said('book.how')}</h2><ul>{hints}</ul>"
    return body + register_table() + ambiguity_table()


def _programme(programme: str) -> str:
    """The page of a programme: what it is about, picture, rules, parameters."""
    rules = [rule for rule in in_running_order() if rule.programme == programme]
    names = list(dict.fromkeys(rule.name for rule in rules))
    keys = "".join(f'<i class="key {k}"></i>{_said(f"book.key.{k}")}' for k in KINDS)
    entries, seen = [], set[str]()
    for number, rule in enumerate(rules, 1):
        anchor = rule.name if rule.name not in seen else f"{rule.name}-{number}"
        seen.add(rule.name)
        entries.append(_rule(rule, number, anchor))
    return (
        f"{_navigation(programme)}<p>{_said(f'book.about.{programme}')}</p>"
        f'<figure class="graph">{rule_graph(names)}<figcaption>{keys}</figcaption></figure>'
        f"<h2>{_said('book.rules_in_order')}</h2>{''.join(entries)}{_parameters(rules)}"
    )


def _navigation(programme: str) -> str:
    order = programmes()
    at = order.index(programme)
    links = [f'<a href="{INDEX}.html">{_said("book.title")}</a>']
    for arrow, other in (("←", order[at - 1 : at]), ("→", order[at + 1 : at + 2])):
        links += [f'<a href="{p}.html">{arrow} {_said(f"programme.{p}")}</a>' for p in other]
    return f"<nav>{''.join(links)}</nav>"


# --- one rule ------------------------------------------------------------------------------
def _rule(rule: Rule, number: int, anchor: str) -> str:
    """One rule: label, facts, in English its docstring, what it computes, clauses."""
    lines = "".join(
        f'<div style="--in:{depth}">{_linked(line, rule)}</div>'
        for depth, line in formula(rule, _marked)
    )
    facts = "".join(f"<span>{html.escape(fact)}</span>" for fact in _facts(rule))
    reads = "".join(f'<p class="facts">{_linked(line, rule)}</p>' for line in _reads(rule))
    basis = "".join(_clause(clause) for clause in rule.clauses)
    title = html.escape(columns()[rule.name].title)
    return (
        f'<section class="rule" id="{anchor}"><h3>{number}. {title} <code>{rule.name}</code></h3>'
        f'<p class="facts">{facts}</p>{_docstring(rule)}<div class="formula">{lines}</div>'
        f'{reads}<ul class="basis">{basis}</ul></section>'
    )


def _facts(rule: Rule) -> list[str]:
    """Level, unit, rounding, switch, dates."""
    facts = [text(f"book.level.{rule.level}")]
    if rule.unit:
        facts.append(unit_label(rule.unit))
    if rule.round:
        if rule.round in ROUNDINGS:
            facts.append(text(f"book.round.{rule.round}"))
        else:
            facts.append(text("book.round.by", by=_quote(rule.round)))
    if rule.when:
        otherwise = columns()[rule.name].show(rule.constant)
        facts.append(text("book.when", when=_switch(rule), otherwise=otherwise))
    if (rule.since, rule.until) != ALWAYS:
        since, until = (
            "" if day in ALWAYS else day.isoformat() for day in (rule.since, rule.until)
        )
        facts.append(text("book.in_force", since=since, until=until))
    return facts


def _reads(rule: Rule) -> list[str]:
    """What a rule reads: data and results, then parameters."""
    names = [name for name in rule.arguments if name != "members"]
    data = [_mark(name) for name in names if name in columns()]
    settings = [_mark(entry.argument) for entry in read_parameters([rule])]
    said = (("book.data", data), ("book.settings", settings))
    return [text(key, names=text("book.comma").join(found)) for key, found in said if found]


def _switch(rule: Rule) -> str:
    """The condition under which a rule is switched on, in words."""
    name, _, wanted = rule.when.partition("=")
    declared = next(entry for entry in declarations().values() if entry.argument == name)
    if declared.choices:
        key = "formula.is_one" if wanted else "formula.is_not"
        choice = wanted or "none"
        label = pick(declared.choices[choice]) if choice in declared.choices else choice
        return text(key, a=_quote(name), b=quoted("value", choice, label))
    return _quote(name) if declared.type == "boolean" else text("formula.not_zero", a=_quote(name))


def _docstring(rule: Rule) -> str:
    """The paragraphs of the docstring for the English book, Chinese terms left out."""
    if language() != "en":
        return ""
    words = re.sub(rf"\s*\([^()]*{CHINESE}[^()]*\)", "", inspect.getdoc(rule.function) or "")
    words = re.sub(rf"^({CHINESE}|…)+[:.]?\s*", "", words)
    words = re.sub(rf"({CHINESE}|…)+\s*", "", words)
    paragraphs = [" ".join(part.split()) for part in words.split("\n\n")]
    return "".join(f"<p>{html.escape(p[:1].upper() + p[1:])}</p>" for p in paragraphs if p)


def _clause(clause: str) -> str:
    document = html.escape(document_title(document_of(clause)))
    said = html.escape(clause_text(clause))
    return f"<li><b>{clause}</b> {said} <small>{document}</small></li>"


def _marked(kind: str, name: str, label: str) -> str:
    """A word between signs that survive escaping; `_linked` turns them into elements."""
    return f"\1{kind}\2{name}\2{quoted(kind, name, label)}\3"


def _mark(name: str) -> str:
    return _marked("name", name, label_of(name))


def _quote(name: str) -> str:
    return quoted("name", name, label_of(name))


def _linked(line: str, rule: Rule) -> str:
    """Marked words as HTML: other rules and parameters as links to where they are explained."""

    def shown(found: re.Match[str]) -> str:
        kind, name, label = found.groups()
        if kind != "name":
            element = "var" if kind == "step" else "b"
            return f"<{element}>{label}</{element}>"
        made_by = next((other.programme for other in RULES if other.name == name), "")
        page = "" if made_by in ("", rule.programme) else f"{made_by}.html"
        if made_by or name not in columns():
            return f'<a href="{page}#{name}">{label}</a>'
        return label

    return re.sub("\1(.*?)\2(.*?)\2(.*?)\3", shown, html.escape(line))


# --- tables --------------------------------------------------------------------------------
def _table(title: str, heads: Sequence[str], bodies: Iterable[str]) -> str:
    """A table of HTML rows, each group of them in a body of its own."""
    head = "".join(f'<th scope="col">{_said(key)}</th>' for key in heads)
    body = "".join(f"<tbody>{rows}</tbody>" for rows in bodies)
    return (
        f'<h2>{_said(title)}</h2><figure class="table"><table class="jiuzhu book">'
        f"<thead><tr>{head}</tr></thead>{body}</table></figure>"
    )


def _parameters(rules: Sequence[Rule]) -> str:
    """The values of each parameter read: the neutral one, then each preset's by date."""
    bodies = []
    for declared in read_parameters(rules):
        rows = _values(declared)
        first = (
            f'<th scope="rowgroup" rowspan="{len(rows)}" id="{declared.argument}">'
            f"{html.escape(declared.title)}<br><code>{_breaking(declared.path)}</code>"
            f"<br><small>{html.escape(_limits(declared))}</small></th>"
        )
        bodies.append("".join(f"<tr>{first if not n else ''}{r}</tr>" for n, r in enumerate(rows)))
    heads = ("law.parameter", "book.place", "law.since", "law.value", "law.status", "law.basis")
    return _table("book.parameters", heads, bodies) if bodies else ""


def _values(declared: Declaration) -> list[str]:
    """Rows of cells: place, date, value, kind of source, clause."""
    neutral = declared.neutral
    shown = text("book.required") if neutral is None else declared.show(neutral)
    rows = [_cells(text("book.neutral"), "", shown, "", "")]
    for name in region_names():
        for value in region(name).values.get(declared.path, ()):
            basis = value.clause and f"{value.clause} {clause_text(value.clause)}"
            note = pick(value.note) if value.note else ""
            rows.append(
                _cells(
                    pick(region(name).label),
                    value.since.isoformat(),
                    declared.show(value.value),
                    text(f"status.{value.status}"),
                    listed(part for part in (basis, note) if part),
                )
            )
    return rows


def _limits(declared: Declaration) -> str:
    """The choices or the range of a parameter."""
    if declared.choices:
        return listed(pick(label) for label in declared.choices.values())
    if declared.type == "boolean":
        return text("book.yes_or_no")
    bounds = text("book.range", low=f"{declared.low:,g}", high=f"{declared.high:,g}")
    return in_brackets(bounds, unit_label(declared.unit)) if declared.unit else bounds


def register_table() -> str:
    """The systems of the documents and where each is computed."""
    made_by = {rule.name: rule.programme for rule in RULES}
    rows = []
    for system in register():
        links = text("book.comma").join(
            f'<a href="{made_by[name]}.html#{name}">{html.escape(label_of(name))}</a>'
            for name in system.rules
        )
        note = f"<small>{html.escape(pick(system.note))}</small>" if system.note else ""
        since = system.since.isoformat() if system.since else text("book.by_document")
        cells = (
            system.number,
            html.escape(system.title),
            f'<span class="short">{_said(f"where.{system.where}")}</span>',
            _said("book.computed" if system.is_computed else "book.placed"),
            " ".join(part for part in (links, note) if part),
            f'<span class="short">{since}</span>',
            "<small>" + ", ".join(system.written) + "</small>",
        )
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = ("number", "system", "where", "state", "rules_made", "since")
    titles = (*(f"book.{head}" for head in heads), "law.clause")
    return _table("book.register", titles, ["".join(rows)])


def ambiguity_table() -> str:
    """The questions the documents leave open: readings, clauses, and which one each place takes."""
    found = [entry for entry in declarations().values() if entry.register]
    bodies = []
    for entry in sorted(found, key=lambda entry: (entry.register, entry.path)):
        readings = listed(entry.show(reading) for reading in entry.readings)
        own = [(name, region(name).values.get(entry.path, ())) for name in region_names()]
        taken = [
            text("format.said", name=pick(region(name).label), what=entry.show(values[-1].value))
            for name, values in own
            if values
        ]
        if entry.neutral is not None:
            key = "book.else_neutral" if taken else "book.all_neutral"
            taken.append(text(key, value=entry.show(entry.neutral)))
        clauses = "".join(
            f"<div><b>{clause}</b> {html.escape(clause_text(clause))}</div>"
            for clause in entry.clauses
        )
        bodies.append(
            f'<tr><td class="short">{entry.register}</td><td>{html.escape(entry.title)}<br>'
            f"<code>{_breaking(entry.path)}</code></td><td>{html.escape(readings)}</td>"
            f"<td>{html.escape(listed(taken))}</td><td><small>{clauses}</small></td></tr>"
        )
    heads = ("book.number", "book.question", "book.readings", "book.taken", "law.clause")
    return _table("book.ambiguities", heads, bodies)


def _cells(*cells: str) -> str:
    """Cells of a row; dates and short words stay on one line."""
    kept = (' class="short"' if len(cell) <= SHORT else "" for cell in cells)
    return "".join(f"<td{k}>{html.escape(c)}</td>" for k, c in zip(kept, cells, strict=True))


def _breaking(path: str) -> str:
    return html.escape(path).replace(".", ".<wbr>").replace("_", "_<wbr>")


def _said(key: str, **values: object) -> str:
    return html.escape(text(key, **values))
