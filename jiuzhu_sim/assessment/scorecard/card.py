"""A scorecard 考核表 as data: what is assessed, for how many points, and what follows.

One file a card (`cards/*.yaml`, or one's own of the same form). The numbers of an official card
come with their source; what was not seen of it is left out and said in its note.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import Indicator, indicators
from jiuzhu_sim.assessment.scorecard.file import Entry, percent
from jiuzhu_sim.assessment.scorecard.form import faults_of
from jiuzhu_sim.assessment.scorecard.item_form import STEPS
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.reading import own_yaml

CARDS = Path(__file__).with_name("cards")
DEFAULT = "ten-precisions"
"""The card of the document that asks for this (S1.1–S1.10)."""

Label = Mapping[str, str]


@dataclass(frozen=True)
class Grade:
    """A grade and the least total it takes (0–100)."""

    key: str
    label: Label
    least: float

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


NATIONAL_GRADES = (
    Grade("excellent", {"zh": "优秀", "en": "excellent"}, 90.0),
    Grade("good", {"zh": "良好", "en": "good"}, 80.0),
    Grade("pass", {"zh": "合格", "en": "pass"}, 60.0),
    Grade("fail", {"zh": "不合格", "en": "fail"}, 0.0),
)
"""The grades of 民发〔2016〕242号: 90, 80 and 60 of 100 points; of cards that state none."""


@dataclass(frozen=True)
class Group:
    """A part of the card; `points` as printed, None where they were not seen."""

    key: str
    label: Label
    clause: str = ""
    points: float | None = None

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Event:
    """What a deduction counts: `each` time it costs so many points.

    `is_absence`: of a yes-or-no indicator that should be yes, the event is that it is not.
    """

    indicator: str
    each: float
    is_absence: bool = False


@dataclass(frozen=True)
class Item:
    """What one indicator is worth.

    `form` is how points follow from its value (`primitives`), with its `parameters`; `events` take
    from its points: all of a deduction (its own `indicator` first), more of a line with steps.
    `status` is whether points and marks are ``stated`` by the source, a ``reading`` of it, or
    ``assumed``.
    """

    key: str
    group: str
    label: Label
    indicator: str
    points: float
    form: str
    clause: str = ""
    status: str = "assumed"
    source: Label = field(default_factory=dict)
    direction: str = "up"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def is_bonus(self) -> bool:
        """Whether its points come on top of the card's."""
        return self.form == "bonus"

    @property
    def needs(self) -> tuple[str, ...]:
        """The indicators it takes."""
        return tuple(dict.fromkeys([self.indicator, *(event.indicator for event in self.events)]))


@dataclass(frozen=True)
class Veto:
    """一票否决: an event that outweighs points.

    `when` is (``more_than`` | ``at_least`` | ``at_most`` | ``below``, value of the indicator);
    `effect` is ``cap:<grade>`` (no better grade than that; the total stays), ``zero_group:<group>``
    or ``zero_item:<item>``. With `after` it is judged after those vetoes and strikes only where
    all of them have struck: a second failing that weighs because of the first.
    """

    key: str
    label: Label
    indicator: str
    when: tuple[str, float]
    effect: str
    after: tuple[str, ...] = ()
    clause: str = ""

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def kind(self) -> str:
        """What it does: ``cap``, ``zero_group`` or ``zero_item``."""
        return self.effect.partition(":")[0]

    @property
    def aim(self) -> str:
        """The grade, group or item it does it to."""
        return self.effect.partition(":")[2]


@dataclass(frozen=True)
class Card:
    """A scorecard; make one with `load_card`.

    `points` is its printed total, of which the items here may be a part (`is_partial`); a score is
    always on 0–100. `grades` stand highest first, `vetoes` in the order they are judged.
    `bonus_cap` in points of the card. `tie`: ``competition`` (1, 2, 2, 4) or ``dense`` (1, 2, 2,
    3). `missing`: ``rescale`` (what has no value is left out of the full score too) or ``zero``.
    `design`: which cases are assessed, ``sample``, ``census`` or ``law`` (as the law's reading
    says). Units of fewer than `min_size` households are not ranked.
    """

    name: str
    label: Label
    source: Label
    status: str
    points: float
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    grades: tuple[Grade, ...] = NATIONAL_GRADES
    vetoes: tuple[Veto, ...] = ()
    bonus_cap: float = 0.0
    tie: str = "competition"
    missing: str = "rescale"
    design: str = "law"
    min_size: int = 30
    is_partial: bool = False
    note: Label = field(default_factory=lambda: {"zh": "", "en": ""})

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator that scoring takes, vetoes included, each once."""
        needed = [key for item in self.items for key in item.needs]
        return tuple(dict.fromkeys([*needed, *(veto.indicator for veto in self.vetoes)]))

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which items count towards the full score, (items,): all but bonuses."""
        return np.array([not item.is_bonus for item in self.items])

    @property
    def weights(self) -> NDArray[np.float64]:
        """Points of each item, (items,); 0 for a bonus."""
        return np.array([0.0 if item.is_bonus else item.points for item in self.items])

    @property
    def known(self) -> float:
        """Points of the items here, without bonuses: `points`, but for a card in part."""
        return float(self.weights.sum())

    def in_group(self, key: str) -> tuple[int, ...]:
        """Where the items of a group stand, bonuses included."""
        return tuple(k for k, item in enumerate(self.items) if item.group == key)

    def item(self, key: str) -> Item:
        """An item by its key. Raises JZ-E060, with the nearest, when there is none."""
        for item in self.items:
            if item.key == key:
                return item
        raise JZError.unknown(text("word.card_item"), key, [item.key for item in self.items])

    def group(self, key: str) -> Group:
        """A group by its key. Raises JZ-E060, with the nearest, when there is none."""
        for group in self.groups:
            if group.key == key:
                return group
        raise JZError.unknown(text("word.card_group"), key, [group.key for group in self.groups])


