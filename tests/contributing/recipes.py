"""Recipes as they stand in the documents: what to write where, and how to see that it is right.

A file is named in bold and code; behind it stands `new file`, `at the end`, or `change`, where the
lines that go begin with a minus and those that come with a plus. Commands stand in blocks of sh; a
block of text behind one holds lines of what it says, `…` for what may be anything.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("jiuzhu_sim", "tests", "notebooks", "data", "conftest.py", "pyproject.toml")
HOW = {
    "new file": "new",
    "新文件": "new",
    "at the end": "end",
    "末尾": "end",
    "change": "change",
    "修改": "change",
}
HEADING = re.compile(r"^## (?:\d+\. )?(.+)$", re.MULTILINE)
BLOCK = re.compile(
    rf"^\*\*`(?P<path>[^`]+)`\*\*[,，] ?(?P<how>{'|'.join(HOW)})[:：]\n+"
    r"```\w+\n(?P<body>.*?)^```$|^```(?P<kind>sh|text)\n(?P<said>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Edit:
    """What is written in one place."""

    path: str
    how: str
    body: str

    def apply(self, root):
        """Write it below `root`; AssertionError where what should be there is not."""
        path = root / self.path
        if self.how == "new":
            assert not path.exists(), f"{self.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = self.body
        elif self.how == "end":
            text = path.read_text(encoding="utf-8") + self.body
        else:
            text = self._changed(path.read_text(encoding="utf-8"))
        path.unlink(missing_ok=True)  # the file of the repository itself may be linked here
        path.write_text(text, encoding="utf-8")

    def _changed(self, text):
        """Each run of lines of the block, found once, with its lines gone and come."""
        for run in re.split(r"^ *…\n", self.body, flags=re.MULTILINE):
            lines = run.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[:1] != "+")
            after = "".join(line[1:] for line in lines if line[:1] != "-")
            assert text.count(before) == 1, f"{self.path}: {text.count(before)} times:\n{before}"
            text = text.replace(before, after)
        return text


@dataclass
class Recipe:
    """One section: its edits, and the commands with what they say."""

    title: str
    edits: list[Edit] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def places(self):
        return list(dict.fromkeys(edit.path for edit in self.edits))


def recipes(document):
    """The recipes of a document, by title, in its order."""
    parts = HEADING.split((ROOT / document).read_text(encoding="utf-8"))
    found = {}
    for title, section in zip(parts[1::2], parts[2::2], strict=True):
        recipe = Recipe(title)
        for block in BLOCK.finditer(section):
            if block["path"]:
                recipe.edits.append(Edit(block["path"], HOW[block["how"]], block["body"]))
            elif block["kind"] == "sh":
                recipe.checks += [(line, "") for line in block["said"].splitlines()]
            else:
                command, _ = recipe.checks.pop()
                recipe.checks.append((command, block["said"]))
        found[title] = recipe
    return found


def tree(folder):
    """A copy of what recipes touch and run; files are linked, and so cost nothing."""
    for name in NEEDED:
        source, target = ROOT / name, Path(folder) / name
        if source.is_file():
            shutil.copy(source, target)
        else:
            shutil.copytree(source, target, copy_function=_link)
    return Path(folder)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def run(root, command):
    """What a command says, run below `root` with the package that stands there."""
    words = shlex.split(command)
    program = {"python": [], "jiuzhu": ["-m", "jiuzhu_sim"]}[words[0]]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, *program, *words[1:]],
        cwd=root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
    return ran.stdout


def assert_says(output, wanted):
    """Every line wanted is a line of the output, `…` standing for anything."""
    for line in wanted.splitlines():
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{pattern}$", output, re.MULTILINE), f"{line!r} not in\n{output}"
