"""The command line: exit codes, one sentence for each refusal, nothing half-written."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.language import set_language
from jiuzhu_sim.law.load import region_names
from tests.roster.small import write_roster_csv


@pytest.fixture(autouse=True)
def _chinese():
    yield
    set_language("zh")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    words = ["synth", "example-county", "--households", "500", "--seed", "1", "--out", str(folder)]
    assert cli.main(words) == cli.DONE
    return folder


REFUSALS = [
    (["rnu"], "JZ-E060", "run"),
    (["run", "--lwa", "example-county"], "JZ-E061", "--law"),
    (["run"], "JZ-E061", "--law"),
    (["run", "--law", "exampel-county"], "JZ-E001", "example-county"),
    (["run", "--law", "example-county@2024-01-01"], "JZ-E009", "2025-01-01"),
    (["run", "--law", "example-county@20250101x"], "JZ-E007", "2025-01-01"),
    (
        ["run", "--law", "example-county", "--set", "dibao.standrad.rural=600"],
        "JZ-E003",
        "dibao.standard.rural",
    ),
    (["run", "--law", "example-county", "--set", "dibao.standard.rural=60000"], "JZ-E004", "5000"),
    (["run", "--law", "example-county", "--set", "dibao.standard.rural"], "JZ-E061", "path=value"),
    (["run", "--law", "example-county", "--reform", "none.yaml"], "JZ-E020", "none.yaml"),
    (["run", "--law", "example-county", "--data", "./nowhere"], "JZ-E020", "nowhere"),
    (["run", "--law", "example-county", "--data", "exmple-county"], "JZ-E050", "example-county"),
    (["run", "--law", "example-county", "--households", "many"], "JZ-E032", "many"),
    (["explain", "--household", "777777", "--households", "300"], "JZ-E029", "300"),
    (["synth", "exampel-county", "--out", "x"], "JZ-E050", "example-county"),
    (["verify", "."], "JZ-E041", "run.json"),
    (["report", "anual", "--out", "x"], "JZ-E060", "annual"),
    (["report", "annual", "--out", "x", "--param", "yaer=2013"], "JZ-E043", "year"),
    (["report", "annual", "--out", "x", "--year", "1913"], "JZ-E044", "2000"),
    (["report", "annual", "--out", "x", "--set", "edge.rato=2"], "JZ-E003", "edge.ratio"),
    (["check", "nowhere.xlsx", "--out", "x"], "JZ-E020", "nowhere.xlsx"),
    (["check", "--out", "x", "--law", "exampel-county"], "JZ-E001", "example-county"),
    (["check", "--out", "x", "--sheet", "花名"], "JZ-E074", "花名册"),
    (["check", "--out", "x", "--income-unit", "元/周"], "JZ-E060", "元/月"),
    (["check", "--out", "x", "--key", "nowhere"], "JZ-E020", "nowhere"),
    (["check", "--out", "x", "--at", "soon"], "JZ-E007", "2025-01-01"),
    (["check"], "JZ-E061", "--out"),
    (["post", "--out", "x.xlsx"], "JZ-E061", "file"),
]


@pytest.mark.parametrize(("words", "code", "hint"), REFUSALS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refused_in_one_sentence(words, code, hint, lang, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main([*words, "--lang", lang]) == cli.REFUSED
    shown = capsys.readouterr().err
    assert f"[{code}]" in shown
    assert hint in shown
    assert "Traceback" not in shown
    assert ("怎么改" if lang == "zh" else "To fix") in shown
    assert not list(tmp_path.iterdir()), "a refused command leaves nothing behind"


def test_run_writes_results_and_record_and_verify_confirms(county, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["run", "--law", "example-county", "--data", str(county), "--out", str(out)]
    assert cli.main([*words, "--set", "dibao.standard.rural=+10%"]) == cli.DONE
    assert {path.name for path in out.iterdir()} == {"households.parquet", "run.json"}
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["law"]["changed"] == {"dibao.standard.rural": 616.0}
    assert cli.main(["verify", str(out)]) == cli.DONE
    (out / "households.parquet").write_bytes(b"")
    capsys.readouterr()
    assert cli.main(["verify", str(out)]) == cli.FINDINGS
    assert "不一致　households.parquet" in capsys.readouterr().out


def test_verify_notices_a_changed_input(county, tmp_path, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    cli.main(["synth", "example-county", "--households", "300", "--seed", "1", "--out", str(data)])
    cli.main(["run", "--law", "example-county", "--data", str(data), "--out", str(out)])
    cli.main(["synth", "example-county", "--households", "300", "--seed", "2", "--out", str(data)])
    capsys.readouterr()
    assert cli.main(["verify", str(out)]) == cli.FINDINGS
    shown = capsys.readouterr().out
    assert "不一致　人口" in shown
    assert "不一致　逐户结果" in shown
    assert "一致　政策" in shown


def spoil(folder, **changes):
    """The county's tables with something wrong, in another folder."""
    for name in ("persons", "households"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        for column, value in changes.get(name, {}).items():
            if value is None:
                table = table.drop(columns=column)
            else:
                table.loc[3, column] = value
        table.to_parquet(folder / f"{name}.parquet", index=False)


@pytest.mark.parametrize(
    ("changes", "code", "hint"),
    [
        ({"persons": {"wage_m": None}}, "JZ-E011", "wage_m"),
        ({"households": {"savings": None}}, "JZ-E011", "金融资产条件符合"),
        ({"persons": {"wage_m": float("nan")}}, "JZ-E022", "行：4"),
        ({"persons": {"wage_m": -5.0}}, "JZ-E023", "-5"),
        ({"persons": {"household_id": 999_999}}, "JZ-E024", "999999"),
        ({"households": {"area": "town"}}, "JZ-E027", "urban, rural"),
    ],
)
def test_bad_data_is_refused_with_its_place_and_nothing_is_written(
    changes, code, hint, tmp_path, capsys
):
    data, out = tmp_path / "data", tmp_path / "out"
    cli.main(["synth", "example-county", "--households", "200", "--seed", "1", "--out", str(data)])
    spoil(data, **changes)
    words = ["run", "--law", "example-county", "--data", str(data), "--out", str(out)]
    assert cli.main(words) == cli.REFUSED
    shown = capsys.readouterr().err
    assert f"[{code}]" in shown
    assert hint in shown
    assert not out.exists()


def test_a_report_refuses_bad_data_in_the_same_words(tmp_path, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    cli.main(["synth", "example-county", "--households", "200", "--seed", "1", "--out", str(data)])
    spoil(data, persons={"wage_m": None})
    words = ["report", "annual", "--law", "example-county", "--data", str(data), "--json"]
    assert cli.main([*words, "--out", str(out)]) == cli.REFUSED
    shown = capsys.readouterr().err
    assert "[JZ-E011]" in shown
    assert "wage_m" in shown
    assert "JZ-E045" not in shown
    assert not out.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_all_problems_of_a_table_are_told_at_once(tmp_path, capsys):
    data = tmp_path / "data"
    cli.main(["synth", "example-county", "--households", "200", "--seed", "1", "--out", str(data)])
    spoil(data, persons={"wage_m": -5.0, "age": 200.0, "household_id": 999_999})
    assert cli.main(["run", "--law", "example-county", "--data", str(data)]) == cli.REFUSED
    shown = capsys.readouterr().err
    assert shown.count("[JZ-E023]") == 2
    assert shown.count("[JZ-E024]") == 1


@pytest.fixture
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_bytes(b"a key that is only for these tests")
    return str(path)


def test_check_lists_the_findings_and_says_what_to_do(tmp_path, key, capsys):
    out = tmp_path / "out"
    words = ["check", "--key", key, "--out", str(out)]
    assert cli.main(words) == cli.FINDINGS
    shown = capsys.readouterr().out
    assert "花名册 第17行 H列" in shown
    assert "问题清单.xlsx" in shown
    assert "下一步" in shown
    assert cli.main([*words, "--json"]) == cli.FINDINGS
    content = json.loads(capsys.readouterr().out)
    assert (content["stop"], content["households"]) == (10, 180)
    assert set(content["files"]) == {path.name for path in out.iterdir()}
    run = ["run", "--law", "example-county", "--data", str(out), "--json"]
    assert cli.main(run) == cli.DONE


def test_check_of_a_clean_roster_is_done(tmp_path, key, capsys):
    path = write_roster_csv(tmp_path / "roster.csv", [{} for _ in range(6)])
    words = ["check", str(path), "--key", key, "--at", "2025-06-30", "--out", str(tmp_path / "out")]
    assert cli.main(words) == cli.DONE
    assert "没有阻断，也没有疑点" in capsys.readouterr().out


def test_a_pdf_under_another_name_is_refused_in_one_sentence(tmp_path, key, capsys):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"%PDF-1.7 ...")
    assert cli.main(["check", str(path), "--key", key, "--out", str(tmp_path / "out")]) == 2
    assert "PDF" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_post_says_that_the_list_holds_names(tmp_path, capsys):
    path = write_roster_csv(tmp_path / "roster.csv", [{} for _ in range(6)])
    out = tmp_path / "posting.xlsx"
    assert cli.main(["post", str(path), "--at", "2025-06-30", "--out", str(out)]) == cli.DONE
    assert "含有姓名" in capsys.readouterr().out
    assert out.exists()


def test_post_refuses_stops_unless_told(tmp_path, capsys):
    rows = [{}, {"身份证号码": "1"}]
    path, out = write_roster_csv(tmp_path / "roster.csv", rows), tmp_path / "posting.xlsx"
    words = ["post", str(path), "--at", "2025-06-30", "--out", str(out)]
    assert cli.main(words) == cli.REFUSED
    assert "JZ-E080" in capsys.readouterr().err
    assert not out.exists()
    assert cli.main([*words, "--anyway", "--json"]) == cli.FINDINGS
    assert json.loads(capsys.readouterr().out)["set_aside"] == 1


@pytest.mark.parametrize("command", list(cli.COMMANDS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_has_help(command, lang, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help", "--lang", lang])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_json_is_for_machines(county, capsys):
    assert cli.main(["run", "--law", "example-county", "--data", str(county), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["caseload"][-1]["城乡"] == "合计"
    assert cli.main(["explain", "--household", "7", "--data", str(county), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["household"] == "7"


def test_law_lists_parameters_with_sources_and_the_order_of_rules(capsys):
    assert cli.main(["law", "s42-county-2013"]) == cli.DONE
    shown = capsys.readouterr().out
    assert "2,434 元/人·年" in shown
    assert "全国平均" in shown
    assert "1. " in shown


def test_law_without_a_name_lists_the_presets(capsys):
    assert cli.main(["law", "--lang", "en"]) == cli.DONE
    assert "example-county　Example county" in capsys.readouterr().out.splitlines()
    assert cli.main(["law", "--json"]) == cli.DONE
    assert tuple(json.loads(capsys.readouterr().out)) == region_names()


def test_a_folder_that_cannot_be_written_is_refused_and_left_alone(county, tmp_path, capsys):
    blocked = tmp_path / "taken"
    blocked.write_text("mine", encoding="utf-8")
    words = ["run", "--law", "example-county", "--data", str(county), "--out", str(blocked)]
    assert cli.main(words) == cli.REFUSED
    assert "JZ-E040" in capsys.readouterr().err
    assert blocked.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [blocked]


def test_the_unexpected_goes_to_the_log(monkeypatch, capsys):
    def broken(_):
        raise RuntimeError("disk on fire")

    monkeypatch.setitem(cli.COMMANDS, "doctor", broken)
    assert cli.main(["doctor"]) == cli.REFUSED
    shown = capsys.readouterr().err
    assert "JZ-E099" in shown
    assert "Traceback" not in shown
    log = shown.split("日志 ")[1].split("，")[0]
    with open(log, encoding="utf-8") as stream:
        assert "disk on fire" in stream.read()


def test_language_and_form_may_stand_before_the_command(capsys):
    for words in (["--lang", "en", "--json", "law"], ["law", "--lang", "en", "--json"]):
        place = words.index("law") + 1
        assert cli.main([*words[:place], "s43-county", *words[place:]]) == cli.DONE
        assert "dibao.standard.rural" in json.loads(capsys.readouterr().out)


def test_help_is_in_both_languages_and_imports_nothing_heavy():
    program = (
        "import sys; from jiuzhu_sim.cli import main; code = main(['--help']);"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'papermill'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    for lang, word in (("zh", "命令"), ("en", "commands")):
        shown = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "JIUZHU_LANG": lang, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        assert word in shown.stdout, shown.stderr


def test_of_a_great_many_problems_the_first_are_told_and_how_many_more(tmp_path, capsys):
    path = tmp_path / "counties.csv"
    path.write_text("name,year\n" + "".join(f"a{n},x\n" for n in range(250)), encoding="utf-8")
    words = ["report", "annual", "--all", str(path), "--out", str(tmp_path / "out")]
    assert cli.main(words) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 101
    assert "150" in said[-1]
