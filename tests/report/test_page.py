import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.page import cleaned, write_page
from tests.report import small_tables as small


@pytest.fixture
def notebook(tmp_path):
    """An executed notebook with a table, a chart, noise, and things that reach outside."""

    def shown(**data):
        return new_output("execute_result", data, execution_count=7)

    table = small.townships()
    foreign = (
        '<script src="https://cdn.example/x.js"></script>'
        '<link href="https://cdn.example/a.css">'
        '<img src="http://cdn.example/a.png" alt="远">'
        "<style>@import url(//cdn.example/b.css)</style>"
        '<p style="background:url(https://cdn.example/c.png)" onclick="go()">留下</p>'
    )
    cells = [
        new_markdown_cell("# 年度报告\n\n见[文件](https://example.org/doc)。"),
        new_code_cell("secret_name = 1"),
        new_code_cell(
            "table", outputs=[shown(**{"text/html": table._repr_html_(), "text/plain": "T"})]
        ),
        new_code_cell(
            "chart",
            outputs=[shown(**{"text/html": charts.ranked(table, "mean_benefit_m")._repr_html_()})],
        ),
        new_code_cell(
            "noise",
            outputs=[
                new_output("stream", name="stderr", text="a warning"),
                new_output("stream", name="stdout", text="said aloud"),
            ],
        ),
        new_code_cell("foreign", outputs=[shown(**{"text/html": foreign})]),
    ]
    path = tmp_path / "run.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_page_is_whole_and_stands_alone(notebook, tmp_path, lang, tag):
    set_language(lang)
    try:
        path = write_page(notebook, tmp_path / "page.html", "标题 <1>", "合成数据")
    finally:
        set_language("zh")
    page = path.read_text(encoding="utf-8")
    assert f'<html lang="{tag}">' in page
    assert '<meta charset="utf-8">' in page
    assert "<title>标题 &lt;1&gt;</title>" in page
    assert '<p class="stamp">合成数据</p>' in page
    assert '<table class="jiuzhu">' in page
    assert "data:image/png;base64," in page
    # Nothing is run and nothing fetched; links to click on stay.
    assert "cdn.example" not in page
    assert "<script" not in page
    assert "<link" not in page
    assert "onclick" not in page
    assert not re.search(r'\ssrc="(?!data:)', page)
    assert 'href="https://example.org/doc"' in page
    assert "留下" in page


def test_code_prompts_and_noise_are_not_shown(notebook, tmp_path):
    page = write_page(notebook, tmp_path / "page.html", "标题").read_text(encoding="utf-8")
    for hidden in ("secret_name", "Out[", "In&nbsp;[", "a warning", "¶", 'class="stamp"'):
        assert hidden not in page
    assert "said aloud" in page
    assert page.count("<h1") == 1  # the notebook's own heading


def test_heading_where_the_notebook_has_none(tmp_path):
    nbformat.write(new_notebook(cells=[new_markdown_cell("正文")]), tmp_path / "run.ipynb")
    page = write_page(tmp_path / "run.ipynb", tmp_path / "page.html", "标题").read_text("utf-8")
    assert "<h1>标题</h1>" in page


def test_same_notebook_same_page(notebook, tmp_path):
    first, second = (write_page(notebook, tmp_path / name, "标题").read_bytes() for name in "ab")
    assert first == second


def test_cell_ids_do_not_get_into_the_page(notebook, tmp_path):
    assert b"cell-id=" not in write_page(notebook, tmp_path / "a", "标题").read_bytes()


@pytest.mark.parametrize(
    "foreign",
    [
        '<iframe src="https://a"></iframe>',
        '<svg><image href="https://a"/></svg>',
        '<a href="javascript:x()">b</a>',
        '<img srcset="https://a 2x"/>',
        '<form action="https://a"></form>',
        '<video poster="https://a"></video>',
        '<img src="//a"/>',
        '<object data="https://a"></object>',
    ],
)
def test_what_reaches_outside_is_cut_out(foreign):
    assert "https:" not in cleaned(foreign)
    assert "//a" not in cleaned(foreign)
    assert "javascript" not in cleaned(foreign)


def test_style_file_fetches_nothing(notebook, tmp_path):
    page = write_page(notebook, tmp_path / "a.html", "标题").read_text("utf-8")
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
    assert "url(" not in style
    assert "@import" not in style
    assert "@media print" in style


def test_unwritable_place_and_missing_package(notebook, tmp_path, monkeypatch):
    with pytest.raises(JZError, match="JZ-E040"):
        write_page(notebook, notebook / "page.html", "标题")
    monkeypatch.setitem(sys.modules, "nbconvert", None)
    with pytest.raises(JZError, match=r"JZ-E046.*nbconvert"):
        write_page(notebook, tmp_path / "page.html", "标题")
