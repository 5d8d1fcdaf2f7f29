"""`jiuzhu run` over people in parts and over many counties, end to end."""

import json
import shutil
from functools import partial

import pyarrow.parquet as pq
import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.population import write_synthetic

RAISED = ["--set", "dibao.standard.rural=+10%"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two hundred households in five parts."""
    folder = tmp_path_factory.mktemp("parts") / "people"
    write_synthetic("example-county", 200, seed=1, out=folder, partition=40)
    return folder


@pytest.fixture
def people(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "people")


def run(data, out=None, *more):
    words = ["run", "--law", "example-county", "--data", str(data), *more]
    return cli.main([*words, "--out", str(out)] if out else words)


def content(capsys):
    return json.loads(capsys.readouterr().out)


def test_parts_give_the_numbers_of_all_the_people_in_memory(whole, tmp_path, capsys):
    from jiuzhu_sim.population import read_people, write_people

    write_people(read_people(whole), tmp_path / "one")
    assert run(tmp_path / "one", None, "--json") == cli.DONE
    in_memory = content(capsys)["caseload"]
    assert run(whole, None, "--json") == cli.DONE
    by_parts = content(capsys)
    assert by_parts["caseload"] == in_memory
    assert (by_parts["parts"], by_parts["households"]) == (5, 200)
    assert "out" not in by_parts


def test_a_run_writes_page_workbook_record_and_parts_and_is_verified(people, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(people, out, *RAISED) == cli.DONE
    shown = capsys.readouterr()
    assert "现行与方案对照" in shown.out
    assert "5/5" in shown.err
    names = {path.name for path in out.iterdir()}
    assert names == {"运行结果.html", "运行结果.xlsx", "run.json", "households", "parts"}
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["kind"] == "parts"
    assert record["jobs"][0]["changes"] == {"dibao.standard.rural": 616.0}
    assert set(record["jobs"][0]["inputs"]) == {"0", "1", "2", "3", "4"}
    columns = pq.read_schema(out / "households" / "part-00000.parquet").names
    assert {"benefit_m_hh_base", "benefit_m_hh_new"} <= set(columns)
    assert cli.main(["verify", str(out)]) == cli.DONE
    (out / "households" / "part-00003.parquet").write_bytes(b"")
    capsys.readouterr()
    assert cli.main(["verify", str(out)]) == cli.FINDINGS
    assert "不一致　households/（5个文件）（part-00003.parquet）" in capsys.readouterr().out


def test_verify_notices_changed_people_and_people_that_are_gone(people, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(people, out) == cli.DONE
    write_synthetic("example-county", 200, seed=2, out=people, partition=40)
    capsys.readouterr()
    assert cli.main(["verify", str(out)]) == cli.FINDINGS
    shown = capsys.readouterr().out
    assert "不一致　数据文件" in shown
    assert "不一致　逐户结果" in shown
    assert "一致　政策" in shown
    shutil.rmtree(people)
    assert cli.main(["verify", str(out)]) == cli.FINDINGS


def test_verify_in_another_language_is_the_same(people, tmp_path):
    out = tmp_path / "out"
    assert run(people, out, *RAISED) == cli.DONE
    assert cli.main(["verify", str(out), "--lang", "en"]) == cli.DONE
    cli.main(["doctor", "--lang", "zh"])


def test_a_corrupt_part_is_named_the_rest_done_and_mended_only_it_is_done(
    people, whole, tmp_path, capsys
):
    out, part = tmp_path / "out", "persons/part-00002.parquet"
    (people / part).write_bytes(b"junk")
    assert run(people, out, "--json") == cli.FINDINGS
    made = content(capsys)
    assert [each["part"] for each in made["failed"]] == ["part-00002.parquet"]
    assert made["failed"][0]["problems"][0]["code"] == "JZ-E021"
    assert made["households"] == 160
    assert "缺1份" in (out / "运行结果.html").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    shutil.copy2(whole / part, people / part)
    capsys.readouterr()
    assert run(people, out, "--json") == cli.DONE
    made = content(capsys)
    assert (made["resumed"], made["households"], made["failed"]) == (4, 200, [])
    assert "缺1份" not in (out / "运行结果.html").read_text(encoding="utf-8")


def test_where_nothing_can_be_computed_the_run_is_refused(people, tmp_path, capsys):
    for path in (people / "persons").iterdir():
        path.write_bytes(b"junk")
    assert run(people, tmp_path / "out") == cli.REFUSED
    assert "JZ-E021" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["people"]


def test_results_by_household_are_left_out_when_asked(people, tmp_path):
    out = tmp_path / "out"
    assert run(people, out, "--no-households", "--workers", "1") == cli.DONE
    assert not (out / "households").exists()
    assert (out / "parts").is_dir()


def test_ctrl_c_keeps_what_is_done_and_says_so(people, tmp_path, capsys, monkeypatch):
    from jiuzhu_sim.cli import run as command

    def stop(self, progress):
        if progress.done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(command.Teller, "__call__", stop)
    assert run(people, tmp_path / "out", "--workers", "1") == cli.REFUSED
    assert "会接着算" in capsys.readouterr().err
    monkeypatch.undo()
    assert run(people, tmp_path / "out", "--json") == cli.DONE
    assert content(capsys)["resumed"] >= 2


# --- many counties -------------------------------------------------------------------------
def counties(folder, people, rows):
    path = folder / "counties.csv"
    lines = ["name,law,data,changes", *(row.format(data=people) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_every_county_has_its_folder_and_all_are_summed_up(people, tmp_path, capsys):
    rows = ["甲县,example-county,{data},dibao.standard.rural=+10%", "乙县,example-county,{data},"]
    path, out = counties(tmp_path, people, rows), tmp_path / "out"
    assert cli.main(["run", "--all", path, "--out", str(out), "--json"]) == cli.DONE
    made = content(capsys)
    assert [each["county"] for each in made["counties"]] == ["甲县", "乙县"]
    assert ["change" in each for each in made["counties"]] == [True, False]
    assert {path.name for path in out.iterdir()} == {
        "甲县", "乙县", "run.json", "各县运行汇总.html", "各县运行汇总.xlsx",
    }  # fmt: skip
    assert (out / "甲县" / "运行结果.html").is_file()
    assert cli.main(["verify", str(out)]) == cli.DONE


def test_a_bad_part_of_one_county_stops_no_other(people, whole, tmp_path, capsys):
    (people / "households" / "part-00004.parquet").write_bytes(b"junk")
    rows = [f"甲县,example-county,{whole},", "乙县,example-county,{data},"]
    path, out = counties(tmp_path, people, rows), tmp_path / "out"
    assert cli.main(["run", "--all", path, "--out", str(out)]) == cli.FINDINGS
    shown = capsys.readouterr().out
    assert "乙县" in shown.splitlines()[1]
    assert "缺1份" in shown
    assert "part-00004.parquet" in shown
    assert "合计不全：1个县有缺" in (out / "各县运行汇总.html").read_text(encoding="utf-8")


# --- what is refused before work starts ----------------------------------------------------
@pytest.mark.parametrize(
    ("more", "code", "hint"),
    [
        (["--workers", "abc"], "JZ-E032", "abc"),
        (["--workers", "0"], "JZ-E032", "1, 2, 3"),
        (["--workers", "-1"], "JZ-E032", "-1"),
        (["--households", "5"], "JZ-E061", "--households"),
        (["--scheduler", "tcp://127.0.0.1:1"], "JZ-E061", "--out"),
        (["--law", "exampel-county"], "JZ-E001", "example-county"),
        (["--set", "dibao.standrad.rural=1"], "JZ-E003", "dibao.standard.rural"),
        (["--reform", "none.yaml"], "JZ-E020", "none.yaml"),
        (["--data", "./nowhere", "--workers", "1"], "JZ-E020", "nowhere"),
        (["--data", "example-county", "--workers", "1"], "JZ-E061", "--workers"),
        (["--all", "none.csv"], "JZ-E061", "--data"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refused_in_one_sentence(more, code, hint, lang, whole, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(whole, None, *more, "--lang", lang) == cli.REFUSED
    shown = capsys.readouterr().err
    assert f"[{code}]" in shown
    assert hint in shown
    assert len(shown.strip().splitlines()) == 1
    assert "Traceback" not in shown
    assert not list(tmp_path.iterdir())


def test_mixed_schemas_are_refused_before_work(people, tmp_path, capsys):
    path = people / "persons" / "part-00001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop(["wage_m"]), path)
    assert run(people, tmp_path / "out") == cli.REFUSED
    shown = capsys.readouterr().err
    assert "JZ-E103" in shown
    assert [each.name for each in tmp_path.iterdir()] == ["people"]


def test_an_unreachable_scheduler_is_refused_before_work(people, tmp_path, capsys, monkeypatch):
    pytest.importorskip("distributed")
    from jiuzhu_sim.batch import cluster

    monkeypatch.setattr(cluster, "Cluster", partial(cluster.Cluster, timeout=1.0))
    out = tmp_path / "out"
    assert run(people, out, "--scheduler", "tcp://127.0.0.1:1") == cli.REFUSED
    shown = capsys.readouterr().err
    assert "JZ-E109" in shown
    assert "tcp://127.0.0.1:1" in shown
    assert not out.exists()


def test_a_list_needs_a_place_and_says_what_does_not_go_with_it(tmp_path, capsys):
    path = counties(tmp_path, "d", ["甲县,example-county,{data},"])
    assert cli.main(["run", "--all", path]) == cli.REFUSED
    assert "--out" in capsys.readouterr().err
    words = ["run", "--all", path, "--out", str(tmp_path / "o"), "--seed", "1"]
    assert cli.main(words) == cli.REFUSED
    assert "--seed" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
