"""The form of a budget file: what keys there are, and every fault in a user's own file.

Numbers of the lines are checked by `Funds`, which sees them however they were made.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiuzhu_sim.errors import nearest
from jiuzhu_sim.language import LANGUAGES, in_brackets, text
from jiuzhu_sim.outlook.money.funds import YEAR_FIRST, YEAR_LAST
from jiuzhu_sim.rules.kit import MONTHS

YUAN, WAN = "yuan", "10k yuan"
UNITS = (YUAN, WAN)

# Of each part: the keys that must be there, and those that may.
TOP = (("year", "pots"), ("name", "label", "unit", "illustrative", "assumptions"))
POT = (("lines",), ("label", "accounts", "spending", "additions", "year_by"))
LINE = (
    ("kind", "amount"),
    ("month", "day", "year", "cv", "delay_p", "delay_days", "label", "status", "source"),
)
SPENDING = (("amount",), ("months", "clause", "suspended_from"))
ADDITION = (("amount", "reading", "value"), ("label", "clause"))
YEAR_BY = (("reading", "years"), ())

Keys = tuple[tuple[str, ...], tuple[str, ...]]
Fault = tuple[str, str]
"""Where (pot, line), and what is wrong."""


def checked(content: Any) -> Iterator[Fault]:
    """Every fault of a budget's form: where, and a sentence each; none of a good one.

    >>> list(checked({"year": 2025, "pots": {"all": {"lines": [{"kind": "local", "amount": 1}]}}}))
    []
    """
    if not isinstance(content, Mapping):
        yield _form("", "", "mapping")
        return
    yield from _keys("", content, TOP)
    year = content.get("year", YEAR_FIRST)
    if type(year) is not int or not YEAR_FIRST <= year <= YEAR_LAST:
        yield "", text("funds.fault.year", value=year)
    if content.get("unit", YUAN) not in UNITS:
        yield "", text("funds.fault.unit", value=content["unit"])
    yield from _label("", content)
    pots = content.get("pots", {"": None})
    if not isinstance(pots, Mapping):
        yield _form("", "pots", "mapping")
        return
    for name, entry in pots.items():
        if entry is not None or "pots" in content:
            yield from _pot(str(name), entry)


def _pot(name: str, entry: Any) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield _form(name, name, "mapping")
        return
    yield from _keys(name, entry, POT)
    yield from _label(name, entry)
    lists: tuple[tuple[str, Keys], ...] = (("lines", LINE), ("additions", ADDITION))
    for key, form in lists:
        items = entry.get(key, ())
        if not _is_list(items):
            yield _form(name, key, "list")
            continue
        for number, item in enumerate(items, 1):
            place = in_brackets(name, text("funds.line", number=number))
            yield from _part(place, item, form, key)
    if not _is_list(entry.get("accounts") or ()):
        yield _form(name, "accounts", "list")
    parts: tuple[tuple[str, Keys], ...] = (("spending", SPENDING), ("year_by", YEAR_BY))
    for key, form in parts:
        if key in entry:
            yield from _part(name, entry[key], form, key)


def _part(place: str, item: Any, form: Keys, key: str) -> Iterator[Fault]:
    """A line, an addition, the spending: its keys, and the numbers that `Funds` does not see."""
    if not isinstance(item, Mapping):
        yield _form(place, key, "mapping")
        return
    yield from _keys(place, item, form)
    yield from _label(place, item)
    if form is not LINE and "amount" in item and not _is_amount(item["amount"]):
        yield place, text("funds.fault.amount", value=item["amount"])
    for name in ("months", "suspended_from"):
        value = item.get(name, 1)
        if type(value) is not int or not 1 <= value <= MONTHS:
            yield place, text("funds.fault.part_month", name=name, value=value)
    if not isinstance(item.get("years", {}), Mapping):
        yield _form(place, "years", "mapping")


def _keys(place: str, item: Mapping[Any, Any], form: Keys) -> Iterator[Fault]:
    needed, allowed = form
    known = (*needed, *allowed)
    yield from ((place, text("funds.fault.missing", name=key)) for key in needed if key not in item)
    for key in item:
        if key not in known:
            yield place, text("funds.fault.extra", name=key, nearest=nearest(str(key), known))


def _label(place: str, item: Mapping[Any, Any]) -> Iterator[Fault]:
    label = item.get("label", "")
    in_both = isinstance(label, Mapping) and set(label) == set(LANGUAGES)
    if not isinstance(label, str) and not in_both:
        yield _form(place, "label", "label")


def _form(place: str, key: str, expected: str) -> Fault:
    return place, text("funds.fault.form", name=key or "—", expected=text(f"funds.form.{expected}"))


def _is_list(items: Any) -> bool:
    return isinstance(items, Sequence) and not isinstance(items, str)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
