"""The report on a checked roster: what was read, what is wrong, how much money it touches."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import in_brackets, listed, text, texts, unit_label
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.table import row_label
from jiuzhu_sim.policy import Policy, load_policy
from jiuzhu_sim.report import roster_charts as charts
from jiuzhu_sim.report import roster_tables as tables
from jiuzhu_sim.report.roster_files import write_roster
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.roster import Roster, check_roster
from jiuzhu_sim.roster.amounts import INCOME_UNITS
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.places import townships
from jiuzhu_sim.roster.sample import AT, FILE, LAW, sample_roster

LIMITS = ("findings", "absent", "median", "hash")
SAMPLE_KEY = b"the sample has nobody to protect"
UNITS = {"元/月": "yuan/month", "元/年": "yuan/year", "万元/年": "10k_yuan/year"}
"""Units of income as officers write them."""


@dataclass(frozen=True)
class RosterReport(Report):
    """The report on a roster; `write` writes its lists and the cleaned people too."""

    roster: Roster
    policy: Policy | None
    min_cell: int

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write page, lists, cleaned people and profile; all or nothing (JZ-E040)."""
        return write_roster(self.roster, self.policy, self, folder)

    def summary(self) -> dict[str, Any]:
        """The counts of the check by name: rows, households, persons, findings, money."""
        read, people, findings = self.roster.read, self.roster.people, self.roster.findings
        money, dear = tables.stake(findings.frame())
        return {
            **{name: getattr(read, name) for name in ("file", "rows", "households", "set_aside")},
            "households_kept": people.households if people else 0,
            "persons_kept": people.persons if people else 0,
            **{level: findings.count(level) for level in tables.LEVELS},
            "stake_m": round(money, 2),
            "stake_households": dear,
        }

    def first(self, n: int) -> list[str]:
        """The first `n` findings that somebody has to look into, a sentence each."""
        found = self.roster.findings.frame()
        found = found[found["level"].isin(tables.TO_CHECK)].head(n)
        return [text("check.finding", **each) for each in map(_worded, found.to_dict("records"))]


def roster_of(parameters: Mapping[str, Any]) -> tuple[Roster, Policy | None]:
    """The roster that run parameters name, checked, and the policy it was held against.

    `data_path` (empty: the packaged sample), `law` (empty: none; for the sample its own), `at`,
    `sheet`, `encoding`, `unit_income`, `townships`, `key_path`. Raises JZ-E020 when the key file
    is not there, JZ-E060 for an unknown unit, and what `load_policy` and `check_roster` raise.

    >>> roster, policy = roster_of({"data_path": ""})
    >>> roster.read.households, policy.place
    (180, 'example-county')
    """
    given = {name: value for name, value in parameters.items() if value}
    path = given.get("data_path") or sample_roster()
    is_sample = path == sample_roster()
    law = given.get("law") or (LAW if is_sample else "")
    at = given.get("at") or (AT.isoformat() if is_sample else None)
    policy = load_policy(law, None if "@" in law else at) if law else None
    unit = given.get("unit_income", "auto")
    if unit not in (*UNITS, *INCOME_UNITS):
        raise JZError.unknown(text("word.income_unit"), unit, (*UNITS, *INCOME_UNITS))
    key = key_of(given.get("key_path", "")) or (SAMPLE_KEY if is_sample else None)
    roster = check_roster(
        path,
        policy=policy,
        sheet=given.get("sheet", ""),
        encoding=given.get("encoding", "auto"),
        income_unit=UNITS.get(unit, unit),
        townships=tuple(given.get("townships", ())),
        key=key,
        at=at,
    )
    return roster, policy


def key_of(path: str) -> bytes | None:
    """The key in a file; None where no file is named. Raises JZ-E020."""
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as fault:
        raise JZError.of("JZ-E020", path=path) from fault


def roster_report(
    roster: Roster, policy: Policy | None = None, min_cell: int = MIN_N
) -> RosterReport:
    """Put a checked `roster` into a report; computes nothing.

    `policy`: the law it was checked by, if any; townships and income bands of fewer than `min_cell`
    households are hidden.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.roster.sample import sample_roster
    >>> policy = jz.load_policy("example-county")
    >>> roster = jz.check_roster(sample_roster(), policy=policy, key=b"a key for the example")
    >>> [section.key for section in jz.roster_report(roster, policy).sections]
    ['answer', 'read', 'fields', 'findings', 'townships', 'incomes', 'limits']
    """
    found = tables.located(roster)
    made = (
        _answer(roster, policy, found),
        _read(roster),
        _fields(roster),
        _findings(found),
        _townships(roster, found, min_cell),
        _incomes(roster, policy, min_cell),
        _limits(),
    )
    title = text("roster.title", file=roster.read.file)
    sections = tuple(section for section in made if section is not None)
    return RosterReport(title, text("file.findings"), sections, roster, policy, min_cell)


def _section(key: str, sentences: list[str], blocks: list[Any]) -> Section:
    shown = tuple(block for block in blocks if block is not None)
    return Section(key, text(f"roster.section.{key}"), tuple(sentences), shown)


