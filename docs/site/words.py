"""The words of the made pages in the language in use, and bits of HTML."""

import html
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.language import pick, read_yaml


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_name("words.yaml"))
    return found


def word(key: str, **values: Any) -> str:
    """A word or sentence of `words.yaml`, its fields filled in."""
    said = pick(_words()[key])
    return said.format(**values) if values else said


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], ids: Sequence[str] = ()) -> str:
    """An HTML table for a Markdown page. Cells are HTML; `ids` are anchors of the rows."""
    head = "".join(f"<th>{html.escape(word(key))}</th>" for key in heads)
    body = []
    for number, row in enumerate(rows):
        anchor = f' id="{ids[number]}"' if ids else ""
        body.append(f"<tr{anchor}>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    lines = "\n".join(body)
    return raw(
        f'<div class="table-wrapper docutils"><table class="docutils made"><thead><tr>{head}</tr>'
        f"</thead><tbody>\n{lines}\n</tbody></table></div>"
    )


def raw(content: str) -> str:
    """HTML within a Markdown page, as it is."""
    return f"```{{raw}} html\n{content}\n```\n"


def code(name: str) -> str:
    """A name of the program, which may be broken after dots and underscores."""
    broken = html.escape(name).replace(".", ".<wbr>").replace("_", "_<wbr>")
    return f"<code>{broken}</code>"
