from pathlib import Path

from jiuzhu_sim.doctor import examine


def test_every_check_is_named_and_a_ready_machine_is_well(tmp_path):
    found = examine(tmp_path)
    assert len(found) == 7
    named = {each.name for each in found}
    assert "图表中文字体" in named
    assert all(each.well for each in found if each.name != "可用内存"), [*map(str, found)]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_gets_a_remedy(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    last = examine(blocked / "reports")[-1]
    assert not last.well
    assert last.remedy
    assert str(Path("reports")) in str(last)
