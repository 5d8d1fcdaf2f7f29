"""An office suite opens what was written. Without one the test is skipped; with JIUZHU_OFFICE=1,
as in CI, that is a failure.
"""

import os
import shutil
import subprocess

import pytest

from jiuzhu_sim.report.document import style_names, write_word
from jiuzhu_sim.report.section import Report, Section
from tests.report.document.reports import ABOUT, report, wide

pypdf = pytest.importorskip("pypdf")
LONG = 120


@pytest.fixture(scope="module")
def soffice():
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        if os.environ.get("JIUZHU_OFFICE"):
            pytest.fail("no office suite on this machine")
        pytest.skip("no office suite on this machine")
    return program


def texts_of(soffice, folder, *paths):
    """The pages of each document as an office suite lays them out, by file name; one start."""
    profile = (folder / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    command += ["--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=LONG)
    return {
        path.stem: [page.extract_text() for page in pypdf.PdfReader(path.with_suffix(".pdf")).pages]
        for path in paths
    }


def test_an_office_suite_opens_every_style_and_a_wide_table(soffice, tmp_path):
    paths = [
        write_word(report(), tmp_path / f"{name}.docx", style=name, **ABOUT)
        for name in style_names()
    ]
    paths.append(write_word(wide(), tmp_path / "wide.docx"))
    lines = "".join(f"第{k}句话。" for k in range(900))
    full = Report("题", "b.xlsx", (Section("a", "甲", (lines,)),))
    paths.append(write_word(full, tmp_path / "full.docx"))
    found = texts_of(soffice, tmp_path, *paths)
    for name in style_names():
        words = "".join("".join(found[name]).split())
        for piece in ("测算稿，供内部研究", "全县人数：600", "【请核实】", "表5", "运行编号"):
            assert piece in words
    for number, page in enumerate(found["official"], 1):
        assert f"—{number}—" in "".join(page.split())
    assert all("乡镇" in page for page in found["wide"][1:])  # the heads are repeated
    # A full page of the official style has 22 lines; header and footer come on top.
    body = [line for line in found["full"][2].splitlines() if "句话" in line]
    assert len(body) == 22
