"""Sphinx settings of one language of the site; `python -m docs.site` gathers pages and calls it.

Which language: the tag ``zh`` (``-t zh``), else English. The pages stand in a folder of their own
(see `docs/site/sources.py`), this file and its templates here.
"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.site import search, twins  # noqa: E402

LANG = "zh" if tags.has("zh") else "en"  # noqa: F821 (Sphinx puts it here)

project = "jiuzhu_sim"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "version"
]
html_title = {"zh": "jiuzhu_sim 文档", "en": "jiuzhu_sim documentation"}[LANG]
language = {"zh": "zh_CN", "en": "en"}[LANG]
extensions = ["myst_parser"]
myst_heading_anchors = 4  # links to a heading work here as they do on a code-hosting page
smartquotes = False
suppress_warnings = ["myst.header"]  # a definition may begin below its title with a third level
WORK = Path(sys.argv[-1]).parent  # beside what is written: files taken along, words of the theme
locale_dirs = [str(WORK.parent / "locale")]
templates_path = ["templates"]
pygments_style = "default"
highlight_language = "text"

html_theme = "furo"
html_static_path = ["static", str(WORK / "static")]  # the second is made
html_css_files = ["site.css", "rulebook.css"]
html_show_sphinx = html_show_copyright = html_show_sourcelink = html_copy_source = False
html_use_index = html_domain_indices = False
html_extra_path = [str(WORK / "extra")]
html_theme_options = {"top_of_page_buttons": []}


def setup(app):
    """The switch to the other language, and a search that finds Chinese words."""
    app.add_search_language(search.Chinese)
    app.connect("html-page-context", twins.add_switch)
