"""Numbers in a sentence that know the cell of the table they come from.

A `Sentence` is an ordinary str wherever one is wanted; Word and PDF ask for its `parts` and link
each number to its cell, so that text and table cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Self

from jiuzhu_sim.language import pick, text, texts
from jiuzhu_sim.measures.table import Table

HIDDEN = "*"
"""What a suppressed cell shows, as in every rendering of a table."""


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell of a table, cited: a statistic and a row (its keys).

    Raises KeyError when the table has no such cell.

    >>> import numpy as np
    >>> from jiuzhu_sim.measures import Statistic
    >>> one = np.array([[1234.0]])
    >>> table = Table("caseload", ("area",), (("urban",),), (Statistic("persons", "persons"),),
    ...               one, one, one, np.array([9]), "person")
    >>> cell = Cell(table, "persons", ("urban",))
    >>> str(cell), cell.where
    ('1,234', ('caseload', 1, 2))
    """

    table: Table = field(repr=False)
    statistic: str
    row: tuple[str, ...]

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.table.statistics]
        if self.row not in self.table.rows or self.statistic not in names:
            raise KeyError(f"{self.table.name}: {self.statistic} {self.row}")

    @property
    def place(self) -> tuple[int, int]:
        """Row and statistic in the arrays of the table, from 0."""
        names = [entry.name for entry in self.table.statistics]
        return self.table.rows.index(self.row), names.index(self.statistic)

    @property
    def where(self) -> tuple[str, int, int]:
        """Name of the table, row and column as a reader counts them: from 1, row heads included."""
        row, statistic = self.place
        return self.table.name, row + 1, len(self.table.dims) + statistic + 1

    @property
    def value(self) -> float:
        """The number itself, in the unit of its statistic."""
        return self.table.get(self.statistic, *self.row)

    @property
    def is_hidden(self) -> bool:
        """Whether the cell is suppressed: a sentence may not tell it either."""
        return self.table.hidden is not None and bool(self.table.hidden[self.place])

    @property
    def shown(self) -> str:
        """The value as it stands in the table; `HIDDEN` where it is suppressed."""
        return HIDDEN if self.is_hidden else self.table.show(self.statistic, *self.row)

    def __str__(self) -> str:
        return self.shown

    def __format__(self, how: str) -> str:
        """As shown: a sentence does not format a number in another way than its table."""
        return format(self.shown, how)


@dataclass(frozen=True)
class Given:
    """A plain field of a sentence, such as a name: what it is called, and what it says."""

    name: str
    text: str

    def __str__(self) -> str:
        return self.text


Part = str | Cell | Given


class Sentence(str):
    """A sentence and its parts, in order: plain text, cited cells, plain fields.

    >>> sentence = Sentence(["共", Given("place", "示例县"), "。"])
    >>> sentence, len(sentence.parts)
    ('共示例县。', 3)
    """

    parts: tuple[Part, ...]

    def __new__(cls, parts: Iterable[Part] = ()) -> Self:
        kept = tuple(part for part in parts if not isinstance(part, str) or part)
        made = super().__new__(cls, "".join(map(str, kept)))
        made.parts = kept
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """How a copy is made: from the parts, not from the words."""
        return (self.parts,)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells cited, in order."""
        return tuple(part for part in self.parts if isinstance(part, Cell))


class Stub(Sentence):
    """Advice that an officer must check: the sentence ends with the mark 【请核实】."""


def parts_of(words: str) -> tuple[Part, ...]:
    """The parts of any sentence; of a plain str, itself.

    >>> parts_of("甲")
    ('甲',)
    """
    return words.parts if isinstance(words, Sentence) else (words,)


def said(key: str, **fields: Any) -> Sentence:
    """A sentence of `texts/` in the language in use, its fields kept apart.

    A field is a `Cell`, another `Sentence` (its cells stay cited), or anything that is shown as
    plain text. Raises KeyError for a key or field that is missing.

    >>> said("format.said", name="EC.4", what="低保标准")
    'EC.4：低保标准'
    """
    made: list[Part] = []
    for literal, name, how, _ in Formatter().parse(pick(texts()[key])):
        made.append(literal)
        if name is None:
            continue
        value = fields[name]
        if isinstance(value, Cell):
            made.append(value)
        elif isinstance(value, Sentence):
            made.extend(value.parts)
        else:
            made.append(Given(name, format(value, how or "")))
    return Sentence(made)


def stub(key: str, **fields: Any) -> Stub:
    """Advice with its mark: a sentence like `said`, which an officer must check.

    >>> stub("format.said", name="原因", what="人户分离")
    '原因：人户分离【请核实】'
    """
    return Stub([*said(key, **fields).parts, text("document.check")])


def joined(sentences: Iterable[str | Cell], between: str = "") -> Sentence:
    """Several pieces as one sentence, with `between` among them; cells stay cited.

    >>> joined(["甲", "乙"], "、")
    '甲、乙'
    """
    made: list[Part] = []
    for number, each in enumerate(sentences):
        if number:
            made.append(between)
        made.extend([each] if isinstance(each, Cell) else parts_of(each))
    return Sentence(made)


def cited(table: Table, statistic: str, *row: str) -> Cell:
    """A cell for `said`: `cited(table, "persons", "total")` beside `table.show(...)`."""
    return Cell(table, statistic, row)
