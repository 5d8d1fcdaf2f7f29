"""How each code of the catalogue comes about: a function for each.

They are called with an empty folder and pytest's monkeypatch and end in the JZError; `PROVOKERS`
lists them by code. They use the package as a user would, but for broken rules and missing
packages, which have to be made up.
"""

import json
import sys
import time
from dataclasses import replace

import numpy as np
import yaml

from jiuzhu_sim.assessment import compare, what_if
from jiuzhu_sim.engine import make_plan, simulate
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.outlook import standard_curve
from jiuzhu_sim.policy import load_policy, read_reform
from jiuzhu_sim.population import (
    calibrate,
    people_from_tables,
    read_people,
    synthesize,
    write_people,
)
from tests.errors.provoke_assessment import ASSESSMENT
from tests.errors.provoke_batch import BATCH
from tests.errors.provoke_casework import CASEWORK
from tests.errors.provoke_ledger import LEDGERS
from tests.errors.provoke_months import BY_MONTHS
from tests.errors.provoke_outlook import OUTLOOK
from tests.errors.provoke_package import PACKAGE
from tests.errors.provoke_roster import ROSTERS
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
REFORM = FOLDER / "reforms" / "example-county-rural-670.yaml"
PERSONS = {"household_id": [0, 0, 1], "age": [70, 66, 35], "wage_m": [0, 10.5, 20]}
HOMES = {"household_id": [0, 1], "area": ["rural", "urban"]}

PROVOKERS = LEDGERS | ROSTERS | BY_MONTHS | OUTLOOK | CASEWORK | ASSESSMENT | BATCH | PACKAGE


def provokes(code):
    """Enter a function in the table."""

    def enter(function):
        assert code not in PROVOKERS
        PROVOKERS[code] = function
        return function

    return enter


def random_people():
    return people_from_tables(*random_tables(0, 20, POLICY))


def with_rule(name, **changed):
    return replace(POLICY, rules={**POLICY.rules, name: replace(POLICY.rules[name], **changed)})


def tables(persons=None, homes=None):
    """Three persons in two households, with something changed."""
    return people_from_tables(PERSONS | (persons or {}), HOMES | (homes or {}))


def notebook(folder):
    """A notebook with one parameter, in a range."""
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["parameters"]},
        "outputs": [],
        "execution_count": None,
        "source": "seed: int = 1  # any [0, 9]",
    }
    path = folder / "made_up.ipynb"
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return path


# --- law and policy ------------------------------------------------------------------------
@provokes("JZ-E001")
def unknown_preset(*_):
    load_policy("exmaple-county")


@provokes("JZ-E002")
def file_that_does_not_fit(folder, _):
    path = folder / "reform.yaml"
    path.write_text(yaml.safe_dump({"author": "me"}), encoding="utf-8")
    read_reform(path)


@provokes("JZ-E003")
def unknown_parameter(*_):
    POLICY.change({"dibao.standrad.rural": 600})


@provokes("JZ-E004")
def parameter_out_of_range(*_):
    POLICY.change({"dibao.standard.rural": 6720})


@provokes("JZ-E005")
def parameter_of_another_type(*_):
    POLICY.change({"dibao.benefit_rounding": "floor"})


@provokes("JZ-E006")
def missing_standard(*_):
    values = {path: v for path, v in POLICY.values.items() if path != "dibao.standard.rural"}
    simulate(random_people(), replace(POLICY, values=values))


@provokes("JZ-E007")
def no_date(*_):
    load_policy("example-county", at="2025年")


@provokes("JZ-E008")
def reform_of_another_place(*_):
    read_reform(REFORM).apply(load_policy("s42-county-2013"))


@provokes("JZ-E009")
def before_the_law(*_):
    load_policy("example-county", at="2013-12-31")


# --- engine --------------------------------------------------------------------------------
@provokes("JZ-E010")
def unknown_result(*_):
    simulate(random_people(), POLICY, ["benefit_hh"])


