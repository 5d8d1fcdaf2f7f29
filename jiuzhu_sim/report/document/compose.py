"""A report as a manuscript: everything numbered, every cited number led to its cell."""

import re
from collections.abc import Iterator

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.cited import Cell, Stub, parts_of
from jiuzhu_sim.report.document.grids import cards_grid, cell_anchor, grid_of
from jiuzhu_sim.report.document.numbering import prefix
from jiuzhu_sim.report.document.pieces import (
    Heading,
    Inline,
    Link,
    Manuscript,
    Mark,
    Paragraph,
    Picture,
    Piece,
)
from jiuzhu_sim.report.document.style import Style
from jiuzhu_sim.report.document.words import clean, written_date
from jiuzhu_sim.report.figure import DPI, Chart
from jiuzhu_sim.report.section import Cards, Report, Section

TIP = 200
"""Most characters of a tip; Word refuses a file with longer ones (260)."""

INCH = 72
"""Points of an inch."""

OWN_NUMBER = re.compile(
    r"^(?:附件\d*[:：\s]\s*|Annex \d*\s+|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）"
    r"|（\d+）|\(\d+\)\s+|\d+[.．](?!\d)\s*)"
)
"""A number that a title carries already."""

Place = tuple[int, int, int]
"""Table number, row, column, each from 1."""


class Tables:
    """The numbered tables of a report, and where a cited cell stands among them."""

    def __init__(self, report: Report) -> None:
        self.numbers: dict[int, int] = {}
        self._tables: list[tuple[int, Table]] = []
        for section in report.sections:
            for block in section.blocks:
                if isinstance(block, Chart | Cards):
                    continue
                number = len(self.numbers) + 1
                if id(block) not in self.numbers:
                    self.numbers[id(block)] = number
                    if isinstance(block, Table):
                        self._tables.append((number, block))

    def table(self, number: int) -> Table:
        """A measure's table by its number."""
        return dict(self._tables)[number]

    def place(self, cell: Cell) -> Place | None:
        """Where a cell stands, None if its table is not in the text: the very table first, else
        one with the same title that shows the same value there.
        """
        row, statistic = cell.place
        for number, table in self._tables:
            if table is cell.table:
                return number, row + 1, len(table.dims) + statistic + 1
        for number, table in self._tables:
            theirs, ours = (table.name, table.dims), (cell.table.name, cell.table.dims)
            if theirs != ours or table.title != cell.table.title:
                continue
            try:
                same = Cell(table, cell.statistic, cell.row)
            except KeyError:
                continue
            if same.shown == cell.shown:
                row, statistic = same.place
                return number, row + 1, len(table.dims) + statistic + 1
        return None


def tip(tables: Tables, place: Place) -> str:
    """Which cell it is, in words: 表2 第3行 人数（人）."""
    number, row, column = place
    head = tables.table(number).headers()[column - 1]
    shown = text("document.table", n=number)
    return clean(text("document.tip", table=shown, row=row, column=head))[:TIP]


def compose(
    report: Report,
    style: Style,
    org: str = "",
    dated: str = "",
    run_id: str = "",
    draft: bool = True,
) -> Manuscript:
    """The manuscript of a report in a style; `dated`: an ISO date, or any words.

    The stamps of the first cards stand on the first page, and not again in the text.
    """
    tables = Tables(report)
    cited: dict[int, set[tuple[int, int]]] = {}
    for section in report.sections:
        for cell in cells_of(section):
            if place := tables.place(cell):
                cited.setdefault(place[0], set()).add(place[1:])
    pieces = list(_pieces(report, style, tables, cited))
    return Manuscript(
        title=clean(report.title),
        org=clean(org),
        dated=written_date(dated),
        stamps=tuple(map(clean, _stamps(report, draft))),
        banner=clean(report.banner),
        run_id=clean(run_id),
        pieces=tuple(pieces),
    )


def cells_of(section: Section) -> Iterator[Cell]:
    """The cells that the sentences of a section cite, in order."""
    for sentence in section.sentences:
        yield from (part for part in parts_of(sentence) if isinstance(part, Cell))


def _stamps(report: Report, draft: bool) -> list[str]:
    """What the first page must say, each once: that it is a draft, and the first cards' stamps.
    The banner stands above every page.
    """
    first = _first_cards(report)
    found = [*([text("stamp.draft")] if draft else []), *(first.stamps if first else ())]
    return [stamp for stamp in dict.fromkeys(found) if stamp != report.banner]


