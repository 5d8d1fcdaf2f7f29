import tomllib
from pathlib import Path

from jiuzhu_sim import doctor
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


def test_every_package_of_the_core_and_of_the_reports_is_looked_for():
    """Their names as imported, beside those by which they are installed."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    wanted = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    named = {"pyyaml": "yaml", "chinesecalendar": "chinese_calendar", "python-docx": "docx"}
    named |= {"python-calamine": "python_calamine", "beautifulsoup4": "bs4"}
    extras = wanted["optional-dependencies"]["reports"]
    for found, texts in ((doctor.CORE, wanted["dependencies"]), (doctor.REPORTS, extras)):
        names = [text.partition(">")[0] for text in texts]
        assert sorted(found) == sorted(named.get(name, name) for name in names)
