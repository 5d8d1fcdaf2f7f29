"""The wheel, made once, and a place where it is all there is of the project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GUARD = """\
import os
import sys

ROOT, OWN = {root!r}, {own!r}

def is_forbidden(path):
    path = os.path.abspath(os.fsdecode(path))
    return (path + os.sep).startswith(ROOT) and not (path + os.sep).startswith(OWN)

def guard(event, args):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(args[0], (str, bytes)):
        if is_forbidden(args[0]):
            raise RuntimeError("the repository was read: " + os.fsdecode(args[0]))

sys.path[:] = [path for path in sys.path if not path or not is_forbidden(path)]
sys.addaudithook(guard)
"""
"""Forbids a Python and all it starts to read the repository (an environment in it may be used)."""


def run(*words, **options):
    """A command whose failure shows what it said."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, **options)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of this tree, made with the tools at hand: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    code, _, said = run(sys.executable, *words, "-w", folder, ROOT, cwd=folder)
    assert code == 0, said
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def outside(wheel, tmp_path_factory):
    """Runs Python (or, with `start`, starts it) where the wheel is installed and the repository is
    out of reach."""
    home = tmp_path_factory.mktemp("outside")
    words = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    code, _, said = run(sys.executable, *words, "--target", home / "installed", wheel)
    assert code == 0, said
    (home / "guard").mkdir()
    own = sys.prefix + os.sep if Path(sys.prefix).is_relative_to(ROOT) else "//"
    guard = GUARD.format(root=str(ROOT) + os.sep, own=own)
    (home / "guard" / "sitecustomize.py").write_text(guard, encoding="utf-8")
    (home / "work").mkdir()
    kept = ("PATH", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR")
    env = {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(str(home / name) for name in ("guard", "installed")),
        "PYTHONUTF8": "1",
    }

    def python(*words, start=False):
        options = {"env": env, "cwd": home / "work"}
        if start:
            words = [sys.executable, *map(str, words)]
            return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **options)
        return run(sys.executable, *words, **options)

    python.home = home
    return python
