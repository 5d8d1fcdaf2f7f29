"""The folder of packages for a machine without a network: gathered whole, said exactly, or refused.

What is downloaded is made up here: tests ask no network.
"""

import hashlib
import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
import offline  # noqa: E402

RUN = runpy.run_path(str(ROOT / "run.py"))
NEEDED = {"linux-x86_64": {"pexpect": "4.9.0"}, "windows": {"colorama": "0.4.6"}}
UNIVERSAL = [
    "numpy==2.4.6",
    "colorama==0.4.6 ; sys_platform == 'win32'",
    "pexpect==4.9.0 ; sys_platform != 'win32'",
    "appnope==0.1.4 ; sys_platform == 'darwin'",
]


@pytest.fixture
def index(monkeypatch):
    """Stands in for uv and pip: every wheel holds its name; names in `broken` cannot be had."""
    broken, asked = set(), []

    def run(words, env, what, given=None):
        words = [str(word) for word in words]
        asked.append(words)
        if "compile" in words:
            if given:
                return "hatchling==1.33.0\n"
            if "--universal" in words:
                return "\n".join(UNIVERSAL) + "\n"
            uv = words[words.index("--python-platform") + 1]
            (name,) = (name for name, (known, _) in offline.PLATFORMS.items() if known == uv)
            pins = {"numpy": "2.4.6"} | NEEDED.get(name, {})
            return "".join(f"{package}=={version}\n" for package, version in pins.items())
        folder = Path(words[words.index("-d" if "download" in words else "-w") + 1])
        if "download" in words:
            pins = Path(words[words.index("-r") + 1]).read_text(encoding="utf-8").split()
            tag = words[-1] if "windows" not in what else "win_amd64"
            version = words[words.index("--python-version") + 1].replace(".", "")
        else:
            pins, tag, version = ["jiuzhu_sim==0.1.0"], "any", "3"
        for pin in pins:
            name, _, number = pin.partition("==")
            if name in broken:
                raise offline.GatherError(f"No matching distribution found for {pin}")
            pure = name not in ("numpy",)
            tags = "py3-none-any" if pure else f"cp{version}-cp{version}-{tag}"
            (folder / f"{name}-{number}-{tags}.whl").write_bytes(f"{name}{tags}".encode())
        return ""

    monkeypatch.setattr(offline, "_run", run)
    return broken, asked


def gathered(folder, *words):
    return offline.main("python", [str(folder), *words], {})


BOTH = ("--platform", "linux-x86_64", "--platform", "windows", "--python", "3.12")


def test_every_target_is_asked_for_and_every_file_is_listed(index, tmp_path):
    assert gathered(tmp_path / "w", *BOTH) == 0
    wheels = {path.name: path for path in (tmp_path / "w").glob("*.whl")}
    assert {name.partition("-")[0] for name in wheels} == {
        *("numpy", "pexpect", "colorama", "hatchling", "jiuzhu_sim")
    }
    assert len([name for name in wheels if name.startswith("numpy")]) == 2
    sums = (tmp_path / "w" / offline.SUMS).read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ")) for line in sums)
    there = {path.name for path in (tmp_path / "w").iterdir()} - {offline.SUMS}
    assert set(listed) == there == {*wheels, offline.REQUIREMENTS, *offline.NOTES.values()}
    for name, digest in listed.items():
        assert hashlib.sha256((tmp_path / "w" / name).read_bytes()).hexdigest() == digest
    assert not [path for path in tmp_path.iterdir() if path.name != "w"], "nothing is left beside"


def test_requirements_have_conditions_and_a_digest_for_each_file(index, tmp_path):
    gathered(tmp_path / "w", *BOTH)
    lines = (tmp_path / "w" / offline.REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    assert [re.sub(r" --hash=sha256:[0-9a-f]{64}", " #", line) for line in lines] == [
        "jiuzhu_sim[notebooks,reports]==0.1.0 #",
        "numpy==2.4.6 # #",
        "colorama==0.4.6 ; sys_platform == 'win32' #",
        "pexpect==4.9.0 ; sys_platform != 'win32' #",
    ]
    digest = hashlib.sha256((tmp_path / "w" / "colorama-0.4.6-py3-none-any.whl").read_bytes())
    assert digest.hexdigest() in lines[2]


def test_notes_name_systems_and_pythons_and_open_on_windows(index, tmp_path):
    gathered(tmp_path / "w", *BOTH)
    for name in offline.NOTES.values():
        note = (tmp_path / "w" / name).read_bytes()
        assert note.startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in note
        said = note.decode("utf-8-sig")
        assert "linux-x86_64, windows" in said
        assert "3.12" in said
        assert "{" not in said
        assert "--no-index --find-links . -r requirements.txt" in said


def test_extras_are_passed_on(index, tmp_path):
    gathered(tmp_path / "w", *BOTH, "--extra", "matching")
    first = (tmp_path / "w" / offline.REQUIREMENTS).read_text(encoding="utf-8")
    assert first.startswith("jiuzhu_sim[notebooks,reports,matching]==")
    compiled = [words for words in index[1] if "compile" in words and "pyproject.toml" in words]
    assert all("matching" in words for words in compiled)


def test_a_package_that_cannot_be_had_leaves_nothing(index, tmp_path, capsys):
    index[0].add("pexpect")
    assert gathered(tmp_path / "w", *BOTH) == 2
    assert "pexpect" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_earlier_folder_is_replaced_and_kept_when_the_new_one_fails(index, tmp_path):
    gathered(tmp_path / "w", *BOTH)
    (tmp_path / "w" / "old-1.0-py3-none-any.whl").write_bytes(b"")
    index[0].add("numpy")
    assert gathered(tmp_path / "w", *BOTH) == 2
    assert (tmp_path / "w" / "old-1.0-py3-none-any.whl").exists()
    index[0].clear()
    assert gathered(tmp_path / "w", *BOTH) == 0
    assert not (tmp_path / "w" / "old-1.0-py3-none-any.whl").exists()


def test_a_folder_of_somebody_elses_is_refused(index, tmp_path, capsys):
    (tmp_path / "台账.xlsx").write_bytes(b"mine")
    assert gathered(tmp_path, *BOTH) == 2
    assert "holds something else" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]
    assert index[1] == []


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "linux-x86_64"),
        ("Linux", "aarch64", "linux-aarch64"),
        ("Linux", "arm64", "linux-aarch64"),
        ("Windows", "AMD64", "windows"),
    ],
)
def test_this_machine_is_known(system, machine, name, monkeypatch):
    monkeypatch.setattr(offline.platform, "system", lambda: system)
    monkeypatch.setattr(offline.platform, "machine", lambda: machine)
    assert offline._own() == name


