"""The site: both languages built without a warning, nothing from outside, a search that finds."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docs.site import sources
from docs.site.search import pairs

pytest.importorskip("sphinx")

ROOT = Path(__file__).parents[2]
BUILD = """
import sys
from pathlib import Path
from docs.site.__main__ import build
sys.exit(build(Path(sys.argv[1]), with_gallery=False, languages=(sys.argv[2],)))
"""
LOADED = {"src", "srcset", "poster", "data", "action"}


@pytest.fixture(scope="module", params=["en", "zh"])
def site(request, tmp_path_factory):
    """The site in one language, built as users build it, but for the notebooks."""
    out = tmp_path_factory.mktemp("docs") / "site"
    words = [sys.executable, "-c", BUILD, str(out), request.param]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    return out / request.param


class Outside(HTMLParser):
    """Addresses of a page that lead away from the folder it stands in."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            address = (value or "").strip()
            if name not in LOADED | {"href"} or address.startswith(("#", "data:")):
                continue
            if re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*:|//)", address):
                self.found.append(address)
            elif name == "href" and tag == "a":
                self.inside.append(address)


def read(path):
    reader = Outside()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_a_page_with_an_outside_address_is_noticed():
    reader = Outside()
    reader.feed('<link href="//cdn/x.css"><a href="https://a.b">c</a><a href="d.html">e</a>')
    assert (reader.found, reader.inside) == (["//cdn/x.css", "https://a.b"], ["d.html"])


def test_the_site_holds_together(site):
    """One pass over all pages: nothing from outside, every link within leads to a page."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 150
    there = {str(path) for path in site.rglob("*")} | {str(site)}
    twin = str(site.parent / {"en": "zh", "zh": "en"}[site.name]) + os.sep
    outside, broken, twins = {}, [], set()
    for path in pages:
        reader = read(path)
        if reader.found:
            outside[path.relative_to(site).as_posix()] = reader.found
        for address in reader.inside:
            target = address.partition("#")[0].partition("?")[0]
            full = os.path.normpath(path.parent / target)
            if full.startswith(twin):
                twins.add(full.removeprefix(twin).replace(os.sep, "/"))
            elif target and full not in there:
                broken.append(f"{path.relative_to(site)}: {address}")
    assert outside == {}
    assert broken == []
    assert twins == {path.relative_to(site).as_posix() for path in pages}
    for style in site.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", style.read_text("utf-8")), style


def test_made_pages_are_whole(site):
    """A word of each that only the code knows."""
    expected = {
        "reference/errors.html": "JZ-E045",
        "reference/dictionary.html": 'id="wage_m"',
        "reference/parameters.html": 'id="dibao.standard.rural"',
        "reference/law-national.html": "SC649",
        "reference/api.html": "winners_losers",
        "reference/commands.html": "--household",
        "reference/notebook_parameters.html": "min_<wbr>cell",
        "rulebook/benefit.html": 'id="gap_benefit_m_hh"',
    }
    lacking = {
        name
        for name, said in expected.items()
        if said not in (site / name).read_text(encoding="utf-8")
    }
    assert lacking == set()


def test_search_knows_words_of_the_language(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(index[index.index("(") + 1 : index.rindex(")")])["terms"]
    wanted = {"en": ["leakag", "linkag"], "zh": pairs("断档日") + pairs("一户一条救助链")}
    assert [term for term in wanted[site.name] if term not in terms] == []
    if site.name == "zh":
        script = (site / "_static" / "language_data.js").read_text(encoding="utf-8")
        assert "EnglishStemmer;" in script  # what Sphinx would call ChineseStemmer does not exist


def test_bad_links_are_told_at_once():
    page = "[a](nowhere.md) [b](https://outside.example) `[c](fine-in-code.md)`"
    bad = []
    places = {"docs/en/index.md": "index.md"}
    sources._relinked(page, "docs/en/index.md", "en", (places, {}), {}, bad)
    assert len(bad) == 2
    assert "nowhere.md" in bad[0]
    assert "outside" in bad[1]
