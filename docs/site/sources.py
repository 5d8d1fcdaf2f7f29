"""Gathers the pages of one language in a folder for Sphinx, their links turned to where they stand.

In the repository pages lie by language and link to files that are no pages; on the site a language
has a tree of its own. A link to a page stays a link between pages; to the twin of a page, it leads
to the other language's tree; any other file is copied beside; a link to the outside is refused.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from docs.site.reference import INDEX, reference_pages
from docs.site.words import word
from jiuzhu_sim.language import speaking

ROOT = Path(__file__).resolve().parents[2]
SHARED = ("benchmarks.md", "register.md", "columns.md")
TOP = {
    "zh": {
        "README.zh-CN.md": "readme.md",
        "CONTRIBUTING.zh-CN.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
    },
    "en": {
        "README.md": "readme.md",
        "CONTRIBUTING.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
    },
}
OTHER = {"zh": "en", "en": "zh"}
LINK = re.compile(r"(!?)\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^()\s]+)\)")
FENCE = re.compile(r"^\s*(```|~~~)")
ITEM = re.compile(r"^\s*[-*] \[([^\]]*)\]\(([^()#\s]+\.md)\)", re.MULTILINE)


HAN = "\u2018-\u201d\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
BREAK = re.compile(f"(?<=[{HAN}])\n[ ]*(?=[{HAN}])")


class LinkError(Exception):
    """Links that lead nowhere or to the outside, all at once."""


def pages_of(lang: str) -> dict[str, str]:
    """Where each page of the repository stands on the site of a language: repository path to site.

    >>> pages_of("en")["docs/en/how-to/analyst.md"], pages_of("zh")["README.zh-CN.md"]
    ('how-to/analyst.md', 'readme.md')
    """
    docs = ROOT / "docs"
    found = {path.name: path.name for path in docs.glob("*.md") if path.name in SHARED}
    found |= {
        path.relative_to(docs).as_posix(): path.relative_to(docs / lang).as_posix()
        for path in sorted((docs / lang).rglob("*.md"))
    }
    found |= {
        f"decisions/{path.name}": f"decisions/{path.name}" for path in docs.glob("decisions/*.md")
    }
    named = {f"docs/{path}": place for path, place in found.items()}
    return named | {name: place for name, place in TOP[lang].items() if (ROOT / name).is_file()}


def repository_links(text: str) -> Iterator[re.Match[str]]:
    """The links of a Markdown text outside code blocks.

    >>> [found.group(3) for found in repository_links("[a](b.md) and `[c](d)`")]
    ['b.md']
    """
    fenced = False
    at = 0
    for line in text.splitlines(keepends=True):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            spans = [found.span() for found in re.finditer(r"`[^`]*`", line)]
            for found in LINK.finditer(text, at, at + len(line)):
                if not any(a <= found.start() - at < b for a, b in spans):
                    yield found
        at += len(line)


def joined(text: str) -> str:
    """Chinese lines of one paragraph without the space a browser would put between them.

    >>> joined("低保，\\n特困。\\n\\n# 标题\\n正文\\n")
    '低保，特困。\\n\\n# 标题\\n正文\\n'
    """
    parts, fenced = [""], False
    for line in text.splitlines(keepends=True):
        is_mark = bool(FENCE.match(line))
        if fenced or is_mark or line.startswith("#"):
            parts += [line, ""]  # stays as it is
        else:
            parts[-1] += line
        fenced ^= is_mark
    return "".join(BREAK.sub("", part) for part in parts)


def gather(lang: str, folder: Path, extra: Path, made: Mapping[str, str]) -> bool:
    """Write the pages of a language into `folder`, files beside them into `extra`.

    `made`: further pages, path to Markdown. Only what changed is written, so that Sphinx reads the
    rest from its cache. Returns whether pages went away since last time.
    Raises LinkError with every bad link.
    """
    places, pages, bad = pages_of(lang), {}, list[str]()
    files = dict[str, Path]()
    twins = pages_of(OTHER[lang])
    for path, place in places.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        pages[place] = joined(_relinked(text, path, lang, (places, twins), files, bad))
    if bad:
        raise LinkError("\n".join(bad))
    with speaking(lang):
        pages |= dict(reference_pages())
    pages |= made
    with speaking(lang):
        pages["index.md"] += _generated_links(pages)
    for place in [place for place in pages if PurePosixPath(place).name == "index.md"]:
        pages[place] += _tree(pages[place], is_root=place == "index.md")
    pages["reference/laws.md"] += _tree(pages["reference/laws.md"], is_root=False)
    books = [Path(place).name for place in pages if place.startswith("rulebook/")]
    pages["rulebook/index.md"] += _toctree([name for name in books if name != "index.md"])
    for name, source in files.items():
        target = extra / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    wanted = {folder / place: text.encode() for place, text in pages.items()}
    for picture in (ROOT / "docs" / "pictures").iterdir():
        wanted[folder / "pictures" / picture.name] = picture.read_bytes()
    return _write(folder, wanted)


def _write(folder: Path, wanted: Mapping[Path, bytes]) -> bool:
    gone = [path for path in folder.rglob("*") if path.is_file() and path not in wanted]
    for path in gone:
        path.unlink()
    for path, content in wanted.items():
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return bool(gone)


def _relinked(
    text: str,
    path: str,
    lang: str,
    maps: tuple[Mapping[str, str], Mapping[str, str]],
    files: dict[str, Path],
    bad: list[str],
) -> str:
    """A page with its links as they are on the site."""
    parts, at = [], 0
    for found in repository_links(text):
        parts.append(text[at : found.start()])
        try:
            parts.append(_link(found, path, lang, maps, files))
        except LinkError as fault:
            bad.append(str(fault))
        at = found.end()
    return "".join(parts) + text[at:]


def _link(
    found: re.Match[str],
    path: str,
    lang: str,
    maps: tuple[Mapping[str, str], Mapping[str, str]],
    files: dict[str, Path],
) -> str:
    mark, label, address = found.groups()
    target, _, anchor = address.partition("#")
    anchor = f"#{anchor}" if anchor else ""
    if not target:
        return found.group(0)
    if re.match(r"[a-z]+:", target):
        raise LinkError(f"{path}: {address} leads to the outside")
    full = (ROOT / path).parent / target
    if not full.exists():
        raise LinkError(f"{path}: {address} does not exist")
    name = Path(os.path.normpath(full)).relative_to(ROOT).as_posix()
    (own, twins), here = maps, maps[0][path]
    if name in own:
        return f"{mark}[{label}]({_from(here, own[name])}{anchor})"
    if name.startswith("docs/pictures/"):
        return f"{mark}[{label}]({_from(here, name.removeprefix('docs/'))})"
    if name == "docs/README.md":
        return f"[{label}]({_from(here, 'index.md')})"
    if name in twins:
        other = _from(here, "../" + OTHER[lang] + "/" + twins[name].removesuffix(".md"))
        return f'<a href="{other}.html{anchor}">{_plain(label)}</a>'
    if full.is_file():
        files[name] = full
        return f'<a href="{_from(here, "files/" + name)}">{_plain(label)}</a>'
    return label  # a folder of the repository is no place to go to here


def _plain(label: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", label)


def _unmarked(label: str) -> str:
    """A name for the side bar: no signs of Markdown, none of the brackets that end a name there."""
    return re.sub(r"[`*<>]", "", label)


def _from(here: str, there: str) -> str:
    return Path(os.path.relpath(there, PurePosixPath(here).parent)).as_posix()


# --- what stands in the side bar -----------------------------------------------------------
def _generated_links(pages: Mapping[str, str]) -> str:
    """A section of the first page for what is not in the repository."""
    links = [f"- [{word('gallery')}](gallery.md)", f"- [{word('reference')}]({INDEX})"]
    links += ["- [README](readme.md)"]
    if "contributing.md" in pages:
        links.append(f"- [{word('contributing')}](contributing.md)")
    if "changelog.md" in pages:
        links.append("- [CHANGELOG](changelog.md)")
    return f"\n## {word('reference')}\n\n" + "\n".join(links) + "\n"


def _tree(text: str, *, is_root: bool) -> str:
    """The lists of an index page as hidden trees; on the first page each section has its name."""
    parts = []
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        # Named as the list names them: a page for both languages has a title in both.
        names = [f"{_unmarked(label)} <{name}>" for label, name in ITEM.findall(section)]
        caption = section.splitlines()[0].removeprefix("## ") if section[:3] == "## " else ""
        if names:
            parts.append(_toctree(names, caption if is_root else ""))
    return "".join(parts)


def _toctree(names: list[str], caption: str = "") -> str:
    head = f":caption: {caption}\n" if caption else ""
    return f"\n```{{toctree}}\n:hidden:\n{head}\n" + "\n".join(names) + "\n```\n"
