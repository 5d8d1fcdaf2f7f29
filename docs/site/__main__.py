"""Builds the documentation: `python3 run.py docs`, or `python -m docs.site` where all is installed.

--no-gallery   without running the notebooks · 不运行笔记本
--renew        only the committed pages that are made from the code · 只更新由代码生成的页面
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo

from docs.site import drawing, gallery, sources
from docs.site.reference import rulebook_css
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.report import dictionary, register

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("zh", "en")
# Words of the theme that Sphinx has no Chinese for.
THEME = {
    "On this page": "本页目录",
    "Back to top": "回到顶部",
    "Skip to content": "跳到正文",
    "Home": "首页",
    "Next": "下一页",
    "Previous": "上一页",
    "Contents": "目录",
    "Search": "搜索",
}
CHOICE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>jiuzhu_sim</title><style>
body{font:18px/1.7 "Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif;margin:18vh auto;
text-align:center;color:#1f2328}
a{display:inline-block;margin:12px;padding:14px 40px;border:1px solid #0072b2;border-radius:6px;
color:#0072b2;text-decoration:none}
</style></head><body><h1>jiuzhu_sim</h1>
<p>社会救助政策微观模拟 · Microsimulation of Chinese social assistance</p>
<a href="zh/index.html" lang="zh">中文文档</a><a href="en/index.html" lang="en">English</a>
</body></html>
"""


def main(words: list[str]) -> int:
    """Renew, run the notebooks, build both languages; 0 done, 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="run.py docs", description=__doc__)
    parser.add_argument("--no-gallery", action="store_true")
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "site")
    given = parser.parse_args(words)
    renew()
    if given.renew:
        return 0
    try:
        return build(given.out, with_gallery=not given.no_gallery)
    except sources.LinkError as fault:
        print(fault, file=sys.stderr)
        return 1


def renew() -> None:
    """Write the committed pages and drawings that are made from the code."""
    dictionary.write_columns(DOCS)
    register.write_register(DOCS)
    drawing.write_drawings()
    write_whole(DOCS / "decisions" / "index.md", decisions_page().encode())


def decisions_page() -> str:
    """The list of decisions, from the titles of their files."""
    lines = []
    for path in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})\n")
    about = "每份写明背景、选择和没有采用的做法（英文）。\nContext, choice, what was rejected.\n"
    return f"# 设计决定 · Design decisions\n\n{about}\n{''.join(lines)}"


def build(out: Path, *, with_gallery: bool, languages: tuple[str, ...] = LANGUAGES) -> int:
    """The site in `out`, its work in a hidden folder beside."""
    work = out.with_name(f".{out.name}-work")
    start = time.monotonic()
    if with_gallery and (failed := gallery.make_gallery(work / "gallery")):
        print("\n".join(failed), file=sys.stderr)
        return 1
    _chinese_words(work / "locale")
    store = work / "gallery" if with_gallery else None
    running = [(lang, _sphinx(lang, work, store)) for lang in languages]
    if any([child.wait() for _, child in running]):  # all of them: no half-finished one is left
        return 1
    out.mkdir(parents=True, exist_ok=True)
    for lang, _ in running:
        shutil.rmtree(out / lang, ignore_errors=True)
        shutil.copytree(work / lang / "html", out / lang, ignore=shutil.ignore_patterns(".*"))
    (out / "index.html").write_text(CHOICE, encoding="utf-8")
    print(f"{out / 'index.html'} ({time.monotonic() - start:.0f} s)")
    return 0


def _sphinx(lang: str, work: Path, store: Path | None) -> "subprocess.Popen[bytes]":
    """Gather the pages of a language and start Sphinx on them, warnings as errors."""
    folder = work / lang
    shutil.rmtree(folder / "extra", ignore_errors=True)
    (folder / "extra").mkdir(parents=True)
    write_whole(folder / "static" / "rulebook.css", rulebook_css().encode())
    if store:
        gallery.copy_gallery(store, lang, folder / "extra")
    made = {"gallery.md": gallery.gallery_page(store, lang)}
    if sources.gather(lang, folder / "source", folder / "extra", made):  # pages went away
        shutil.rmtree(folder / "html", ignore_errors=True)
        shutil.rmtree(folder / "doctrees", ignore_errors=True)
    words = ["-q", "-n", "-W", "--keep-going", "-t", lang, "-c", DOCS, "-d", folder / "doctrees"]
    places = [folder / "source", folder / "html"]
    return subprocess.Popen(
        [sys.executable, "-m", "sphinx", *map(str, [*words, *places])], cwd=ROOT
    )


def _chinese_words(folder: Path) -> None:
    """The theme's words as a catalogue of the kind that Sphinx reads."""
    catalogue = Catalog(locale="zh_CN")
    for english, chinese in THEME.items():
        catalogue.add(english, chinese)
    path = folder / "zh_CN" / "LC_MESSAGES" / "sphinx.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
