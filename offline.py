"""为没有网络的机器备齐安装包 · All packages for a machine without a network, in one folder.

python3 run.py wheels DIR [--platform P] [--python V] [--extra NAME]

--platform   linux-x86_64, linux-aarch64, windows；可重复，缺省为本机 · default: this machine's
--python     3.11, 3.12, 3.13；可重复，缺省为三种 · repeatable like the others, default: all three
--extra      笔记本和报告以外的组件，如 matching · besides notebooks and reports, such as matching
"""

# Called by run.py, in the Python that runs it: standard library only.

import argparse
import hashlib
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SUMS, REQUIREMENTS = "SHA256SUMS", "requirements.txt"
NOTES = {"zh": "安装说明.txt", "en": "INSTALL.txt"}
EXTRAS = ("notebooks", "reports")
PYTHONS = ("3.11", "3.12", "3.13")
EDITABLE = "editables>=0.5,<1"  # hatchling's, for the repository installed in place


def _manylinux(machine):
    """Tags from the oldest Linux up to those whose C library is 2.28: what the pins need, and what
    Kylin V10, UOS 20, openEuler, RHEL 8 and Debian 10 have."""
    glibc = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)]
    return [*glibc, *(f"manylinux{old}_{machine}" for old in ("2014", "2010", "1"))]


PLATFORMS = {  # by name: what uv calls it, which wheels fit
    "linux-x86_64": ("x86_64-manylinux_2_28", _manylinux("x86_64")),
    "linux-aarch64": ("aarch64-manylinux_2_28", _manylinux("aarch64")),
    "windows": ("x86_64-pc-windows-msvc", ["win_amd64"]),
}
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class GatherError(Exception):
    """What stopped the gathering and what to do, in Chinese and English."""


def main(python, words, env):
    """Gather by the words after `run.py wheels`; `python` has pip and uv. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="run.py wheels", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--platform", action="append", choices=PLATFORMS)
    parser.add_argument("--python", action="append", choices=(*PYTHONS, "3.14"))
    parser.add_argument("--extra", action="append", default=[])
    asked = parser.parse_args(words)
    try:
        platforms = asked.platform or [_own()]
        targets = [(name, version) for name in platforms for version in asked.python or PYTHONS]
        gather(python, Path(asked.folder).resolve(), targets, [*EXTRAS, *asked.extra], env)
    except GatherError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _own():
    """The name of the machine this runs on; one that is none of ours is not guessed."""
    machine = platform.machine().lower()
    name = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    name = "windows" if name == "windows-x86_64" else name
    if name not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise GatherError(
            f"请用 --platform 写明给哪种机器：{known}。\n"
            f"Say with --platform for which machine: {known}."
        )
    return name


def gather(python, out, targets, extras, env):
    """Every wheel for every target, our own, pins with digests, sums, notes: whole or not at all.

    `targets` are pairs of a platform and a Python. A folder gathered before is replaced; any other
    that holds something is refused.
    """
    is_ours = (out / SUMS).is_file() or (out.is_dir() and not any(out.iterdir()))
    if out.exists() and not is_ours:
        raise GatherError(
            f"{out} 里有别的东西：换一个空的或还没有的文件夹。\n"
            f"{out} holds something else: name a folder that is empty or not there yet."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        folder = Path(scratch) / out.name
        folder.mkdir()
        uv = _Uv(python, extras, env)
        for where, version in targets:
            _download(python, uv.pins(where, version), where, version, folder, env)
        _run(
            [python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT], env, "jiuzhu_sim"
        )
        _describe(folder, uv.all_pins(), extras, targets)
        if out.exists():
            out.rename(Path(scratch) / "before")
        folder.rename(out)
    wheels = [*out.glob("*.whl")]
    size = sum(path.stat().st_size for path in wheels) / 1e6
    print(f"{out}：{len(wheels)} 个安装包，{size:,.0f} MB · {len(wheels)} wheels, {size:,.0f} MB")
    print(f"下一步见 {NOTES['zh']} · what to do now: {NOTES['en']}")


class _Uv:
    """uv's resolver, which knows what other systems and Pythons need; pip looks at its own only."""

    def __init__(self, python, extras, env):
        self.words = [python, "-m", "uv", "pip", "compile", "-q"]
        self.words += ["--no-annotate", "--no-header", "--no-emit-index-url"]
        self.extras = [word for name in extras for word in ("--extra", name)]
        self.env = env
        with (ROOT / "pyproject.toml").open("rb") as project:
            self.build = [*tomllib.load(project)["build-system"]["requires"], EDITABLE]

    def pins(self, where, version):
        """Pins for one target: what the program needs, and what builds it in place."""
        target = ["--python-platform", PLATFORMS[where][0], "--python-version", version]
        return [*self._compiled(target), *self._compiled(target, "\n".join(self.build))]

    def all_pins(self):
        """What the program needs on any system, each with the condition it is needed under."""
        return self._compiled(
            ["--universal", "--fork-strategy", "fewest", "--python-version", PYTHONS[0]]
        )

    def _compiled(self, words, wanted=None):
        what = ["-"] if wanted else ["pyproject.toml", *self.extras]
        words = [*self.words, *what, *words, "-c", "constraints.txt"]
        return _run(words, self.env, "uv", wanted).splitlines()