def cards() -> tuple[str, ...]:
    """The names of all cards of the package.

    >>> "ten-precisions" in cards()
    True
    """
    return tuple(sorted(path.stem for path in CARDS.glob("*.yaml")))


def load_card(name: str | Path = DEFAULT) -> Card:
    """A card of the package by name, or one's own by the path of its file.

    Raises JZ-E060 (no such card, the nearest told), JZ-E020/E021 (no file, no YAML) and JZ-E104:
    every fault of the file at once, each with its place.

    >>> card = load_card("ten-precisions")
    >>> card.points, len(card.groups), card.grades[0].title, card.status
    (100.0, 10, '优秀', 'illustrative')
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return _read(path)
    if str(name) not in cards():
        raise JZError.unknown(text("word.scorecard"), str(name), cards())
    return _packaged(str(name))


@cache
def _packaged(name: str) -> Card:
    return _read(CARDS / f"{name}.yaml")


def _read(path: Path) -> Card:
    content = own_yaml(path, twice="JZ-E104")
    known = indicators()
    faults_of(content, path.name, known, [g.key for g in NATIONAL_GRADES]).raise_if_any()
    groups = tuple(_group(str(key), entry) for key, entry in content["groups"].items())
    items = tuple(_item(str(key), entry, known) for key, entry in content["items"].items())
    listed = content.get("grades")
    known_points = sum(item.points for item in items if not item.is_bonus)
    return Card(
        name=path.stem,
        label=_label(content["label"]),
        source=_label(content["source"]),
        status=content["status"],
        points=float(content.get("points", known_points)),
        groups=groups,
        items=items,
        grades=tuple(
            Grade(str(key), _label(entry["label"]), float(entry["least"]))
            for key, entry in listed.items()
        )
        if listed
        else NATIONAL_GRADES,
        vetoes=_ordered(
            [_veto(str(k), entry) for k, entry in (content.get("vetoes") or {}).items()]
        ),
        bonus_cap=float(content.get("bonus_cap", 0.0)),
        **{key: content[key] for key in SETTINGS if key in content},
        note=_label(content.get("note", "")),
    )


SETTINGS = ("tie", "missing", "design", "min_size", "is_partial")
"""Fields of a file that go into the card as they stand."""


def _label(given: Any) -> Label:
    """Words in both languages; given in one, they stand for both."""
    return dict(given) if isinstance(given, Mapping) else {"zh": given, "en": given}


def _group(key: str, entry: Entry) -> Group:
    points = entry.get("points")
    return Group(
        key,
        _label(entry["label"]),
        entry.get("clause", ""),
        None if points is None else float(points),
    )


OF_ITEM = ("group", "label", "indicator", "points", "form", "clause", "status", "source", "also")


def _item(key: str, entry: Entry, known: Mapping[str, Indicator]) -> Item:
    indicator = known[entry["indicator"]]
    return Item(
        key=key,
        group=str(entry["group"]),
        label=_label(entry.get("label", indicator.label)),
        indicator=indicator.key,
        points=float(entry["points"]),
        form=entry["form"],
        clause=entry.get("clause", ""),
        status=entry["status"],
        source=_label(entry["source"]) if "source" in entry else {},
        direction=indicator.direction,
        parameters={
            name: _parameter(value, indicator)
            for name, value in entry.items()
            if name not in OF_ITEM
        },
        events=_events(entry, known),
    )


def _events(entry: Entry, known: Mapping[str, Indicator]) -> tuple[Event, ...]:
    own = {entry["indicator"]: entry["each"]} if entry["form"] == "deduction" else {}
    counted = {**own, **entry.get("also", {})}
    return tuple(
        Event(key, float(each), known[key].direction == "up") for key, each in counted.items()
    )


def _parameter(value: Any, indicator: Indicator) -> Any:
    """A mark as a number: ``98%`` is 0.98, ``target`` the target of the indicator."""
    if value == "target":
        return indicator.target
    if isinstance(value, list):
        return tuple((percent(mark), float(points)) for mark, points in value)
    return value if value in STEPS else percent(value)


def _veto(key: str, entry: Entry) -> Veto:
    ((relation, value),) = entry["when"].items()
    return Veto(
        key=key,
        label=_label(entry["label"]),
        indicator=entry["indicator"],
        when=(relation, percent(value)),
        effect=entry["effect"],
        after=tuple(map(str, entry.get("after", ()))),
        clause=entry.get("clause", ""),
    )


def _ordered(vetoes: list[Veto]) -> tuple[Veto, ...]:
    """Each veto after those it follows, else in the order of the file."""
    placed: list[Veto] = []
    while len(placed) < len(vetoes):
        done = {veto.key for veto in placed}
        placed.append(next(v for v in vetoes if v.key not in done and done.issuperset(v.after)))
    return tuple(placed)
