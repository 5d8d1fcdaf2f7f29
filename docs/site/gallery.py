"""The gallery: every notebook executed with its defaults, as a page, a picture and its seconds.

What was made is kept under a hash of the notebook and of the package, so that a rebuild without
changes runs nothing.
"""

import base64
import hashlib
import html
import io
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import jiuzhu_sim
from docs.site.interface import NOTEBOOKS, title_of
from docs.site.words import raw, word
from jiuzhu_sim.language import pick, set_language, speaking

PACKAGE = Path(jiuzhu_sim.__file__).parent
AT_A_TIME = 2
PICTURE_WIDTH = 640
LANGUAGES = ("zh", "en")


def notebooks() -> list[Path]:
    """The notebooks of the suite in order."""
    return sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


@cache
def _package_hash() -> str:
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def key_of(notebook: Path) -> str:
    """The hash under which the run of a notebook is kept."""
    return hashlib.sha256(notebook.read_bytes() + _package_hash().encode()).hexdigest()


def make_gallery(store: Path) -> list[str]:
    """Run what is not in the store or has changed, in both languages; returns what failed."""
    wanted = [
        (notebook, lang)
        for notebook in notebooks()
        for lang in LANGUAGES
        if _kept(store / lang / notebook.stem).get("key") != key_of(notebook)
    ]
    failed = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_A_TIME, mp_context=context) as pool:
        jobs = {
            pool.submit(
                _run, notebook.stem, lang, store / lang / notebook.stem, key_of(notebook)
            ): (
                notebook.stem,
                lang,
            )
            for notebook, lang in wanted
        }
        for done in as_completed(jobs):
            name = " ".join(jobs[done])
            if (fault := done.exception()) is not None:
                failed.append(f"{name}: {fault}")
            print(
                f"  {name}: {done.result():.1f} s" if fault is None else f"  {name}: ×", flush=True
            )
    return failed


def _run(name: str, lang: str, folder: Path, key: str) -> float:
    """Execute one notebook in a folder of its own; page, picture and a note of it into `folder`."""
    from jiuzhu_sim.report.notebook import run_notebook
    from jiuzhu_sim.report.page import write_page

    os.environ["PYTHONPATH"] = os.pathsep.join([str(PACKAGE.parent), *sys.path[1:]])
    folder.mkdir(parents=True, exist_ok=True)
    set_language(lang)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        executed, start = Path(scratch) / "executed.ipynb", time.monotonic()
        run_notebook(name, {"lang": lang}, executed, progress=False)
        seconds = time.monotonic() - start
        page = write_page(executed, folder / f"{name}.html", title_of(NOTEBOOKS / f"{name}.ipynb"))
        os.chdir(folder)
    picture = _picture(page.read_text(encoding="utf-8"), folder / name)
    note = {"key": key, "seconds": seconds, "picture": picture}
    (folder / "kept.json").write_text(json.dumps(note), encoding="utf-8")
    return seconds


def _picture(page: str, stem: Path) -> str:
    """The first chart of a page as a file of its own, scaled; returns its name, or nothing."""
    from PIL import Image

    if found := re.search(r'<img[^>]*src="data:image/png;base64,([^"]+)"', page):
        with Image.open(io.BytesIO(base64.b64decode(found.group(1)))) as picture:
            height = round(picture.height * PICTURE_WIDTH / picture.width)
            small = picture.convert("RGB").resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
            small.save(stem.with_suffix(".png"), optimize=True)
        return f"{stem.name}.png"
    return ""


def _kept(folder: Path) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads((folder / "kept.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def copy_gallery(store: Path, lang: str, extra: Path) -> None:
    """The pages and pictures of a language to where Sphinx takes them along."""
    target = extra / "gallery"
    target.mkdir(parents=True, exist_ok=True)
    for notebook in notebooks():
        for path in (store / lang / notebook.stem).glob("*"):
            if path.suffix in (".html", ".png"):
                (target / path.name).write_bytes(path.read_bytes())


def gallery_page(store: Path | None, lang: str) -> str:
    """The page with a card for each notebook; without a store only their names."""
    with speaking(lang):
        parts = [f"# {word('gallery')}\n"]
        parts.append(word("gallery_about" if store else "gallery_not_made") + "\n")
        cards = "\n".join(_cards(store / lang if store else None))
    return "\n".join([*parts, raw(f'<div class="gallery">\n{cards}\n</div>')])


def _cards(store: Path | None) -> Iterator[str]:
    for notebook in notebooks():
        name, title = notebook.stem, html.escape(title_of(notebook))
        number = name.partition("_")[0]
        stated = html.escape(_stated(notebook))
        if store is None:
            yield f'<div class="tile"><b>{number} {title}</b><p>{stated}</p></div>'
            continue
        kept = _kept(store / name)
        seconds = html.escape(word("gallery_seconds", seconds=kept["seconds"]))
        picture = kept.get("picture")
        shown = f'<img src="gallery/{picture}" alt="{title}" loading="lazy">' if picture else ""
        yield (
            f'<a class="tile" href="gallery/{name}.html"><b>{number} {title}</b>{shown}'
            f"<p>{stated} <small>{seconds}</small></p></a>"
        )


def _stated(notebook: Path) -> str:
    """For whom a notebook is and how long it takes, as its first cell says."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"]).replace("**", "")
    pattern = pick({"zh": r"适用：.*?用时：[^。，]*", "en": r"For: .*?Time: [^.,]*"})
    found = re.search(pattern, first, re.DOTALL)
    return " ".join(found.group(0).split()) if found else ""