@provokes("JZ-E011")
def missing_column(*_):
    simulate(tables(), POLICY)


@provokes("JZ-E012")
def rule_that_fails(*_):
    simulate(random_people(), with_rule("layer_hh", function=lambda *_: 1 / 0))


@provokes("JZ-E013")
def rule_that_gives_no_number(*_):
    simulate(random_people(), with_rule("counted_income_pc_m_hh", function=lambda x, _: x * np.nan))


@provokes("JZ-E015")
def rules_in_a_circle(*_):
    make_plan(with_rule("dibao_standard_m_hh", arguments=("edge_limit_m_hh",)))


@provokes("JZ-E030")
def results_of_other_people(*_):
    simulate(random_people(), POLICY, reuse=simulate(random_people(), POLICY))


# --- people --------------------------------------------------------------------------------
@provokes("JZ-E020")
def no_such_file(folder, _):
    read_people(folder)


@provokes("JZ-E021")
def file_that_cannot_be_read(folder, _):
    for name in ("persons", "households"):
        (folder / f"{name}.parquet").write_text("not Parquet", encoding="utf-8")
    read_people(folder)


@provokes("JZ-E022")
def blank_income(*_):
    tables({"wage_m": [0, np.nan, 20]})


@provokes("JZ-E023")
def negative_income(*_):
    tables({"wage_m": [0, -1, 20]})


@provokes("JZ-E024")
def person_without_household(*_):
    tables({"household_id": [0, 0, 7]})


@provokes("JZ-E025")
def household_without_person(*_):
    tables({"household_id": [0, 0, 0]})


@provokes("JZ-E026")
def household_twice(*_):
    tables({"household_id": [0, 0, 0]}, {"household_id": [0, 0]})


@provokes("JZ-E027")
def unknown_code(*_):
    tables(homes={"area": ["rural", "suburb"]})


@provokes("JZ-E028")
def words_for_a_number(*_):
    tables({"age": ["70", "sixty", "35"]})


@provokes("JZ-E029")
def unknown_household(*_):
    tables().position("7")


@provokes("JZ-E033")
def ragged(*_):
    tables(persons={"age": [70]})


@provokes("JZ-E034")
def one_column_twice(*_):
    tables(persons={"月工资": [1, 2, 3]})


@provokes("JZ-E040")
def folder_that_cannot_be_written(folder, _):
    (folder / "taken").write_text("a file stands here", encoding="utf-8")
    write_people(tables(), folder / "taken")


@provokes("JZ-E050")
def unknown_recipe(*_):
    synthesize("exmaple-county", households=10, seed=1)


@provokes("JZ-E032")
def half_a_household(*_):
    synthesize("example-county", households=0.5, seed=1)


@provokes("JZ-E052")
def totals_that_contradict_each_other(*_):
    calibrate(np.ones(2), {"a": np.ones(2), "b": np.ones(2)}, {"a": 2.0, "b": 3.0})


@provokes("JZ-E065")
def family_that_cannot_be(*_):
    from jiuzhu_sim.population.family import Family

    Family(n_members=2, n_covered=3)


@provokes("JZ-E066")
def list_of_families_without_a_column(folder, _):
    from jiuzhu_sim.roster.batch import read_batch

    (folder / "families.csv").write_text("城乡,家庭人口数,月薪资\n农村,2,900\n", encoding="utf-8")
    read_batch(folder / "families.csv")


# --- measures, reports, command line -------------------------------------------------------
@provokes("JZ-E031")
def unknown_group(*_):
    from jiuzhu_sim.measures import caseload

    caseload(simulate(random_people(), POLICY), ("age",), weight="weight")


@provokes("JZ-E047")
def roster_given_for_people(folder, _):
    from jiuzhu_sim.assessment import people_of

    (folder / "花名册.xlsx").write_bytes(b"")
    people_of(str(folder / "花名册.xlsx"), POLICY, 10, 1)


