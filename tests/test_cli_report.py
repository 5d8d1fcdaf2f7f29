"""`jiuzhu report KIND`: what cannot be people is refused before a kernel starts."""

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.report import notebook


@pytest.mark.parametrize(
    ("data", "code"),
    [("roster.xlsx", "JZ-E047"), ("no/folder", "JZ-E020"), ("exmple-county", "JZ-E050")],
)
def test_wrong_people_are_refused_before_a_kernel_starts(data, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.xlsx").touch()
    monkeypatch.setattr(notebook, "run_notebook", pytest.fail)
    assert cli.main(["report", "annual", "--data", data, "--out", "out"]) == cli.REFUSED
    assert code in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
