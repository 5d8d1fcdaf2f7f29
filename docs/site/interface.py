"""Pages about what one types: the public names, the command line, the notebooks' parameters."""

import argparse
import html
import inspect
import json
import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import jiuzhu_sim
from docs.site.words import code, raw, table, word
from jiuzhu_sim.cli import COMMANDS
from jiuzhu_sim.cli.parser import make_parser
from jiuzhu_sim.language import pick
from jiuzhu_sim.report.notebook import parameters_of

NOTEBOOKS = Path(jiuzhu_sim.__file__).parents[1] / "notebooks"
WIDTH = 96


def commands_page() -> str:
    """The help of every command."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(WIDTH)
    try:
        whole = make_parser(COMMANDS)
        kinds = (a for a in whole._actions if isinstance(a, argparse._SubParsersAction))
        said = {"jiuzhu": whole.format_help()}
        said |= {f"jiuzhu {name}": made.format_help() for name, made in next(kinds).choices.items()}
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    parts = [f"## {name}\n\n```text\n{text.strip()}\n```\n" for name, text in said.items()]
    return f"# {word('commands')}\n\n{word('commands_about')}\n\n" + "\n".join(parts)


def api_page() -> str:
    """Every public name: how it is called, what it does, its example."""
    parts = [f"# {word('api')}\n\n{word('api_about')}\n"]
    for name in jiuzhu_sim.__all__:
        found = getattr(jiuzhu_sim, name)
        parts.append(f"## {name}\n\n{_signature(name, found)}{_docstring(found)}")
        if inspect.isclass(found):
            parts += [f"### {name}.{own}\n\n{made}" for own, made in _members(found)]
    return "\n".join(parts)


def _members(found: type) -> Iterator[tuple[str, str]]:
    """The public methods and properties that a class states itself."""
    for own, member in vars(found).items():
        plain = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if own.startswith("_") or not inspect.isfunction(plain) or not inspect.getdoc(plain):
            continue
        called = "" if isinstance(member, property) else _signature(own, plain)
        yield own, called + _docstring(plain)


def _signature(name: str, found: object) -> str:
    try:
        signature = inspect.signature(found)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    kept = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    signature = signature.replace(parameters=kept)
    line = name + _short(str(signature))
    if len(line) > WIDTH and kept:
        inner = _short(",\n".join(_each(signature)))
        back = line.rpartition(" -> ")[2] if " -> " in line else ""
        line = f"{name}(\n{textwrap.indent(inner, '    ')},\n)" + (f" -> {back}" if back else "")
    return f"```python\n{line}\n```\n\n"


def _short(annotated: str) -> str:
    """Annotations without the modules their names come from, and without quotes."""
    plain = re.sub(r"(: |-> )'([^']*)'", r"\1\2", annotated)
    return re.sub(
        r"\b(jiuzhu_sim|collections|pandas|numpy|pathlib|datetime|typing)(\.\w+)*\.", "", plain
    )


def _each(signature: inspect.Signature) -> Iterator[str]:
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(parameter)


def _docstring(found: object) -> str:
    """The docstring as Markdown: paragraphs, and the examples as code."""
    parts = []
    for block in (inspect.getdoc(found) or "").split("\n\n"):
        if block.lstrip().startswith(">>>"):
            parts.append(f"```pycon\n{textwrap.dedent(block)}\n```\n")
        else:
            said = html.escape(" ".join(block.split()), quote=False)
            said = re.sub(r"``?([^`]+)``?", r"<code>\1</code>", said)
            parts.append(raw(f"<p>{said}</p>"))
    return "\n".join(parts) + "\n"


def notebooks_page() -> str:
    """The parameters of every notebook."""
    parts = [f"# {word('notebook_parameters')}\n\n{word('notebook_parameters_about')}\n"]
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        rows = [
            (
                code(entry.name),
                code(entry.type),
                html.escape(json.dumps(entry.default, ensure_ascii=False)),
                html.escape(_own_half(entry.help)),
            )
            for entry in parameters_of(path).values()
        ]
        heads = ("name", "type", "default", "meaning")
        parts.append(f"## {path.stem} {title_of(path)}\n\n{table(heads, rows)}")
    return "\n".join(parts)


def _own_half(help_text: str) -> str:
    """The half of a comment `中文 / English [range]` in the language in use, range included."""
    bounds = re.search(r"\s*(\[[^\]]*\]|\{[^}]*\})\s*$", help_text)
    said = help_text[: bounds.start()] if bounds else help_text
    zh, _, en = said.partition(" / ")
    return pick({"zh": zh, "en": en or zh}) + (f" {bounds.group(1)}" if bounds else "")


def title_of(path: Path) -> str:
    """The title of a notebook, `# 00 中文 / English`, in the language in use, unnumbered."""
    first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    zh, _, en = first.splitlines()[0].lstrip("# 0123456789").partition(" / ")
    return pick({"zh": zh, "en": en or zh})
