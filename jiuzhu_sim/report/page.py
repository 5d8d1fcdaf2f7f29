"""An executed notebook as one self-contained HTML page: no code, no script, nothing from outside.

The page carries its style and its images, and forbids the browser to fetch anything else. Links
that a reader may follow stay.
"""

import html
from pathlib import Path
from string import Template
from typing import Any

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import language
from jiuzhu_sim.report.section import NOTEBOOK_ONLY, blocks_css

FOREIGN = ("script", "link", "iframe", "frame", "object", "embed", "base", "meta", "form")
"""Elements that run something or bring something in."""

FETCHED = ("src", "srcset", "poster", "background", "data", "xlink:href")
"""Attributes whose address a browser fetches by itself."""

FOLLOWED = ("#", "http://", "https://", "mailto:")
"""Addresses a reader may click on."""

LANG = {"zh": "zh-CN", "en": "en"}


def write_page(
    notebook_path: str | Path, html_path: str | Path, title: str, banner: str = "", lang: str = ""
) -> Path:
    """Write an executed notebook as a page: texts and outputs, without code and prompts.

    `title`: of the browser window, and of the page if the notebook has no heading of its own.
    `banner`: a stamp on top (such as 合成数据), or nothing. `lang`: the language of the notebook,
    if it is not the one in use. Returns the path. Raises JZ-E040 when
    the file cannot be written, JZ-E046 without nbconvert; FileNotFoundError without a notebook.

    >>> import tempfile, nbformat
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run, out = Path(folder) / "run.ipynb", Path(folder) / "page.html"
    ...     nbformat.write(new_notebook(cells=[new_markdown_cell("正文")]), run)
    ...     "正文" in write_page(run, out, "年度报告").read_text(encoding="utf-8")
    True
    """
    return write_whole(html_path, page(_body(Path(notebook_path)), title, banner, lang).encode())


def page(body: str, title: str, banner: str = "", lang: str = "") -> str:
    """A whole page around some HTML, which is cleaned first (see `cleaned`).

    >>> "<title>年度报告</title>" in page("<p>…</p>", "年度报告", "合成数据")
    True
    """
    body = cleaned(body)
    heading = "" if "<h1" in body else f"<h1>{html.escape(title)}</h1>"
    stamp = f'<p class="stamp">{html.escape(banner)}</p>' if banner else ""
    here = Path(__file__)
    template = Template(here.with_suffix(".html").read_text(encoding="utf-8"))
    return template.substitute(
        lang=LANG[lang or language()],
        title=html.escape(title),
        head=stamp + heading,
        body=body,
        css=f"{blocks_css()}\n{here.with_suffix('.css').read_text(encoding='utf-8').strip()}",
    )


def cleaned(body: str) -> str:
    """HTML without scripts, handlers and anything fetched from elsewhere.

    >>> cleaned('<p onclick="x()">a<script src="https://b/c.js"></script></p><img src="http://d">')
    '<p>a</p><img/>'
    """
    with optional("beautifulsoup4"):
        from bs4 import BeautifulSoup
    soup = BeautifulSoup(body, "html.parser")
    for tag in soup.find_all(FOREIGN):
        tag.decompose()
    for tag in soup.find_all("style"):
        if _fetches(tag.get_text()) or NOTEBOOK_ONLY in tag.get_attribute_list("class"):
            tag.decompose()
    for tag in soup.find_all(True):
        tag.attrs = {
            name: value
            for name, value in tag.attrs.items()
            if _kept(tag.name, name.lower(), str(value).strip())
        }
    return str(soup)


def _kept(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is harmless. A notebook's cell ids change from run to run: out."""
    if name in FETCHED:
        return value.startswith("data:image/")
    if name == "href":
        return value.startswith(FOLLOWED if tag == "a" else "#")
    if name == "id":
        return not value.startswith("cell-id=")
    return not name.startswith("on") and not (name == "style" and _fetches(value))


def _fetches(style: str) -> bool:
    return "url(" in style.lower() or "@import" in style.lower()


def _body(path: Path) -> str:
    """Texts and outputs of a notebook as HTML. What a cell wrote to standard error is left out."""
    with optional("nbconvert"):
        import nbformat
        from nbconvert import HTMLExporter
    notebook: Any = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    # What speaks to the notebook's reader has no place in the report; a code cell without output
    # would still leave an empty box.
    notebook.cells = [
        cell
        for cell in notebook.cells
        if NOTEBOOK_ONLY not in cell.metadata.get("tags", ())
        and (cell.cell_type != "code" or cell.outputs)
    ]
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        mathjax_url="",
        require_js_url="",
    )
    made: str = exporter.from_notebook_node(notebook)[0]
    return made
