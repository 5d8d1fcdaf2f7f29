"""The register of systems: what the documents want done, and where the product does it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from jiuzhu_sim.language import pick, read_yaml
from jiuzhu_sim.law.load import FOLDER, clauses

PLACES = ("rules", "months", "casework", "assessment", "outlook", "targets")
"""Where a system may live: the household rules, or a part that works on their results."""


@dataclass(frozen=True)
class System:
    """One system of the documents (A1–A48).

    `where` is one of `PLACES`. `clauses` are spelled out from `written`, with its ranges. `rules`
    are the household rules that compute it, `files` the other files of the package that do; with
    neither, its place is stated and nothing of it is computed. `since` is the date of the first
    national rule, None where only local documents have it.
    """

    number: str
    label: Mapping[str, str]
    where: str
    written: tuple[str, ...]
    clauses: tuple[str, ...]
    rules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    since: datetime.date | None = None
    note: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        return pick(self.label)

    @property
    def is_computed(self) -> bool:
        return bool(self.rules)


@cache
def register() -> tuple[System, ...]:
    """Every system, in the order of its number.

    >>> len(register()), register()[0].title
    (48, '补差')
    """
    content = read_yaml(FOLDER / "register.yaml")
    return tuple(
        System(
            number=number,
            label=entry["label"],
            where=entry["where"],
            written=tuple(entry["clauses"]),
            clauses=tuple(dict.fromkeys(_listed(entry["clauses"]))),
            rules=tuple(entry.get("rules", ())),
            files=tuple(entry.get("files", ())),
            since=entry.get("since"),
            note=entry.get("note"),
        )
        for number, entry in content.items()
    )


def _listed(written: Iterable[str]) -> Iterable[str]:
    """Clause ids written one by one, as a range (S1.1.5-S1.1.10), or as a section (S1.2)."""
    known = clauses()
    for item in written:
        first, _, last = item.partition("-")
        stem, _, number = first.rpartition(".")
        if last:
            end = int(last.rpartition(".")[2])
            yield from (f"{stem}.{k}" for k in range(int(number), end + 1))
        elif item in known:
            yield item
        else:
            yield from (clause for clause in known if clause.startswith(f"{item}."))
