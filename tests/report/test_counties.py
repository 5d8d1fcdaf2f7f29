"""Many counties: the list is checked whole, what is done is kept, one that fails stops nobody."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jiuzhu_sim.cli import counties as command
from jiuzhu_sim.cli import main
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.counties import (
    County,
    Outcome,
    is_done,
    key_of,
    packaged_counties,
    read_counties,
    summary,
)
from jiuzhu_sim.report.record import RECORD, seal
from jiuzhu_sim.report.section import Listing

LAW = {"place": "example-county", "at": "2025-01-01"}
ANSWER = {"households": 10, "persons": 20, "cost_y": 123_456.0, "mean_benefit_m": 300.5, "gate": ""}


def list_of(folder, words):
    path = folder / "counties.csv"
    path.write_text(words, encoding="utf-8")
    return path


def made(kind, given, out, *, progress, more):
    """A report in place of the notebook's: a file and its record."""
    if given.get("seed") == 13:
        raise JZError.of("JZ-E045", name="11", cell=3, reason="no", log="log")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.txt").write_text(str(given))
    seal(folder, {"law": LAW, "people": {"households": 10}, "answer": ANSWER}, more)
    return ["report.txt"]


@pytest.fixture
def written(monkeypatch):
    """The names of the folders that were written, in order of their end."""
    names = []

    def noted(kind, given, out, **rest):
        names.append(Path(out).name)
        return made(kind, given, out, **rest)

    monkeypatch.setattr(command, "written_report", noted)
    return names


def test_a_list_is_read_with_its_types_and_paths_beside_it(tmp_path):
    (tmp_path / "日志.csv").write_text("")
    heads = "名称,政策预设,报告年度,log,seed\n"
    rows = f"{heads}甲县,example-county,2025,日志.csv,7\n,,,,\n乙县,s43-county,,,\n"
    first, second = read_counties(list_of(tmp_path, rows))
    log = str(tmp_path / "日志.csv")
    assert first == County("甲县", {"law": "example-county", "year": 2025, "log": log, "seed": 7})
    assert second == County("乙县", {"law": "s43-county"})


def test_all_faults_of_a_list_at_once(tmp_path):
    lines = ["甲,example-county,2025", "甲,example-county,abc", "../乙,example-county,1", ",x,2025"]
    rows = "\n".join(["name,law,year", *lines])
    with pytest.raises(JZError) as caught:
        read_counties(list_of(tmp_path, rows))
    said = str(caught.value)
    assert caught.value.codes == ("JZ-E111", "JZ-E044", "JZ-E111", "JZ-E044", "JZ-E111")
    assert [f"第{row}行" in said for row in (2, 3, 4, 5)] == [False, True, True, True]


@pytest.mark.parametrize("words", ["law,yaer\nexample-county,2025\n", "", "name,law\n"])
def test_a_list_that_is_none_is_refused(tmp_path, words):
    with pytest.raises(JZError, match=r"JZ-E111|JZ-E070"):
        read_counties(list_of(tmp_path, words))


def test_an_unknown_head_is_told_with_the_nearest(tmp_path):
    with pytest.raises(JZError, match=r"yaer.*year"):
        read_counties(list_of(tmp_path, "name,yaer\n甲,2025\n"))


def test_the_places_with_people_of_their_own_are_the_default():
    assert {"example-county", "s42-county-2013", "s43-county"} <= {
        county.name for county in packaged_counties()
    }


