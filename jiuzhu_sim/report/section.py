"""A piece of a report: heading, sentences, then tables, charts and lists in order."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from jiuzhu_sim.language import text
from jiuzhu_sim.measures import Table
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.live_sheet import LiveSheet
from jiuzhu_sim.report.workbook import write_workbook

NOTEBOOK_ONLY = "notebook-only"
"""Tag of cells, and class of styles, that a page leaves out."""

SHORT = 10
"""Characters that stay on one line in a list."""


@dataclass(frozen=True)
class Listing:
    """A table of plain text: title, headers, rows."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in self.headers)
        body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in self.rows)
        return (
            f'<figure class="table"><table class="jiuzhu listing"><caption>'
            f"{html.escape(self.title)}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{body}</tbody></table></figure>"
        )


@cache
def blocks_css() -> str:
    """The style of tables, charts, cards and stamps."""
    return Path(__file__).with_name("blocks.css").read_text(encoding="utf-8").strip()


def _cell(words: str) -> str:
    """A cell of a listing; dates and short words stay on one line, long names break at their
    dots and underscores.
    """
    kept = ' class="short"' if len(words) <= SHORT else ""
    shown = html.escape(words)
    if words.isascii() and " " not in words:
        shown = shown.replace(".", ".<wbr>").replace("_", "_<wbr>")
    return f"<td{kept}>{shown}</td>"


@dataclass(frozen=True)
class Cards:
    """The answer at a glance: a few numbers with their labels, and stamps such as 合成数据."""

    numbers: tuple[tuple[str, str], ...]
    stamps: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        stamps = "".join(f'<p class="stamp">{html.escape(stamp)}</p>' for stamp in self.stamps)
        cards = "".join(
            f'<div class="card"><b>{html.escape(number)}</b><span>{html.escape(label)}</span></div>'
            for number, label in self.numbers
        )
        return f'{stamps}<section class="answer">{cards}</section>'


@dataclass(frozen=True)
class Section:
    """Heading, sentences, and blocks (`Table`, `LiveSheet`, `Chart`, `Listing`, `Cards`) in order.

    `annex` holds tables that only the workbook carries. `banner`: a stamp above the heading, such
    as 未通过对账, or nothing. `level`: 1, or 2 for a part of the section before it; an annex begins
    a page of its own in a document, and `ends_page` has what follows begin one. A sentence may be
    a `cited.Sentence`: its numbers know their cells.
    """

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    blocks: Sequence[Any] = ()
    annex: Sequence[Any] = ()
    banner: str = ""
    level: int = 1
    is_annex: bool = False
    ends_page: bool = False

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        blocks = "".join(block._repr_html_() for block in self.blocks)
        head = f"<h{self.level + 1}>{html.escape(self.title)}</h{self.level + 1}>"
        stamp = f'<p class="banner">{html.escape(self.banner)}</p>' if self.banner else ""
        return f'<section id="{self.key}">{stamp}{head}{said}{blocks}</section>'

    def of(self, kind: type) -> tuple[Any, ...]:
        """The blocks of a kind, in order, those of the annex last."""
        return tuple(block for block in (*self.blocks, *self.annex) if isinstance(block, kind))


@dataclass(frozen=True)
class Report:
    """The sections of a report in order. In a notebook it shows its title and its answer;
    `section(key)` shows any other. `book` is the file name of its workbook. `banner` stands on
    every section and sheet; see `stamped`.
    """

    title: str
    book: str
    sections: tuple[Section, ...]
    banner: str = field(default="", kw_only=True)

    def stamped(self, banner: str) -> Self:
        """The same report with a banner on every section and every sheet of its workbook."""
        sections = tuple(replace(each, banner=banner) for each in self.sections)
        return replace(self, sections=sections, banner=banner)

    def section(self, key: str) -> Section | None:
        """One section by key (`answer`, `caseload`, …); None if the report has none."""
        return next((each for each in self.sections if each.key == key), None)

    def all(self, kind: type) -> tuple[Any, ...]:
        """Every block of a kind (`Table`, `Chart`, `Listing`) in the order of the report."""
        return tuple(block for section in self.sections for block in section.of(kind))

    def _repr_html_(self) -> str:
        style = f'<style class="{NOTEBOOK_ONLY}">{blocks_css()}</style>'
        head = f"<h1>{html.escape(self.title)}</h1>"
        return f"{style}{head}{self.sections[0]._repr_html_()}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """For notebooks; what has no pictures, such as a terminal, shows the answer in words."""
        return {"text/html": self._repr_html_(), "text/plain": self.in_words}

    @property
    def in_words(self) -> str:
        """The answer in words: its sentences, its numbers, what is stamped on it; a line each."""
        answer, cards = self.sections[0], self.sections[0].of(Cards)
        numbers = (
            text("report.number", number=number, label=label)
            for card in cards
            for number, label in card.numbers
        )
        stamps = (text("report.stamp", stamp=stamp) for card in cards for stamp in card.stamps)
        return "\n".join([*map(str, answer.sentences), *numbers, *stamps])

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write the workbook and the charts; each file whole or not at all (JZ-E040)."""
        folder = Path(folder)
        notes = [(each.title, (each.headers, *each.rows)) for each in self.all(Listing)]
        written = [folder / self.book]
        write_workbook(written[0], self.all(Table), notes, self.banner, self.all(LiveSheet))
        for number, chart in enumerate(self.all(Chart), 1):
            written.append(folder / f"{number:02d}_{chart.key}.png")
            chart.save(written[-1])
        return tuple(written)