def test_a_machine_that_is_none_of_ours_is_not_guessed(index, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(offline.platform, "system", lambda: "Linux")
    monkeypatch.setattr(offline.platform, "machine", lambda: "loongarch64")
    assert gathered(tmp_path / "w") == 2
    assert "--platform" in capsys.readouterr().err


def test_old_systems_are_not_promised():
    tags = offline.PLATFORMS["linux-aarch64"][1]
    assert tags[0] == "manylinux_2_28_aarch64"
    assert "manylinux_2_29_aarch64" not in tags
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(tags)


# --- run.py ----------------------------------------------------------------------------------
def test_run_py_installs_from_the_folder_beside_it_and_from_nowhere_else(tmp_path, monkeypatch):
    """What would be run; nothing is."""
    stages, spaces = [], RUN["set_up"].__globals__
    python = tmp_path / "python"
    python.touch()
    (tmp_path / "wheels").mkdir()
    for name, value in {
        "PYTHON": python,
        "STAMP": tmp_path / "stamp",
        "WHEELS": tmp_path / "wheels",
        "quiet": lambda *_: type("Done", (), {"returncode": 0, "stdout": ""}),
        "stage": lambda label, *words, **_: stages.append([*map(str, words)]) or True,
    }.items():
        monkeypatch.setitem(spaces, name, value)
    RUN["set_up"](["reports"])
    (words,) = stages
    assert "--no-index" in words
    assert words[words.index("--find-links") + 1] == str(tmp_path / "wheels")
    assert "uv" not in words
    monkeypatch.setitem(spaces, "WHEELS", tmp_path / "none")
    stages.clear()
    RUN["set_up"]([])
    assert not any("--no-index" in words for words in stages)
    assert all("." in words for words in stages[1:]), "no extras, no brackets"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("ERROR: No matching distribution found for scipy==1.17.1", "scipy"),
        ("ERROR: Could not find a version that satisfies the requirement duckdb<3", "duckdb"),
        ("ERROR: ResolutionImpossible", "setup.log"),
    ],
)
def test_a_folder_for_another_machine_is_said_so(said, named, tmp_path, monkeypatch):
    spaces = RUN["unfit"].__globals__
    monkeypatch.setitem(spaces, "ROOT", tmp_path)
    monkeypatch.setitem(spaces, "LOG", tmp_path / "setup.log")
    (tmp_path / "setup.log").write_text(f"── one\n{said}", encoding="utf-8")
    zh, en = str(RUN["unfit"]()).splitlines()
    for sentence in (zh, en):
        assert named in sentence
        assert "--platform" in sentence


def test_the_words_wheels_and_lab(monkeypatch, tmp_path):
    calls, spaces = [], RUN["job"].__globals__
    monkeypatch.setitem(spaces, "call", lambda *words, **_: calls.append(words) or 0)
    monkeypatch.chdir(tmp_path)
    RUN["job"]("python", ["lab", "--no-browser"])
    RUN["job"]("python", ["lab", "here"])
    (tmp_path / "notebooks").mkdir()
    RUN["job"]("python", ["lab"])
    lab = ("python", "jiuzhu_sim", "lab")
    assert calls == [(*lab, str(ROOT), "--no-browser"), (*lab, "here"), lab]
    assert RUN["extras_for"](["wheels", "x"]) == set()


def test_a_folder_called_like_a_word_asks_for_nothing_more():
    assert RUN["extras_for"](["init", "docs"]) == RUN["EXTRAS"]
    assert "cluster" in RUN["extras_for"](["run", "--scheduler=local"])