def _first_cards(report: Report) -> Cards | None:
    return next((block for block in report.all(Cards)), None)


def _pieces(
    report: Report, style: Style, tables: Tables, cited: dict[int, set[tuple[int, int]]]
) -> Iterator[Piece]:
    headings = list(_headings(report, style))
    annexes = [heading for heading in headings if heading and heading.opens_annex]
    first, charts, seen, announced = _first_cards(report), 0, 0, False
    for section, heading in zip(report.sections, headings, strict=True):
        if heading and heading.opens_annex and not announced:
            yield from _announced(annexes)
            announced = True
        if section.banner and section.banner != report.banner:
            yield Paragraph((clean(section.banner),), "stamp")
        if heading:
            yield heading
        for sentence in section.sentences:
            yield Paragraph(_inlines(sentence, tables))
        for block in section.blocks:
            if isinstance(block, Cards):
                if block is not first:
                    yield from (Paragraph((clean(each),), "stamp") for each in block.stamps)
                if grid := cards_grid(block):
                    yield grid
            elif isinstance(block, Chart):
                charts += 1
                yield _picture(block, charts)
            elif tables.numbers[id(block)] > seen:  # a block shown twice is one table
                seen = tables.numbers[id(block)]
                yield grid_of(block, seen, cited.get(seen, ()))


def _headings(report: Report, style: Style) -> Iterator[Heading | None]:
    """A heading for each section. A report whose titles carry numbers keeps them as they are (on
    the page they are the same); else the document numbers them.
    """
    titles = [clean(section.title) for section in report.sections]
    own = [OWN_NUMBER.match(title) for title in titles]
    numbers = _numbers(report, style)
    for k, (section, title) in enumerate(zip(report.sections, titles, strict=True)):
        shown = next(numbers)
        if any(own):
            found = own[k]
            shown, title = (found[0], title[found.end() :]) if found else ("", title)
        opens = section.is_annex and section.level == 1
        shown = shown.strip(" 　:：") if opens else shown
        is_new = k > 0 and report.sections[k - 1].ends_page
        heading = Heading(section.level, shown, title, f"_Toc{k + 1:06d}", opens, is_new)
        yield heading if title else None


def _numbers(report: Report, style: Style) -> Iterator[str]:
    """The number of each section; those within an annex begin anew."""
    counts: list[int] = []
    total = sum(section.is_annex and section.level == 1 for section in report.sections)
    annexes, in_annex = 0, False
    for section in report.sections:
        if section.is_annex and section.level == 1:
            annexes, in_annex, counts = annexes + 1, True, []
            yield text("document.annex", n=annexes if total > 1 else "").strip()
            continue
        if section.level == 1 and in_annex:
            in_annex, counts = False, []
        if not section.title:
            yield ""
            continue
        depth = max(section.level - in_annex, 1)
        counts = [*counts[:depth], *[0] * (depth - len(counts))]
        counts[-1] += 1
        yield prefix(tuple(max(count, 1) for count in counts), style.numbers)


def _announced(annexes: list[Heading]) -> Iterator[Paragraph]:
    """The list of annexes at the end of the body."""
    for number, annex in enumerate(annexes, 1):
        key = "document.next_annex" if number > 1 else "document.annexes"
        yield Paragraph((text(key, n=number, title=annex.text),), "annexes")


def _inlines(sentence: str, tables: Tables) -> tuple[Inline, ...]:
    parts = parts_of(sentence)
    made: list[Inline] = []
    for number, part in enumerate(parts, 1):
        words = clean(str(part))
        place = tables.place(part) if isinstance(part, Cell) else None
        if place:
            made.append(Link(words, cell_anchor(*place), tip(tables, place)))
        elif isinstance(sentence, Stub) and number == len(parts):
            made.append(Mark(words))
        elif words:
            made.append(words)
    return tuple(made)


def _picture(chart: Chart, number: int) -> Picture:
    return Picture(
        number=text("document.chart", n=number),
        title=clean(chart.title),
        sentence=clean(chart.sentence),
        alt=clean(chart.alt),
        png=chart.png,
        width=chart.width / DPI * INCH,
        height=chart.height / DPI * INCH,
    )
