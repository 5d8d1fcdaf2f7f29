"""The pages as they lie in the repository: pairs, links, anchors, what is made from the code."""

import os
import re
from pathlib import Path

import pytest

from docs.site import sources
from docs.site.__main__ import decisions_page
from docs.site.drawing import LAYERS_FILE, PICTURES, import_order, layers

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md")) + sorted(ROOT.glob("*.md"))
ROLES = [path.stem for path in (DOCS / "en" / "how-to").glob("*.md") if path.stem != "cluster"]
ROLES += ["../programmer"]
PARTS = {"en": ["Type", "See", "Mind"], "zh": ["键入", "看到", "留意"]}


def own(lang):
    return {path.relative_to(DOCS / lang).as_posix() for path in (DOCS / lang).rglob("*.md")}


def test_both_languages_have_the_same_pages():
    assert own("en") == own("zh")


def test_headings_of_twins_stand_in_the_same_order():
    """What can be told without reading: as many sections of each level."""
    differ = {}
    for name in own("en") & own("zh"):
        found = [levels(DOCS / lang / name) for lang in ("en", "zh")]
        if found[0] != found[1]:
            differ[name] = found
    assert differ == {}


def levels(path):
    fenced, found = False, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if sources.FENCE.match(line):
            fenced = not fenced
        elif not fenced and (mark := re.match(r"(#+) ", line)):
            found.append(len(mark.group(1)))
    return found


def slug(heading):
    """The anchor of a heading as code-hosting pages and the site make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(path):
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(found) for found in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_anchors_exist(path):
    bad = []
    for found in sources.repository_links(path.read_text(encoding="utf-8")):
        target, _, anchor = found.group(3).partition("#")
        full = path.parent / target if target else path
        is_there = not re.match(r"[a-z]+:", target) and full.exists()
        if not is_there or (anchor and anchor not in anchors(full)):
            bad.append(found.group(3))
    assert bad == []


def test_anchors_are_as_expected():
    assert slug("1. The `check` of a roster") == "1-the-check-of-a-roster"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_stands_in_an_index(lang):
    listed = set()
    for index in ("index.md", "definitions/index.md"):
        text = (DOCS / lang / index).read_text(encoding="utf-8")
        folder = (DOCS / lang / index).parent
        listed |= {Path(os.path.normpath(folder / name)) for _, name in sources.ITEM.findall(text)}
    pages = {DOCS / lang / name for name in own(lang)} - {DOCS / lang / "index.md"}
    assert pages - listed == set()
    assert {DOCS / name for name in sources.SHARED} <= listed


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("role", ROLES)
def test_pages_by_user_have_the_same_parts(role, lang):
    text = (DOCS / lang / "how-to" / f"{role}.md").read_text(encoding="utf-8")
    assert [part for part in PARTS[lang] if f"**{part}" not in text] == []


# --- what is made from the code ------------------------------------------------------------
def test_the_list_of_decisions_is_current():
    """Renew it with `python3 run.py docs --renew`."""
    assert (DOCS / "decisions" / "index.md").read_text(encoding="utf-8") == decisions_page()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_drawing_shows_the_order_that_is_tested(lang):
    """Renew it with `python3 run.py docs --renew`."""
    drawn = (PICTURES / f"import_order_{lang}.svg").read_text(encoding="utf-8")
    assert drawn == import_order(lang)
    rows = re.findall(r'class="name"[^>]*y="(\d+)">(\w+)<', drawn)
    by_row = {}
    for y, name in rows:
        by_row.setdefault(int(y), []).append(name)
    assert [by_row[y] for y in sorted(by_row)] == layers()


def test_layers_are_read_from_the_test_that_holds_them():
    space = {}
    source = LAYERS_FILE.read_text(encoding="utf-8")
    start = source.index("LAYERS = [")
    exec(source[start : source.index("\n]\n", start) + 2], space)
    assert layers() == [sorted(names) for names in space["LAYERS"]]
