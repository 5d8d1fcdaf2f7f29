"""Pages made from the code and its data files, in the language in use."""

import html
import math
import re
from collections.abc import Iterator
from pathlib import Path

from docs.site.interface import api_page, commands_page, notebooks_page
from docs.site.words import code, raw, table, word
from jiuzhu_sim.columns import Column, columns
from jiuzhu_sim.errors import catalogue
from jiuzhu_sim.language import language, listed, pick, text, unit_label
from jiuzhu_sim.law import (
    Declaration,
    clause_text,
    declarations,
    document_title,
    region,
    region_names,
)
from jiuzhu_sim.law.load import Value
from jiuzhu_sim.report import rulebook
from jiuzhu_sim.report.rulebook import programmes, read_parameters, rule_book_pages
from jiuzhu_sim.report.section import blocks_css
from jiuzhu_sim.rules import RULES

INDEX = "reference/index.md"
ORDER = ("commands", "notebook_parameters", "parameters", "laws", "dictionary", "errors", "api")


def reference_pages() -> Iterator[tuple[str, str]]:
    """Every made page as path and Markdown, in the language in use."""
    yield INDEX, _index()
    yield "reference/commands.md", commands_page()
    yield "reference/notebook_parameters.md", notebooks_page()
    yield "reference/parameters.md", parameters_page()
    yield "reference/laws.md", laws_page()
    for name in region_names():
        yield f"reference/law-{name}.md", law_page(name)
    yield "reference/dictionary.md", dictionary_page()
    yield "reference/errors.md", errors_page()
    yield "reference/api.md", api_page()
    for name, title, body in rule_book_pages():
        yield f"rulebook/{name}.md", f"# {title}\n\n" + raw(f'<div class="rulebook">{body}</div>')


def _index() -> str:
    links = [f"- [{word('rulebook')}](../rulebook/index.md)"]
    links += [f"- [{word(name)}]({name}.md)" for name in ORDER]
    links += [
        "- ["
        + {"zh": "制度与歧义登记", "en": "Register of systems and ambiguities"}[language()]
        + "](../register.md)",
        "- [" + {"zh": "可选列", "en": "Optional columns"}[language()] + "](../columns.md)",
    ]
    return f"# {word('reference')}\n\n{word('reference_about')}\n\n" + "\n".join(links) + "\n"


# --- errors and columns --------------------------------------------------------------------
def errors_page() -> str:
    """Every error code with what it says and how to fix it."""
    found = catalogue()
    rows = [
        (
            f"<b>{name}</b>",
            html.escape(entry[language()]["what"]),
            html.escape(entry[language()]["fix"]),
        )
        for name, entry in sorted(found.items())
    ]
    ids = [name.lower() for name in sorted(found)]
    made = table(("code", "what", "fix"), rows, ids)
    return f"# {word('errors')}\n\n{word('errors_about')}\n\n{made}"


def dictionary_page() -> str:
    """Every column of people and results."""
    parts = [f"# {word('dictionary')}\n\n{word('dictionary_about')}\n"]
    for kind in ("input", "result"):
        for level in ("person", "household"):
            chosen = [c for c in columns().values() if c.kind == kind and c.level == level]
            rows = [_column(column, kind) for column in chosen]
            heads = ("name", "label", "holds") + (("default",) if kind == "input" else ())
            made = table(heads, rows, [column.name for column in chosen])
            parts.append(f"## {word(f'level_{level}_{kind}')}\n\n{made}")
    return "\n".join(parts)


def _column(column: Column, kind: str) -> tuple[str, ...]:
    also = ", ".join(alias for alias in column.aliases if alias != column.title)
    label = html.escape(column.title)
    if also and kind == "input":
        label += f"<br><small>{html.escape(word('aliases'))}: {html.escape(also)}</small>"
    cells = (code(column.name), label, html.escape(_held(column)))
    if kind == "result":
        return cells
    lacks = column.optional or column.default is not None
    shown = column.show(column.number) if column.default is not None else "—"
    return (*cells, html.escape(shown if lacks else word("required")))


def _held(column: Column) -> str:
    if column.codes:
        return listed(
            name if pick(label).lower() == name else f"{name} {pick(label)}"
            for name, label in column.codes.items()
        )
    if column.dtype == "bool":
        return word("yes_or_no")
    if column.low is None:
        return unit_label(column.unit) or word("text" if column.dtype == "text" else "number")
    return f"{column.low:,}–{column.high:,} {unit_label(column.unit)}"


# --- the law -------------------------------------------------------------------------------
def parameters_page() -> str:
    """Every parameter that is declared, by programme in the order of the rules."""
    left = dict(declarations())
    parts = [f"# {word('parameters')}\n\n{word('parameters_about')}\n"]
    for programme in programmes():
        rules = [rule for rule in RULES if rule.programme == programme]
        mine = [entry for entry in read_parameters(rules) if left.pop(entry.path, None)]
        if mine:
            parts.append(f"## {text(f'programme.{programme}')}\n\n{_declared(mine, programme)}")
    parts.append(f"## {word('others')}\n\n{_declared(list(left.values()))}")
    return "\n".join(parts)