def test_the_key_follows_what_goes_in_and_nothing_else(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("a")
    values = {"law": "example-county", "log": str(log), "out_dir": "x", "dated": ""}
    key = key_of(values)
    assert key_of({**values, "out_dir": "y"}) == key
    assert key_of({**values, "dated": "2026-01-05"}) != key
    assert key_of({**values, "law": "s43-county"}) != key
    log.write_text("b")
    assert key_of(values) != key


def test_a_report_is_done_while_every_file_is_as_written(tmp_path):
    made("annual", {}, tmp_path / "a", progress=False, more={"key": "k"})
    folder = tmp_path / "a"
    assert is_done(folder, "k")
    assert not is_done(folder, "other")
    (folder / "report.txt").write_text("changed")
    assert not is_done(folder, "k")
    assert not is_done(tmp_path / "nothing", "k")
    for broken in ("", "[]", "{}", '{"key": "k", "outputs": []}'):
        (folder / RECORD).write_text(broken)
        assert not is_done(folder, "k")


def test_one_that_fails_stops_nobody_and_a_second_run_makes_only_what_is_left(
    tmp_path, written, capsys
):
    rows = "name,law,seed\n甲,example-county,1\n乙,example-county,13\n丙,example-county,3\n"
    path, out = list_of(tmp_path, rows), tmp_path / "out"
    words = ["report", "annual", "--all", str(path), "--out", str(out), "--json"]
    assert main(words) == 1
    said = json.loads(capsys.readouterr().out)
    assert [each["state"] for each in said["counties"]] == ["done", "failed", "done"]
    assert "JZ-E045" in said["counties"][1]["reason"]
    assert set(written) == {"甲", "乙", "丙"}
    assert {path.name for path in out.iterdir()} == {"甲", "丙", "各县汇总.html", "各县汇总.xlsx"}
    written.clear()
    path.write_text(rows.replace("13", "2"), encoding="utf-8")
    assert main(words) == 0
    assert written == ["乙"]
    said = json.loads(capsys.readouterr().out)
    assert [each["state"] for each in said["counties"]] == ["kept", "done", "kept"]


def test_faults_of_several_counties_are_told_before_the_first_is_begun(tmp_path, written, capsys):
    rows = "name,law\n甲,example-conty\n乙,example-county\n丙,s99\n"
    words = [
        "report",
        "annual",
        "--all",
        str(list_of(tmp_path, rows)),
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "甲" in said
    assert "丙" in said
    assert written == []
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "words", [["whatif", "--all"], ["annual", "--all", "--law", "example-county"]]
)
def test_what_does_not_go_with_a_batch_is_refused(words, tmp_path, capsys):
    assert main(["report", *words, "--out", str(tmp_path / "o")]) == 2
    assert "JZ-E061" in capsys.readouterr().err


def test_the_summary_shows_each_countys_own_numbers(tmp_path):
    made("annual", {}, tmp_path / "甲", progress=False, more={"key": "k"})
    outcomes = [
        Outcome(County("甲", {}), "done"),
        Outcome(County("乙", {"law": "x"}), "failed", "!"),
    ]
    report = summary(outcomes, tmp_path)
    (table,) = [block for block in report.sections[0].blocks if hasattr(block, "statistics")]
    assert table.show("cost_y", "甲") == "12.35"
    assert table.rows == (("甲",),)
    assert [row[2:] for row in report.all(Listing)[0].rows] == [
        ("自有；示例", "已完成", "—", ""),
        ("—", "未完成", "—", "!"),
    ]
    assert "1个县" in report.banner


def test_the_summary_says_whose_people_are_synthetic(tmp_path):
    made("annual", {}, tmp_path / "甲", progress=False, more={"key": "k"})
    about = {"households": 10, "about": {"source": "synthetic"}}
    seal(
        tmp_path / "甲", more={"law": {"place": "s43-county", "at": "2013-03-01"}, "people": about}
    )
    report = summary([Outcome(County("甲", {}), "done")], tmp_path)
    assert report.all(Listing)[0].rows[0][2] == "合成"
    assert report.banner


def test_several_files_in_one_cell_lie_beside_the_list_and_are_part_of_the_key(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    (county,) = read_counties(list_of(tmp_path, "name,verification\n甲,a.csv;b.csv\n"))
    assert county.given["verification"] == f"{tmp_path / 'a.csv'};{tmp_path / 'b.csv'}"
    values = {"law": "example-county", **county.given}
    key = key_of(values)
    (tmp_path / "b.csv").write_text("changed")
    assert key_of(values) != key


def test_a_fault_of_ours_in_one_county_does_not_stop_the_others(tmp_path, monkeypatch, capsys):
    def faulty(kind, given, out, **rest):
        return 1 / 0 if given.get("seed") == 13 else made(kind, given, out, **rest)

    monkeypatch.setattr(command, "written_report", faulty)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = "name,law,seed\n甲,example-county,13\n乙,example-county,2\n"
    words = ["report", "annual", "--all", str(list_of(tmp_path, rows)), "--json", "--out"]
    assert main([*words, str(tmp_path / "out")]) == 1
    first, second = json.loads(capsys.readouterr().out)["counties"]
    assert "JZ-E099" in first["reason"]
    assert second["state"] == "done"


def test_a_stopped_batch_ends_its_kernels_and_begins_no_further_county(tmp_path, monkeypatch):
    """A process that sleeps stands for a kernel; the report waits for it."""
    begun, noticed = [], threading.Event()

    def waits(county, folder):
        begun.append(county.name)
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as kernel:
            noticed.set()
            kernel.wait()
        return Outcome(county, "done")

    def stopped(futures):
        noticed.wait(30)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_one", waits)
    monkeypatch.setattr(command, "as_completed", stopped)
    monkeypatch.setattr(command, "SIDE_BY_SIDE", 1)
    monkeypatch.setattr(command.logging, "disable", lambda: None)
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        command._each([County("甲", {}), County("乙", {})], tmp_path)
    assert begun == ["甲"]
    assert time.perf_counter() - started < 30