def _worded(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding with its level in the language in use."""
    return {**finding, "level": text(f"level.{finding['level']}")}


# --- the answer ----------------------------------------------------------------------------
def _answer(roster: Roster, policy: Policy | None, found: pd.DataFrame) -> Section:
    money, dear = tables.stake(found)
    levels = [f"{roster.findings.count(level):,}" for level in tables.LEVELS]
    read, persons = roster.read, roster.people.persons if roster.people else 0
    households = in_brackets(f"{read.households:,}", f"{read.set_aside:,}")
    numbers = (
        (f"{read.rows:,}", text("roster.card.rows")),
        (households, text("roster.card.households")),
        (f"{persons:,}", text("roster.card.persons")),
        (" / ".join(levels), text("roster.card.findings")),
        (f"{money:,.2f}", text("roster.card.stake", n=f"{dear:,}")),
    )
    cards = Cards(numbers, _stamps(roster, policy))
    return _section("answer", _sentences(roster, policy, money, dear), [cards])


def _sentences(roster: Roster, policy: Policy | None, money: float, dear: int) -> list[str]:
    """What came out, in a few sentences: for the top of the page and for the screen."""
    kept, stops = roster.people, roster.findings.count("stop")
    doubts, aside = roster.findings.count("doubt"), roster.read.set_aside
    made = []
    if kept is None:
        made.append(text("roster.said.nobody"))
    elif not stops + doubts:
        counts = {"households": f"{kept.households:,}", "persons": f"{kept.persons:,}"}
        made.append(text("roster.said.clean", **counts))
    elif stops:
        counts = {"stops": f"{stops:,}", "aside": f"{aside:,}", "kept": f"{kept.households:,}"}
        made.append(text("roster.said.stops", **counts))
    if doubts:
        stake = {"money": f"{money:,.2f}", "households": f"{dear:,}"}
        made.append(text("roster.said.doubts", n=f"{doubts:,}", **stake))
    lines = tables.standards(policy)
    if policy is not None and lines:
        unit = unit_label("yuan/person-month")
        shown = (f"{row_label('area', area)} {line:,g} {unit}" for area, line in lines.items())
        law = {"policy": policy.title, "at": policy.at, "standards": listed(shown)}
        made.append(text("roster.said.law", **law))
    return [*made, text("roster.said.at", at=roster.read.at), *roster.notes]


def _stamps(roster: Roster, policy: Policy | None) -> tuple[str, ...]:
    """What every reader must know before anything else."""
    found = [text("roster.stamp.masked")]
    if roster.read.file == FILE.name:
        found.append(text("roster.stamp.sample"))
    if policy is not None and policy.illustrative:
        found.append(text("stamp.illustrative"))
    return tuple(found)


# --- what was read -------------------------------------------------------------------------
def _read(roster: Roster) -> Section:
    """How the file was read, item by item; items the texts do not name are left out."""
    read = asdict(roster.read)
    for name in ("sheets", "header_rows"):
        read[name] = listed(part for part in read[name] if part)
    for name in ("kind", "one_row_a"):
        read[name] = text(f"roster.read.{name}.{read[name]}")
    rows = tuple(
        (text(f"roster.read.{name}"), f"{value:,}" if isinstance(value, int) else str(value))
        for name, value in read.items()
        if f"roster.read.{name}" in texts() and value != ""
    )
    heads = (text("roster.item"), text("roster.value"))
    return _section("read", [], [Listing(text("roster.read.title"), heads, rows)])


def _fields(roster: Roster) -> Section:
    findings = roster.findings
    unused = dict.fromkeys(findings.header[findings.code == tables.NOT_USED])
    known = {
        head: _title(name) for head, name in roster.fields.items() if name and head not in unused
    }
    made = [text("roster.fields.known", known=len(known))]
    if unused:
        made.append(text("roster.fields.unused", n=len(unused), headers=listed(unused)))
    filled = roster.people.about["filled"] if roster.people else ()
    titles = [column(name).title for name in filled if name in columns()]
    if titles:
        made.append(text("roster.fields.filled", columns=listed(titles)))
    heads = (text("roster.head.header"), text("roster.understood"))
    listing = Listing(text("roster.fields.title"), heads, tuple(known.items()))
    return _section("fields", made, [listing, charts.blank_strip(tables.blanks(roster))])


def _title(name: str) -> str:
    """What a column of the dictionary, or a field of rosters, is called."""
    return column(name).title if name in columns() else fields()[name].title


# --- what was found ------------------------------------------------------------------------
def _findings(found: pd.DataFrame) -> Section:
    if found.empty:
        return _section("findings", [text("roster.said.nothing")], [])
    table = tables.by_code(found)
    return _section("findings", [], [charts.findings_by_kind(table), table])


def _townships(roster: Roster, found: pd.DataFrame, min_cell: int) -> Section | None:
    if not any(townships(roster).values()):
        return None
    return _section("townships", [], [tables.by_township(roster, found, min_cell)])


def _incomes(roster: Roster, policy: Policy | None, min_cell: int) -> Section | None:
    if roster.people is None:
        return None
    table, lines = tables.incomes(roster.people, policy, min_cell), tables.standards(policy)
    return _section("incomes", [], [charts.income_histogram(table, lines)])


def _limits() -> Section:
    said = tuple(text(f"roster.limit.{name}") for name in LIMITS)
    return Section("limits", text("section.limits"), said)
