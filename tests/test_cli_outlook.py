"""The commands `solve` and `forecast`: what they print, write and refuse."""

import json

import pytest

from jiuzhu_sim.cli import main
from jiuzhu_sim.policy import read_reform

PEOPLE = ("--households", "200", "--seed", "1")
QUICK = (*PEOPLE, "--draws", "200", "--runs", "6")
RURAL = ("--param", "dibao.standard.rural")


def told(capsys, *words):
    code = main(list(words))
    seen = capsys.readouterr()
    return code, seen.out, seen.err


@pytest.fixture(scope="module")
def need():
    """The certain need of the small county, yuan: what budgets are set by."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["forecast", *PEOPLE, "--certain", "--json"]) == 0
    return json.loads(out.getvalue())


def test_forecast_adds_up_and_is_one_number_where_all_is_certain(need):
    assert need["certain"] is True
    assert need["need_yuan"]["p10"] == need["need_yuan"]["p90"]
    total = need["need_yuan"]["p50"]
    assert sum(each["p50"] for each in need["accounts"].values()) == pytest.approx(total, abs=0.01)
    assert sum(each["p50"] for each in need["by_month"].values()) == pytest.approx(total, abs=0.01)
    assert len(need["by_month"]) == 12


def test_solve_gives_value_proof_and_a_reform_file(capsys, tmp_path, need):
    out = tmp_path / "reform.yaml"
    budget = str(need["need_yuan"]["p50"] * 1.1)
    words = ("solve", *RURAL, "--budget", budget, *PEOPLE, "--certain", "--out", str(out))
    code, said, _ = told(capsys, *words)
    assert code == 0
    value = read_reform(out).changes["dibao.standard.rural"]
    assert value > 560
    assert f"农村低保标准 {value} 元/人·月" in said
    assert "验证" in said
    assert "合成" in said
    code, again, _ = told(capsys, *words, "--json")
    found = json.loads(again)
    assert found["values"] == {"dibao.standard.rural": value}
    assert found["next_values"] == {"dibao.standard.rural": value + 1}
    assert found["probability"] == 0
    assert found["next"]["probability"] == 1
    assert found["need_mean_yuan"] <= found["budget"] < found["next"]["need_mean_yuan"]


def test_solve_with_uncertainty_gives_errors_and_is_the_same_again(capsys, need):
    words = ("solve", *RURAL, "--budget", str(need["need_yuan"]["p50"]), *QUICK, "--risk", "0.3")
    code, first, _ = told(capsys, *words, "--json")
    found = json.loads(first)
    assert code == 0
    assert found["probability"] <= 0.3 < found["next"]["probability"]
    assert found["error"] > 0
    again = json.loads(told(capsys, *words, "--json")[1])
    del found["seconds"], again["seconds"]
    assert found == again


def test_impossible_says_how_much_is_missing_and_ends_with_1(capsys, tmp_path):
    out = tmp_path / "none.yaml"
    words = ("solve", *RURAL, "--budget", "1000", *PEOPLE, "--certain", "--out", str(out))
    code, said, _ = told(capsys, *words)
    assert code == 1
    assert "不够" in said
    assert "还差" in said
    assert not out.exists()


def test_both_standards_in_english(capsys, need):
    words = ["solve", *RURAL, "--param", "dibao.standard.urban", "--rule", "same_amount"]
    words += ["--budget", str(need["need_yuan"]["p50"] * 1.2), *PEOPLE, "--certain", "--step", "5"]
    code, said, _ = told(capsys, *words, "--lang", "en")
    assert code == 0
    assert "The same amount for each" in said
    assert "Proof:" in said


def test_forecast_with_a_budget_and_drivers(capsys, need):
    budget = str(need["need_yuan"]["p50"])
    code, said, _ = told(capsys, "forecast", *QUICK, "--budget", budget, "--drivers")
    assert code == 0
    assert "出现缺口的概率" in said
    assert "80%区间" in said
    assert "够用到" in said
    code, said, _ = told(capsys, "forecast", *QUICK, "--budget", budget, "--drivers", "--json")
    found = json.loads(said)
    assert 0 < found["probability"] < 1
    assert {"tornado", "sobol"} <= set(found)


def test_a_budget_file_of_a_place(capsys):
    code, said, _ = told(capsys, "forecast", *PEOPLE, "--certain", "--budget", "example-county")
    assert code == 0
    assert "资金" in said


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--budget", "-5", *RURAL), ["JZ-E032"]),
        (("--budget", "1", *RURAL, "--risk", "1.5"), ["JZ-E032"]),
        (("--budget", "1", "--param", "dibao.standard.rurla"), ["JZ-E003"]),
        (("--budget", "1", "--param", "dibao.benefit_form"), ["JZ-E091"]),
        (("--budget", "1", "--param", "reading.single_person_base"), ["JZ-E091"]),
        (("--budget", "1", *RURAL, "--low", "600", "--high", "500"), ["JZ-E032"]),
        (("--budget", "1", *RURAL, "--draws", "many"), ["JZ-E032"]),
        (("--budget", "nowhere", *RURAL), ["JZ-E060"]),
        (("--budget", "1"), ["JZ-E061"]),
        (
            ("--budget", "-1", "--param", "no.such", "--risk", "0", "--low", "2", "--high", "1"),
            ["JZ-E003", "JZ-E032", "JZ-E032", "JZ-E032"],
        ),
    ],
)
def test_bad_input_is_told_at_once_before_anything_is_computed(capsys, monkeypatch, words, codes):
    monkeypatch.setattr("jiuzhu_sim.cli.outlook._people", lambda *_: pytest.fail("too late"))
    code, said, err = told(capsys, "solve", *words)
    assert code == 2
    assert said == ""
    assert sorted(line[1:8] for line in err.strip().splitlines()) == codes


def test_a_forecast_refuses_as_well(capsys):
    code, _, err = told(capsys, "forecast", "--budget", "-1", "--runs", "x")
    assert code == 2
    assert err.count("JZ-E032") == 2
