"""The pages of the docs that the code makes are current."""

from pathlib import Path

from jiuzhu_sim.law.register import register
from jiuzhu_sim.report.dictionary import columns_page
from jiuzhu_sim.report.register import register_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_pages_are_current():
    """Renew them with `make docs`."""
    assert (DOCS / "register.md").read_text(encoding="utf-8") == register_page()
    assert (DOCS / "columns.md").read_text(encoding="utf-8") == columns_page()


def test_every_system_and_option_has_a_row():
    lines = register_page().splitlines()
    assert sum(line.startswith("| A") for line in lines) == len(register())
    assert len({line.split(" | ")[0] for line in lines if line.startswith("| D")}) == 43