def _download(python, pins, where, version, folder, env):
    """The wheels of one target."""
    start = time.monotonic()
    print(f"{where}, Python {version} ... ", end="", flush=True, file=sys.stderr)
    listing = folder / "pins.tmp"
    listing.write_text("\n".join(pins), encoding="utf-8")
    words = [python, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    words += [
        "--disable-pip-version-check",
        "--python-version",
        version,
        "-d",
        folder,
        "-r",
        listing,
    ]
    words += [word for tag in PLATFORMS[where][1] for word in ("--platform", tag)]
    try:
        _run(words, env, f"{where}, Python {version}")
    finally:
        listing.unlink()
    print(f"{len(pins)} · {time.monotonic() - start:.0f} s", file=sys.stderr)


def _run(words, env, what, given=None):
    """Run and return what it prints; on failure the last lines of its complaint."""
    done = subprocess.run(
        [str(word) for word in words],
        input=given, capture_output=True, text=True, encoding="utf-8", errors="replace",
        cwd=ROOT, env=env,
    )  # fmt: skip
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip() and "WARNING" not in line]
        said = "\n".join(said[-3:])
        if "No module named uv" in said:
            said = "pip install uv"
        raise GatherError(f"没有备齐，停在 {what} · not gathered, stopped at {what}:\n{said}")
    return done.stdout


def _describe(folder, pins, extras, targets):
    """The list with digests that pip checks when it installs, the list of sums, the two notes."""
    digests = {}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        digests.setdefault((_normal(name), version), []).append(digest)
    with (ROOT / "pyproject.toml").open("rb") as project:
        own = tomllib.load(project)["project"]
    lines = [_line(f"{own['name']}[{','.join(extras)}]", own["version"], "", digests)]
    for pin in pins:
        name, version, condition = re.fullmatch(r"([\w.-]+)==([^ ;]+)(?: ; (.*))?", pin).groups()
        if (_normal(name), version) in digests:  # else for a system that was not asked for
            lines.append(_line(name, version, condition, digests))
    (folder / REQUIREMENTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    systems = ", ".join(dict.fromkeys(where for where, _ in targets))
    pythons = ", ".join(dict.fromkeys(version for _, version in targets))
    for lang, name in NOTES.items():
        note = NOTE[lang].format(version=own["version"], systems=systems, pythons=pythons)
        (folder / name).write_bytes(note.replace("\n", "\r\n").encode("utf-8-sig"))
    sums = (
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}" for p in sorted(folder.iterdir())
    )
    (folder / SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8", newline="\n")


def _line(name, version, condition, digests):
    """One requirement with every digest there is of it here: one a system and Python."""
    here = digests[_normal(name.partition("[")[0]), version]
    words = [f"{name}=={version}", *([f"; {condition}"] if condition else [])]
    return " ".join([*words, *(f"--hash=sha256:{digest}" for digest in here)])


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


NOTE = {
    "zh": """\
jiuzhu_sim {version}：没有网络的机器怎样安装

适用：{systems}；Python {pythons}（64位）。
先要有 Python（不在本文件夹里）：Windows 用 python.org 的安装包，勾选“Add python.exe to PATH”；
Linux 用系统自带的或软件源里的，须为上列版本，并带 venv（Debian、UOS 上是软件包 python3-venv）。

在终端（Windows 为“命令提示符”）里进入本文件夹，然后键入：

Windows：
  python -m venv C:\\jiuzhu
  C:\\jiuzhu\\Scripts\\python -m pip install --no-index --find-links . -r requirements.txt
  C:\\jiuzhu\\Scripts\\jiuzhu doctor
  C:\\jiuzhu\\Scripts\\jiuzhu init D:\\jiuzhu-work

Linux：
  python3 -m venv ~/jiuzhu
  ~/jiuzhu/bin/python -m pip install --no-index --find-links . -r requirements.txt
  ~/jiuzhu/bin/jiuzhu doctor
  ~/jiuzhu/bin/jiuzhu init ~/jiuzhu-work

安装时逐个核对哈希值，有一个文件不对就不装。要在复制之后先核对：sha256sum -c SHA256SUMS（Linux）。
init 建的文件夹里有“使用说明.txt”，从那里开始。以后每次使用前：
  Windows：C:\\jiuzhu\\Scripts\\activate      Linux：. ~/jiuzhu/bin/activate
之后只键入 jiuzhu 就行。

更新：换上新的本文件夹，再运行 pip install 那一行。
卸载：删掉 C:\\jiuzhu（~/jiuzhu）文件夹。个人文件夹里的 .jiuzhu_sim 是花名册用的密钥，
不再需要也可以删。
""",
    "en": """\
jiuzhu_sim {version}: how to install on a machine without a network

For: {systems}; Python {pythons} (64 bit).
Python comes first and is not in this folder: on Windows the installer of python.org, with
"Add python.exe to PATH" ticked; on Linux the system's own, of a version listed above, with venv
(the package python3-venv on Debian).

Go to this folder in a terminal and type:

Windows:
  python -m venv C:\\jiuzhu
  C:\\jiuzhu\\Scripts\\python -m pip install --no-index --find-links . -r requirements.txt
  C:\\jiuzhu\\Scripts\\jiuzhu doctor
  C:\\jiuzhu\\Scripts\\jiuzhu init D:\\jiuzhu-work

Linux:
  python3 -m venv ~/jiuzhu
  ~/jiuzhu/bin/python -m pip install --no-index --find-links . -r requirements.txt
  ~/jiuzhu/bin/jiuzhu doctor
  ~/jiuzhu/bin/jiuzhu init ~/jiuzhu-work

The digest of every file is checked on installation; one that differs stops it. To check right after
copying: sha256sum -c SHA256SUMS (Linux).
The folder made by init holds README.txt: begin there. Before each use:
  Windows: C:\\jiuzhu\\Scripts\\activate      Linux: . ~/jiuzhu/bin/activate
and then type jiuzhu alone.

To update: take the new folder and run the line with pip install again.
To uninstall: delete the folder C:\\jiuzhu (~/jiuzhu); .jiuzhu_sim in your home folder is the key
for rosters and can go too.
""",
}
