"""A list of counties becomes jobs; what is wrong in it is told at once, before any people."""

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.report.run_input import job_of, listed_jobs

REFORM = FOLDER / "reforms" / "example-county-rural-670.yaml"


def list_of(folder, words):
    path = folder / "counties.csv"
    path.write_text(words, encoding="utf-8")
    return path


def test_rows_become_jobs_with_paths_beside_the_list(tmp_path):
    (tmp_path / "d1").mkdir()
    (tmp_path / "reform.yaml").write_bytes(REFORM.read_bytes())
    rows = (
        "名称,政策预设,政策日期,数据,方案\n"
        "甲县,example-county,2025-01-01,d1,reform.yaml\n"
        "乙县,,,d1,edge.ratio=1.4; dibao.standard.urban=+5%\n丙县,,,d1,\n"
    )
    given = {"law": "example-county", "changes": ["edge.ratio=2"]}
    jobs = listed_jobs(list_of(tmp_path, rows), given, keep=False)
    assert [job.name for job in jobs] == ["甲县", "乙县", "丙县"]
    assert {job.data for job in jobs} == {str(tmp_path / "d1")}
    assert [dict(job.changes) for job in jobs] == [
        {"dibao.standard.rural": 670},
        {"edge.ratio": 1.4, "dibao.standard.urban": 819.0},
        {"edge.ratio": 2.0},
    ]
    assert jobs[0].title
    assert jobs[1].title == ""
    assert not any(job.keep for job in jobs)


def test_all_faults_of_all_rows_are_told_with_their_county(tmp_path):
    (tmp_path / "d").mkdir()
    rows = (
        "name,law,at,data,changes\n甲县,exmple-county,,d,\n乙县,example-county,2025-13-01,d,\n"
        "丙县,example-county,,d,dibao.standrad.rural=600\n丁县,example-county,,,\n戊县,,,d,\n"
        "己县,example-county,,d,none.yaml\n庚县,example-county,,nowhere,\n"
    )
    with pytest.raises(JZError) as caught:
        listed_jobs(list_of(tmp_path, rows), {})
    codes = ("JZ-E001", "JZ-E007", "JZ-E003", "JZ-E111", "JZ-E111", "JZ-E020", "JZ-E020")
    assert caught.value.codes == codes
    lines = str(caught.value).splitlines()
    for county, line in zip("甲乙丙丁戊己庚", lines, strict=True):
        assert f"{county}县" in line


def test_an_unknown_column_is_told_with_the_nearest(tmp_path):
    with pytest.raises(JZError, match=r"JZ-E043.*chnages.*changes"):
        listed_jobs(list_of(tmp_path, "name,data,chnages\n甲县,d,\n"), {})


def test_changes_count_from_what_the_reform_leaves(tmp_path):
    job = job_of("example-county", "", [str(REFORM), "dibao.standard.rural=+10"], str(tmp_path))
    assert dict(job.changes) == {"dibao.standard.rural": 680}
    assert job.title == ""


def test_a_roster_as_data_is_refused(tmp_path):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"")
    with pytest.raises(JZError, match="JZ-E047"):
        job_of("example-county", "", [], str(path))


def test_the_law_and_the_folder_are_told_together():
    with pytest.raises(JZError) as caught:
        job_of("exmple-county", "", [], "nowhere")
    assert caught.value.codes == ("JZ-E001", "JZ-E020")