def _declared(entries: list[Declaration], programme: str = "") -> str:
    heads = ("parameter", "meaning", "range", "neutral")
    rows = []
    for entry in entries:
        name = code(entry.path)
        if programme:
            name = f'<a href="../rulebook/{programme}.html#{entry.argument}">{name}</a>'
        neutral = word("required") if entry.neutral is None else entry.show(entry.neutral)
        rows.append((name, html.escape(entry.title), _bounds(entry), html.escape(neutral)))
    return table(heads, rows, [entry.path for entry in entries])


def _bounds(entry: Declaration) -> str:
    if entry.choices:
        pairs = (f"{code(n)} {html.escape(pick(label))}" for n, label in entry.choices.items())
        return "<br>".join(pairs)
    if entry.type == "boolean":
        return word("yes_or_no")
    high = "∞" if math.isinf(entry.high) else f"{entry.high:,g}"
    return html.escape(f"{entry.low:,g}–{high} {unit_label(entry.unit)}".strip())


def laws_page() -> str:
    """The presets, each with its page."""
    lines = [f"- [{pick(region(n).label)}](law-{n}.md) `{n}`" for n in region_names()]
    return f"# {word('laws')}\n\n{word('laws_about')}\n\n" + "\n".join(lines) + "\n"


def law_page(name: str) -> str:
    """One preset: documents, every value it gives by date with its source, what it leaves."""
    place = region(name)
    parts = [f"# {pick(place.label)} (`{name}`)\n", word("law_at", at=place.default_at)]
    if place.illustrative:
        parts.append(word("law_reported"))
    if place.base:
        parts.append(f"{word('law_base')} [{pick(region(place.base).label)}](law-{place.base}.md)")
    if place.dated:
        parts.append(pick(place.dated))
    if place.documents:
        listing = "".join(
            f"<li><b>{d}</b> {html.escape(document_title(d))}</li>" for d in place.documents
        )
        parts.append(f"## {word('law_documents')}\n\n" + raw(f"<ul>{listing}</ul>"))
    rows = [
        _value(declarations()[path], value)
        for path, values in place.values.items()
        for value in values
    ]
    heads = ("parameter", "since", "value", "status", "basis")
    parts.append(f"## {word('parameters')}\n\n{table(heads, rows)}")
    if place.not_computed:
        listing = "".join(
            f"<li><b>{c}</b> {html.escape(pick(reason))} "
            f"<small>{html.escape(clause_text(c))}</small></li>"
            for c, reason in place.not_computed
        )
        parts.append(f"## {word('law_left')}\n\n" + raw(f"<ul>{listing}</ul>"))
    if place.lacking:
        listing = "".join(
            f"<li>{html.escape(document_title(d))} ({since}): {html.escape(pick(note))}</li>"
            for d, since, note in place.lacking
        )
        parts.append(f"## {word('law_lacking')}\n\n" + raw(f"<ul>{listing}</ul>"))
    return "\n\n".join(parts) + "\n"


def _value(entry: Declaration, value: Value) -> tuple[str, ...]:
    shown = entry.show(value.value)
    if value.raw_unit and value.raw_unit != entry.unit:
        shown += f" ({value.raw:,} {unit_label(value.raw_unit)})"
    basis = ""
    if value.clause:
        basis = f"<b>{value.clause}</b> {html.escape(clause_text(value.clause))}"
    if value.note:
        basis += f"<br><small>{html.escape(pick(value.note))}</small>"
    since = "—" if value.since.year == 1 else value.since.isoformat()
    return (
        f"{html.escape(entry.title)}<br><small>{code(entry.path)}</small>",
        f'<span class="short">{since}</span>',
        html.escape(shown),
        html.escape(text(f"status.{value.status}")),
        basis.removeprefix("<br>"),
    )


# --- the look of the rule book -------------------------------------------------------------
def rulebook_css() -> str:
    """The styles of the rule book, each confined to its pages."""
    here = Path(rulebook.__file__)
    css = blocks_css() + here.with_name("rulebook.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(
        r"([^{}]+)\{([^{}]*)\}",
        _confined,
        re.sub(r"@media[^{]*\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", css),
    )


def _confined(found: re.Match[str]) -> str:
    selectors, body = found.groups()
    if ":root" in selectors:
        return f"{selectors}{{{body}}}"
    kept = [s.strip() for s in selectors.split(",") if not s.strip().startswith("html")]
    return "\n" + ", ".join(f".rulebook {s}" for s in kept) + f" {{{body}}}" if kept else ""
