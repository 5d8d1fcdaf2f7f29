"""Many counties, one report each: the list of them, which are done, and the page that sums them up.

A list is a table with a county a row: `name` for its folder, and parameters, here of the notebook
of the annual report. A county is done when its folder holds a record with the same key, and every
file as it was written: so a batch that was stopped goes on where it stood.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import LANGUAGES, listed, pick, speaking, text
from jiuzhu_sim.law.load import region_names
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import recipe_names
from jiuzhu_sim.reading import is_file, is_folder
from jiuzhu_sim.report.notebook import Parameter, notebook_path, parameters_of
from jiuzhu_sim.report.record import (
    RECORD,
    WHERE_AND_WHEN,
    file_digest,
    given_digests,
    versions,
)
from jiuzhu_sim.report.scenarios import policy_of
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.roster.sheet import open_sheets, written

NOTEBOOK = "11_annual_report"
NAME = "name"
KEY, ANSWER, GATE = "key", "answer", "gate"
UNSAFE = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|^[.~-]|[. ]$'
    r"|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)",
    re.IGNORECASE,
)
"""What cannot stand in the name of a folder on one system or another, or is not seen in it."""

SUMMARIES = ("counties", "province")
"""Pages and workbooks on all counties, by what their names are called."""

OWN_FOLDERS = ("households", "parts")
"""Folders that a run on one place writes: a county of that name would be taken for it."""

LONGEST = 60
"""Most characters of such a name: paths have an end."""

SHOWN = (
    Statistic("households", "households"),
    Statistic("persons", "persons"),
    Statistic("cost_y", "10k yuan/year"),
    Statistic("mean_benefit_m", "yuan/person-month"),
)
YUAN_IN_10K = 10_000
HEADS = ("county", "law", "data", "state", "gate", "why")


@dataclass(frozen=True)
class County:
    """A county of a batch: the folder of its report, and the parameters that were given."""

    name: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a county: ``done``, ``kept`` (done before) or ``failed``, and why."""

    county: County
    state: str
    reason: str = ""


def packaged_counties() -> tuple[County, ...]:
    """The places that come with people of their own.

    >>> "s42-county-2013" in [county.name for county in packaged_counties()]
    True
    """
    own = sorted(set(region_names()) & set(recipe_names()))
    return tuple(County(place, {"law": place, "year": load_policy(place).at.year}) for place in own)


def read_counties(path: str | Path) -> tuple[County, ...]:
    """The counties of a list (xlsx or csv), a row each; empty cells leave the usual value.

    Heads are names of parameters, or the words before the unit in their explanation (报告年度).
    Paths are looked for beside the list first. Raises what `open_sheets` raises and, all at once,
    JZ-E043 (no such parameter), E044 (wrong value), E111 (a name that is missing, taken or cannot
    be a folder; no row at all).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counties.csv"
    ...     _ = path.write_text("name,law,year\\n示例,example-county,2025\\n", encoding="utf-8")
    ...     read_counties(path)
    (County(name='示例', given={'law': 'example-county', 'year': 2025}),)
    """
    return read_list(path, parameters_of(notebook_path(NOTEBOOK)))


def read_list(path: str | Path, known: Mapping[str, Parameter]) -> tuple[County, ...]:
    """The same for a list whose other columns are the parameters `known`, by name."""
    path, problems = Path(path), Problems()
    source = open_sheets(path)
    rows = [[written(cell).strip() for cell in row] for row in source.sheets[0].rows]
    places_of = _columns(rows[0] if rows else [], known, source.name, problems)
    if NAME not in places_of:
        problems.add("JZ-E111", source.name, reason=text("counties.no_name"))
    problems.raise_if_any()
    found: dict[str, County] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        where = text("counties.row", file=source.name, row=number)
        name = row[places_of[NAME]]
        alike = unicodedata.normalize("NFC", name).casefold()
        if fault := _name_fault(name, alike, found):
            problems.add("JZ-E111", where, reason=text(f"counties.{fault}", name=name))
        given = _values(row, places_of, known, path.parent, where, problems)
        found[alike] = County(name, given)
    if not found:
        problems.add("JZ-E111", source.name, reason=text("counties.no_row"))
    problems.raise_if_any()
    return tuple(found.values())


def _columns(
    heads: Sequence[str], known: Mapping[str, Parameter], file: str, problems: Problems
) -> dict[str, int]:
    """Where each parameter stands, by its name or the first words of its explanation."""
    spoken = {re.split(r"[：，/,\[{]", each.help)[0].strip(): each.name for each in known.values()}
    spoken |= {name: name for name in known} | {NAME: NAME, text("counties.name"): NAME}
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        if head and head not in spoken:
            problems.add("JZ-E043", file, name=head, nearest=nearest(head, spoken))
        elif head and spoken[head] in found:
            problems.add("JZ-E111", file, reason=text("counties.twice", name=head))
        elif head:
            found[spoken[head]] = place
    return found


def _name_fault(name: str, alike: str, taken: Mapping[str, Any]) -> str:
    """What is wrong with the name of a folder; "" if nothing. `alike`: what no two may share."""
    if not name:
        return "unnamed"
    if alike in taken:
        return "taken"
    if alike in _reserved():
        return "reserved"
    return "unsafe" if UNSAFE.search(name) or len(name) > LONGEST else ""


@cache
def _reserved() -> frozenset[str]:
    """Names of what lies beside the folders of the counties, in every language."""
    pages = [f"file.{kind}_{form}" for kind in SUMMARIES for form in ("page", "book")]
    found = {RECORD, *OWN_FOLDERS}
    for lang in LANGUAGES:
        with speaking(lang):
            found |= {text(key) for key in pages}
    return frozenset(name.casefold() for name in found)


