"""Two lists linked: the workbook, and the command that writes it."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.casework.matching.damage import damaged_registers
from jiuzhu_sim.casework.matching.linkage import link
from jiuzhu_sim.language import LANGUAGES, speaking
from jiuzhu_sim.report.links import link_forms
from jiuzhu_sim.roster.sheet import open_sheets

PERSONS = 400
HEADS = {"name": "姓名", "id": "身份证号", "birth": "出生日期", "sex": "性别", "village": "村"}


@pytest.fixture(scope="module")
def both():
    return damaged_registers(PERSONS, seed=3)


@pytest.fixture(scope="module")
def links(both):
    return link(both.left, both.right, seed=1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_pair_stands_once_with_its_reason(links, lang):
    with speaking(lang):
        accepted, review, thresholds = link_forms(links)
    assert len(accepted.rows) == len(links.accepted())
    assert len(review.rows) == len(links.for_review())
    assert all(row[3] for row in (*accepted.rows, *review.rows))
    assert [row[1] for row in thresholds.rows] == sorted(
        (row[1] for row in thresholds.rows), reverse=True
    )


def files(both, folder):
    for side in ("left", "right"):
        frame = getattr(both, side).rename(columns=HEADS)
        frame[list(HEADS.values())].to_csv(folder / f"{side}.csv", index=False)
    return [str(folder / f"{side}.csv") for side in ("left", "right")]


def test_the_command_writes_rows_and_no_names(both, tmp_path, capsys):
    out = tmp_path / "links.xlsx"
    code = cli.main(["link", *files(both, tmp_path), "--out", str(out), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == (cli.FINDINGS if told["review"] else cli.DONE)
    assert told["accepted"] > 0.9 * len(both.truth)
    names = {*both.left["name"], *both.left["id"], *both.right["id"]} - {""}
    cells = {str(cell) for sheet in open_sheets(out).sheets for row in sheet.rows for cell in row}
    assert not names & cells


def test_a_list_without_names_is_refused(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("村,金额\n一村,3\n", encoding="utf-8")
    out = tmp_path / "links.xlsx"
    assert cli.main(["link", str(path), str(path), "--out", str(out)]) == cli.REFUSED
    assert "JZ-E07" in capsys.readouterr().err
    assert not out.exists()
