"""Every reader of a user's file, and a sound file for each to spoil."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jiuzhu_sim as jz
from jiuzhu_sim.assessment.indicators.returns_file import read_returns
from jiuzhu_sim.assessment.ledger import read_ledger
from jiuzhu_sim.assessment.performance.form import FOLDER as FORMS
from jiuzhu_sim.assessment.performance.form import load_form
from jiuzhu_sim.assessment.performance.target import FOLDER as TARGETS
from jiuzhu_sim.assessment.performance.target_file import targets
from jiuzhu_sim.assessment.scorecard.card import CARDS, load_card
from jiuzhu_sim.assumptions import read_assumptions
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.log.write import write_log
from jiuzhu_sim.casework.matching.lists import link_files
from jiuzhu_sim.casework.procedure.procedure import PROCEDURES, load_procedure
from jiuzhu_sim.casework.warnings.warnings import FILE as WARNINGS
from jiuzhu_sim.casework.warnings.warnings import load_warnings
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.law.load import FOLDER as LAW
from jiuzhu_sim.months.assumptions import FOLDER as MONTHS
from jiuzhu_sim.outlook.money.budget import BUDGETS, budget_of
from jiuzhu_sim.policy import read_reform
from jiuzhu_sim.population import read_people
from jiuzhu_sim.report.boundaries import read_boundaries
from jiuzhu_sim.report.counties import read_counties
from jiuzhu_sim.report.notebook import notebook_path, parameters_of
from jiuzhu_sim.report.tile_map import read_places
from jiuzhu_sim.roster.batch import read_batch
from jiuzhu_sim.roster.check import check_roster
from jiuzhu_sim.roster.posting import posting
from jiuzhu_sim.roster.sample import FILE as ROSTER

KEY = b"a key of the tests, no secret of anybody"
UNITS = ("东河乡", "西山镇")
"""Townships of the small lists below."""

ROWS = (
    "户主姓名,身份证号,户籍地址,人口,保障类别,城乡,月保障金,乡镇,家庭月收入\r\n"
    "张三,11010519491231002X,东河乡一村,1,A,农村,300,东河乡,100\r\n"
    "李四,110105194912310038,西山镇二村,2,B,农村,500,西山镇,0\r\n"
)
EVENTS = [
    {
        "programme": "dibao",
        "township": "东河乡",
        "events": [
            {"kind": "accept", "at": "2025-01-06"},
            {"kind": "visit", "at": "2025-01-10"},
            {"kind": "decide", "at": "2025-01-20"},
        ],
    }
]
RING = [[110.0, 30.0], [110.1, 30.0], [110.1, 30.1], [110.0, 30.0]]


@dataclass(frozen=True)
class Reader:
    """A reader by name, the ending its files have, and sound content of such a file."""

    name: str
    ending: str
    read: Callable[[Path], object]
    content: bytes

    @property
    def is_sheet(self):
        return self.ending in (".csv", ".xlsx")

    @property
    def is_yaml(self):
        return self.ending == ".yaml"


def whole_reform(path):
    reform = read_reform(path)
    return reform.apply(jz.load_policy(reform.baseline))


def whole_roster(path):
    found = check_roster(path, policy=jz.load_policy("example-county"), key=KEY)
    return found.people.persons if found.people else 0


def parameter_words(path):
    """A line a word ``name=value``, as `--param` and `--set` take them."""
    from jiuzhu_sim.report.notebook import checked_parameters
    from jiuzhu_sim.report.scenarios import parse_changes

    given = path.read_bytes().decode("utf-8", "surrogateescape").split("\n--\n")
    changes, words = given[0].split("\n"), given[-1].split("\n")
    notebook = notebook_path("11_annual_report")
    known = list(parameters_of(notebook))
    problems = Problems()
    for made in (
        lambda: jz.load_policy("example-county").change(parse_changes(changes)),
        lambda: checked_parameters(notebook, dict(zip(known, words, strict=False))),
    ):
        try:
            made()
        except JZError as refused:
            problems += refused.problems
    problems.raise_if_any()


def boundaries(path):
    return read_boundaries(path, UNITS, "GS(2025)1234号")


def _geojson():
    features = [
        {
            "type": "Feature",
            "properties": {"name": unit},
            "geometry": {"type": "Polygon", "coordinates": [RING]},
        }
        for unit in UNITS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _log(folder, name):
    return write_log(log_of(EVENTS), folder / name).read_bytes()


def _first(folder, names="*.yaml"):
    return min(folder.glob(names), key=lambda path: path.stat().st_size).read_bytes()


@cache
def readers(folder: Path) -> dict[str, Reader]:
    """All readers by name; `folder` is used for files that have to be written first."""
    returns = "乡镇,指标,符合数,样本数\n东河乡,群众满意率,55,60\n"
    ledger = "城乡,户数,全年支出（万元）\n农村,120,61.5\n"
    places = "乡镇,行,列\n东河乡,1,2\n西山镇,1,1\n"
    counties = "name,law,year\n示例,example-county,2025\n"
    batch = "编号,人口,城乡,工资性收入（元/月）,残疾人数\n1,3,农村,500,0\n2,1,城镇,0,1\n"
    words = "dibao.standard.rural=670\nedge.ratio=+10%\n--\nexample-county\n\n\n2000\n1\n\n2025"
    made = (
        Reader("roster", ".csv", whole_roster, ROWS.encode()),
        Reader("roster_book", ".xlsx", whole_roster, ROSTER.read_bytes()),
        Reader("posting", ".csv", posting, ROWS.encode("gb18030")),
        Reader("link", ".csv", lambda path: link_files(path, path), ROWS.encode()),
        Reader("log", ".csv", lambda path: read_log(path, key=KEY), _log(folder, "a.csv")),
        Reader("log_book", ".xlsx", lambda path: read_log(path, key=KEY), _log(folder, "a.xlsx")),
        Reader("ledger", ".csv", read_ledger, ledger.encode()),
        Reader("batch", ".csv", read_batch, batch.encode()),
        Reader("returns", ".csv", read_returns, returns.encode()),
        Reader("places", ".csv", lambda path: read_places(path, UNITS), places.encode()),
        Reader("counties", ".csv", read_counties, counties.encode()),
        Reader("reform", ".yaml", whole_reform, _first(LAW / "reforms")),
        Reader("card", ".yaml", load_card, _first(CARDS)),
        Reader("budget", ".yaml", budget_of, _first(BUDGETS)),
        Reader("procedure", ".yaml", load_procedure, _first(PROCEDURES)),
        Reader("warnings", ".yaml", load_warnings, WARNINGS.read_bytes()),
        Reader("form", ".yaml", load_form, _first(FORMS)),
        Reader("targets", ".yaml", targets, _first(TARGETS)),
        Reader("assumptions", ".yaml", read_assumptions, _first(MONTHS, "life*.yaml")),
        Reader("boundaries", ".geojson", boundaries, _geojson().encode()),
        Reader("words", ".txt", parameter_words, words.encode()),
    )
    return {reader.name: reader for reader in made}


def people_files(folder: Path) -> tuple[bytes, bytes]:
    """The two files of a folder of people: persons and households."""
    from jiuzhu_sim.population import write_people

    write_people(jz.synthesize("example-county", 20, 1), folder / "sound")
    sound = folder / "sound"
    return tuple((sound / f"{name}.parquet").read_bytes() for name in ("persons", "households"))


def spoilt_people(folder: Path, persons: bytes, households: bytes, dice: random.Random):
    """Read people of which one file is spoilt, and compute with them if they can be read."""
    from tests.robustness.hostile import spoilt

    is_persons = dice.random() < 0.5
    (folder / "persons.parquet").write_bytes(spoilt(persons, dice) if is_persons else persons)
    (folder / "households.parquet").write_bytes(
        households if is_persons else spoilt(households, dice)
    )

    def read():
        people = read_people(folder)
        jz.simulate(people, jz.load_policy("example-county"))

    return read