def _values(
    row: Sequence[str],
    places_of: Mapping[str, int],
    known: Mapping[str, Parameter],
    folder: Path,
    where: str,
    problems: Problems,
) -> dict[str, Any]:
    """The parameters of a row in their types; a path beside the list is taken from there."""
    found: dict[str, Any] = {}
    for name, place in places_of.items():
        cell = row[place] if place < len(row) else ""
        if name == NAME or not cell:
            continue
        parameter = known[name]
        found[name] = parameter.read(cell)
        if not parameter.fits(found[name]):
            wrong = {"name": name, "value": cell, "expected": parameter.expected}
            problems.add("JZ-E044", where, **wrong)
        elif parameter.type == "str":
            found[name] = ";".join(_beside(folder, each) for each in cell.split(";"))
    return found


def _beside(folder: Path, name: str) -> str:
    """The path of a file that lies beside the list; else the name as it is."""
    if not name.strip():
        return ""
    beside = folder / name.strip()
    return str(beside) if is_file(beside) or is_folder(beside) else name


def key_of(values: Mapping[str, Any]) -> str:
    """What a report depends on, as a digest: parameters, law, the files they name, the notebook,
    versions. A date that was not given is not part of it.

    >>> key_of({"law": "example-county"}) == key_of({"law": "example-county", "out_dir": "x"})
    True
    """
    kept = {name: value for name, value in values.items() if name not in WHERE_AND_WHEN}
    if values.get("dated"):
        kept["dated"] = values["dated"]
    files: dict[str, Any] = {
        name: _content(Path(value))
        for name, value in kept.items()
        if isinstance(value, str) and value and (is_file(value) or is_folder(value))
    }
    files |= given_digests(kept)
    policy, notebook = policy_of(values), file_digest(notebook_path(NOTEBOOK))
    made = [kept, files, policy.digest(), notebook, versions()]
    said = json.dumps(made, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _content(path: Path) -> list[tuple[str, str]]:
    """Names and digests of a file, or of all files in a folder."""
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    return [(each.name, file_digest(each)) for each in files]


def is_done(folder: Path, key: str) -> bool:
    """Whether a folder holds the report of this key, every file as it was written."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        same = record[KEY] == key and record["outputs"]
        return bool(same) and all(
            file_digest(folder / name) == digest for name, digest in record["outputs"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def summary(outcomes: Sequence[Outcome], out: Path) -> Report:
    """The counties of a batch side by side: what each report answers, and which could not be made.

    Laws and years differ, so nothing is added up.
    """
    made = [each for each in outcomes if each.state != "failed"]
    failed = [each for each in outcomes if each.state == "failed"]
    counts = [(len(outcomes), "all"), (len(made), "made"), (len(failed), "failed")]
    cards = Cards(tuple((str(n), text(f"counties.card.{key}")) for n, key in counts))
    said = [text("counties.said", n=len(outcomes), made=len(made), failed=len(failed))]
    blocks: list[Any] = [cards, _states(outcomes, out)]
    if made:
        blocks.insert(1, _answers(made, out))
    section = Section("answer", text("section.counties"), tuple(said), tuple(blocks))
    report = Report(text("counties.title"), text("file.counties_book"), (section,))
    marked = sum(bool(_marks(_record(out / each.county.name))) for each in made)
    return report.stamped(text("counties.stamp", n=marked) if marked else "")


def _marks(record: Mapping[str, Any]) -> list[str]:
    """What a reader must know of a county's numbers: synthetic people, an illustrative law."""
    is_synthetic = record["people"].get("about", {}).get("source") == "synthetic"
    marks = [text("counties.data.synthetic")] if is_synthetic else []
    if load_policy(record["law"]["place"], record["law"]["at"]).illustrative:
        marks.append(text("mark.illustrative"))
    return marks


def _answers(made: Sequence[Outcome], out: Path) -> Table:
    """One row a county: the numbers that its report puts first."""
    records = [_record(out / each.county.name) for each in made]
    values = [
        [float(record[ANSWER].get(stat.name, np.nan)) for stat in SHOWN] for record in records
    ]
    filled = np.array(values, np.float64).reshape(len(made), len(SHOWN))
    filled[:, [stat.unit == "10k yuan/year" for stat in SHOWN]] /= YUAN_IN_10K
    none = np.full(filled.shape, np.nan)
    rows = tuple((each.county.name,) for each in made)
    n = np.array([record["people"]["households"] for record in records], np.int64)
    notes = ("note.counties",)
    return Table("counties", ("county",), rows, SHOWN, filled, none, none, n, "figure", notes)


def _states(outcomes: Sequence[Outcome], out: Path) -> Listing:
    heads = tuple(text(f"counties.head.{key}") for key in HEADS)
    return Listing(
        text("counties.states"),
        heads,
        tuple(_state(each, out / each.county.name) for each in outcomes),
    )


def _state(outcome: Outcome, folder: Path) -> tuple[str, ...]:
    """A row of the list: what law and date, what data, made or not, reconciled or not, why not."""
    state = text(f"counties.state.{outcome.state}")
    if outcome.state == "failed":
        return (
            outcome.county.name,
            str(outcome.county.given.get("law", "")),
            "—",
            state,
            "—",
            outcome.reason,
        )
    record = _record(folder)
    law = load_policy(record["law"]["place"], record["law"]["at"])
    gate = record[ANSWER].get(GATE, "")
    said = text(f"counties.gate.{gate}") if gate else "—"
    marks = _marks(record)
    whose = [] if text("counties.data.synthetic") in marks else [text("counties.data.own")]
    data = listed([*whose, *marks])
    return outcome.county.name, f"{pick(law.label)} {law.at}", data, state, said, ""


def _record(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise JZError.of("JZ-E021", str(folder / RECORD), reason=str(fault)) from fault
    return found