@provokes("JZ-E041")
def folder_without_a_record(folder, _):
    from jiuzhu_sim.report.record import verify

    verify(folder)


@provokes("JZ-E043")
def unknown_notebook_parameter(folder, _):
    from jiuzhu_sim.report.notebook import checked_parameters

    checked_parameters(notebook(folder), {"sede": 1})


@provokes("JZ-E044")
def notebook_parameter_out_of_range(folder, _):
    from jiuzhu_sim.report.notebook import checked_parameters

    checked_parameters(notebook(folder), {"seed": 10})


@provokes("JZ-E045")
def notebook_that_fails(folder, patch):
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from jiuzhu_sim.report import notebook as module

    def fails(*_, **__):
        raise PapermillExecutionError(3, 2, "1 / 0", "ZeroDivisionError", "division by zero", [])

    patch.setattr(papermill, "execute_notebook", fails)
    patch.setattr(module, "notebook_path", lambda _: notebook(folder))
    module.run_notebook("made_up", {}, folder / "executed.ipynb", progress=False)


@provokes("JZ-E046")
def package_that_is_not_installed(folder, patch):
    from jiuzhu_sim.report import notebook as module

    patch.setitem(sys.modules, "papermill", None)
    patch.setattr(module, "notebook_path", lambda _: notebook(folder))
    module.run_notebook("made_up", {}, folder / "executed.ipynb", progress=False)


def told_by_the_command_line(patch, *words):
    """What `jiuzhu` would have printed, as the error it is."""
    from jiuzhu_sim import cli

    def told(refused):
        raise refused

    patch.setattr(cli, "_tell", told)
    cli.main(words)


@provokes("JZ-E060")
def unknown_command(_, patch):
    told_by_the_command_line(patch, "reprot")


@provokes("JZ-E061")
def command_that_lacks_a_word(_, patch):
    told_by_the_command_line(patch, "verify")


@provokes("JZ-E062")
def curve_of_a_law_with_tiers(*_):
    standard_curve(random_people(), POLICY.change({"dibao.benefit_form": "tiers"}), "rural")


@provokes("JZ-E063")
def shares_that_make_more_than_everything(*_):
    shares = {"funding.central_share": 0.8, "funding.province_share": 0.3}
    what_if(random_people(), POLICY, POLICY.change(shares))


@provokes("JZ-E064")
def too_many_scenarios_side_by_side(*_):
    compare(random_people(), POLICY, [POLICY] * 5)


@provokes("JZ-E067")
def port_that_is_none(*_):
    from jiuzhu_sim.explorer.application.server import Server

    Server(None, 99999)


@provokes("JZ-E068")
def computing_process_that_keeps_dying(*_):
    from jiuzhu_sim.explorer.application.worker import Setup, Worker

    worker = Worker(Setup("a@2025-01-01", {}, "", 1, 1, "person"), target=print, restarts=0)
    worker.start()._keeper.join(0.01)
    while worker.status()["stage"] != "failed":
        time.sleep(0.01)
    worker.ask({})


@provokes("JZ-E099")
def surprise(folder, patch):
    from jiuzhu_sim import cli

    patch.setitem(cli.COMMANDS, "law", lambda _: 1 / 0)
    patch.setattr("tempfile.tempdir", str(folder))
    told_by_the_command_line(patch, "law", "example-county")


@provokes("JZ-E121")
def more_than_the_memory_holds(_, patch):
    from jiuzhu_sim import cli

    patch.setitem(cli.COMMANDS, "law", lambda _: bytearray(2**62))
    told_by_the_command_line(patch, "law", "example-county")


@provokes("JZ-E081")
def sliders_of_a_page_that_cannot_be(tmp_path, monkeypatch):
    from jiuzhu_sim.explorer.page.build import checked_axes

    checked_axes(POLICY, ["edge.ratio=1.6:2"])
