"""Findings: every code has its words, money is at stake once, sentences name no one."""

import re
import string
from pathlib import Path

import numpy as np
import pytest

from jiuzhu_sim.language import LANGUAGES, set_language
from jiuzhu_sim.roster import check as module
from jiuzhu_sim.roster.findings import LEVELS, Findings, catalogue
from tests.roster.typed import HEAD, MAN, WIFE, check

OF_LEVEL = {"1": "stop", "2": "doubt", "3": "hint"}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_has_a_level_and_words_in_both_languages(code):
    entry = catalogue()[code]
    assert entry["level"] == OF_LEVEL[code[1]]
    fields = []
    for name in LANGUAGES:
        parts = [entry[name]["what"], entry[name]["fix"]]
        assert all(part.strip() for part in parts)
        text = "".join(parts)
        fields.append({field for _, field, _, _ in string.Formatter().parse(text) if field})
    assert fields[0] == fields[1]
    assert re.search("[一-鿿]", entry["zh"]["what"])
    assert not re.search("[一-鿿]{3}", entry["en"]["what"])


def test_code_and_catalogue_name_the_same_codes():
    sources = Path(module.__file__).parent.glob("*.py")
    sources = [path for path in sources if path.name not in ("sample.py", "places.py")]
    told = {c for path in sources for c in re.findall(r'"(R[123]\d\d)"', path.read_text("utf-8"))}
    assert told == set(catalogue())


def made(*items):
    return Findings.of(
        [(code, "", row, "A", "x", "", house, money, {}) for code, row, house, money in items]
    )


def test_the_money_of_a_household_is_at_stake_once():
    findings = made(
        *(("R211", 2, "a", 300.0), ("R214", 2, "a", 200.0), ("R211", 3, "b", 100.0)),
        *(("R205", 4, "c", np.nan), ("R211", 5, "", 50.0), ("R101", 6, "d", np.nan)),
    )
    assert findings.money("doubt") == 450
    assert findings.money("stop") == 0
    assert [findings.count(level) for level in LEVELS] == [1, 5, 0]


def test_no_findings():
    empty = Findings.of([])
    assert len(empty) == len(empty.frame()) == 0
    assert empty.money("stop") == 0
    assert list(empty.frame().columns) == [
        *("level", "code", "sheet", "row", "column", "header", "value", "household"),
        *("money_m", "what", "fix"),
    ]


def test_stops_come_first_then_the_order_of_the_file(tmp_path):
    block = f"""
        户主姓名|身份证号|人口|乡镇2|月保障金
        张三|{HEAD}|1||600元
        李四|{MAN}|2||三百
        王五|{WIFE}|||500
        """
    frame = check(tmp_path, block).findings.frame()
    assert frame["code"].tolist() == ["R106", "R113", "R306", "R304"]
    assert frame["row"].tolist() == [3, 4, 1, 2]


def test_names_in_a_wrong_column_are_masked_too(tmp_path):
    block = f"""
        姓名|身份证号|与户主关系|月保障金|乡镇
        张三丰|{HEAD}|户主|{MAN}|东
        李四|{WIFE}|张三丰||东
        """
    frame = check(tmp_path, block).findings.frame()
    shown = dict(zip(frame["code"], frame["value"], strict=True))
    assert shown["R112"] == "张*"
    assert shown["R120"] == "*" * 16 + MAN[-2:]
    assert "张三丰" not in " ".join(frame["what"]) + " ".join(frame["fix"])


def test_sentences_in_the_language_in_use(tmp_path):
    findings = check(tmp_path, f"户主姓名|身份证号|人口\n张三|{HEAD}|0").findings
    assert findings.what[0].startswith("人数应为1至30的整数")
    set_language("en")
    assert findings.what[0].startswith("A number of persons is whole")
    assert not re.search("[一-鿿]", findings.fix[0])
