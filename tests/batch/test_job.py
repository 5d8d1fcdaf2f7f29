"""A job says in plain values what is computed; what changes results changes its digest."""

import pickle
from dataclasses import replace

import pytest

from jiuzhu_sim.batch import Job
from jiuzhu_sim.batch import job as module
from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import WANTED
from jiuzhu_sim.errors import JZError

RURAL = "dibao.standard.rural"


@pytest.fixture
def job():
    return Job.of("example-county", "2025-01-01", {RURAL: "+10%"}, "people")


def test_changes_are_written_out_and_the_folder_is_absolute(job):
    assert job.changes == ((RURAL, 616.0),)
    assert job.data.startswith("/")
    assert job.at == "2025-01-01"


def test_the_date_may_stand_in_the_name_of_the_law():
    assert Job.of("example-county@2025-06-01", None, {}, "p").at == "2025-06-01"


def test_a_job_travels_and_is_the_same_there(job):
    there = pickle.loads(pickle.dumps(job))
    assert there == job
    assert there.digest() == job.digest()
    assert there.policies[1][RURAL] == 616.0


def test_without_changes_there_is_one_law(job):
    alone = Job.of("example-county", None, {}, "people")
    assert alone.policies[1] is None
    assert not alone.compares
    assert job.compares


def test_a_change_to_the_present_value_is_none():
    assert Job.of("example-county", None, {RURAL: 560}, "p").changes == ()


def test_a_reform_has_its_own_name(job):
    assert replace(job, title="农村标准616元").policies[1].title == "农村标准616元"


@pytest.mark.parametrize(
    "other",
    [
        {"at": "2025-07-01"},
        {"changes": ((RURAL, 620.0),)},
        {"changes": ()},
        {"data": "/elsewhere"},
        {"keep": False},
    ],
)
def test_what_changes_results_changes_the_digest(job, other):
    assert replace(job, **other).digest() != job.digest()


@pytest.mark.parametrize("other", [{"name": "东山县"}, {"title": "Raise"}])
def test_what_the_folder_and_the_reform_are_called_does_not(job, other):
    assert replace(job, **other).digest() == job.digest()


def test_another_version_of_a_package_does(job, monkeypatch):
    before = job.digest()
    module._digest.cache_clear()
    monkeypatch.setattr(module, "version", lambda package: "0.0")
    assert job.digest() != before
    module._digest.cache_clear()


def test_another_program_does(job, monkeypatch):
    before = job.digest()
    module._digest.cache_clear()
    monkeypatch.setattr(module, "_program", lambda: "edited")
    assert job.digest() != before
    module._digest.cache_clear()


def test_everything_written_is_wanted(job):
    assert job.wanted[: len(WANTED)] == WANTED
    assert {name for measure in job.measures for name in measure.needed} <= set(job.wanted)


def test_only_columns_that_a_law_reads_are_read(job):
    read = job.columns(columns())
    assert {"area", "age", "weight"} <= read
    assert "phone" not in read
    assert read < set(columns())


def test_missing_columns_of_both_laws_are_told_once(job):
    with pytest.raises(JZError) as refused:
        job.columns(["weight"])
    told = [problem.values["name"] for problem in refused.value.problems]
    assert "area" in told
    assert len(told) == len(set(told))


def test_unknown_parameters_are_refused_at_once():
    with pytest.raises(JZError, match="JZ-E003"):
        Job.of("example-county", None, {"dibao.standrad.rural": 1}, "p")
