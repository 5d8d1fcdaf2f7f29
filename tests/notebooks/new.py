"""A new notebook of the suite: one that is there copied under its own name, the others told of it.

    python -m tests.notebooks.new 04_reform_whatif 12_my_question "我的问题" "My question"

The links at the head of each notebook and the list in the first one are made from the heads of all;
without words only that is done again, as after a title, an answer or a time has changed.
"""

import json
import re
import sys

from jiuzhu_sim.report.notebook import notebook_path
from jiuzhu_sim.report.suite import FIRST, suite

NEIGHBOURS = re.compile(r"^(← )?\[\d\d .*\.ipynb\).*$", re.MULTILINE)
LISTED = re.compile(r"^\| .*\.ipynb\) .*$\n?", re.MULTILINE)


def copy(name, new, chinese, english):
    """A notebook as it is, with a name and titles of its own."""
    content = read(name)
    for cell in content["cells"]:
        source = "".join(cell["source"]).replace(f'"{name}"', f'"{new}"')
        put(cell, re.sub(r"^# \d\d .*", f"# {new[:2]} {chinese} / {english}", source, count=1))
    write(new, content)


def put(cell, text):
    cell["source"] = text.splitlines(keepends=True)


def arrange():
    """Links to the neighbours and the list of all, made anew."""
    heads = suite()
    for at, head in enumerate(heads):
        content = read(head.name)
        cell = content["cells"][0]
        put(cell, NEIGHBOURS.sub(lambda _: neighbours(heads, at), "".join(cell["source"])))  # noqa: B023
        if head.name == FIRST:
            table = content["cells"][1]
            put(table, listed("".join(table["source"]), heads[1:]))
        write(head.name, content)


def neighbours(heads, at):
    """The links at the head of the notebook at a place: to the first, the one before, the next."""
    first = [link(heads[0])] if at else []
    if at > 1:
        first.append(f"← {link(heads[at - 1])}")
    if at == 1:
        first = [f"← {link(heads[0])}"]
    if at + 1 < len(heads):
        first.append(f"{link(heads[at + 1])} →")
    return " · ".join(first)


def link(head):
    title = f"{head.name[:2]} {head.title['zh']} / {head.title['en']}"
    return f"[{title}]({head.name}.ipynb)"


def listed(text, heads):
    """The table of the first notebook with a row for each of the others."""
    rows = "\n".join(map(row, heads))
    before, after = (
        text[: LISTED.search(text).start()],
        text[list(LISTED.finditer(text))[-1].end() :],
    )
    return (before + rows + ("\n" + after if after else "")).rstrip("\n")


def row(head):
    """The row of a notebook in the table of the first: answers, name with link, for whom, time."""
    return (
        f"| {head.answers['zh']} / {head.answers['en']} | {link(head)} | "
        f"{head.audience['zh']} / {head.audience['en']} | {head.seconds} s |"
    )


def read(name):
    return json.loads(notebook_path(name).read_text(encoding="utf-8"))


def write(name, content):
    path = notebook_path(FIRST).with_name(f"{name}.ipynb")
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if words := sys.argv[1:]:
        copy(*words)
    arrange()
