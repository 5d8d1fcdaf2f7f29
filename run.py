#!/usr/bin/env python3
"""一条命令装好并运行，只需要 Python 3.11 或更新 · Set up and run; Python 3.11+ is all it needs.

python3 run.py report              内置县的年度报告 · annual report of the built-in county
python3 run.py report KIND ...     其他报告 · any other report
python3 run.py test [PYTEST ...]   格式、类型、测试 · lint, types, tests
python3 run.py bench [WORDS]       与别的引擎比速度 · the benchmark, beside other engines
python3 run.py docs                文档网站，两种语言 · the documentation as a site
python3 run.py lab                 在 JupyterLab 里打开笔记本 · the notebooks in JupyterLab
python3 run.py doctor              检查这台机器 · is this machine ready
python3 run.py wheels DIR          为断网的机器备齐安装包 · packages for a machine without network
python3 run.py WORDS ...           其余原样交给 jiuzhu · all else goes to the jiuzhu command line

--no-venv          用当前环境，不安装 · use the current environment, install nothing
JIUZHU_NO_UV=1     只用 pip 安装 · install with pip only
wheels/            旁边有这个文件夹就从里面安装 · where it stands beside, it is installed from
"""

# No syntax newer than Python 3.6 here: an old Python gets a sentence, not a SyntaxError.

import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "jiuzhu-stamp.json"  # written last: no stamp, no finished environment
LOG = VENV / "setup.log"
WHEELS = (
    ROOT / "wheels"
)  # made by `wheels` elsewhere and brought here: the set-up without a network

EXTRAS = {"notebooks", "reports"}
TEST_EXTRAS = EXTRAS | {"matching", "cluster", "benchmarks", "docs", "dev"}
NEEDED = {  # by word; all others: EXTRAS
    "test": TEST_EXTRAS,
    "wheels": set(),
    "link": EXTRAS | {"matching"},
    "docs": EXTRAS | {"docs"},
    "bench": EXTRAS | {"cluster", "benchmarks"},
    "--scheduler": EXTRAS | {"cluster"},
}
COUNTY = "s42-county-2013"  # built in, with what it reported
DEFAULT_REPORT = ["report", "annual", "--law", COUNTY, "--out", "reports/" + COUNTY]
CHECKS = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "jiuzhu_sim"]]
# Each process has neighbouring tests, which share what they prepare; who is done takes over some.
ON_ALL_CORES = ["-n", "logical", "--maxprocesses=8", "--dist=worksteal"]  # `-n 0`: just one


class SetupError(Exception):
    """What stopped the set-up and what to do, in Chinese and English."""

    def __init__(self, zh, en):
        super().__init__(f"{zh}\n{en}")


def main(words):
    """Set up if needed, do the job, return its exit code."""
    if sys.version_info < (3, 11):
        have = ".".join(map(str, sys.version_info[:3]))
        return refuse(
            f"需要 Python 3.11 或更新，这里是 {have}：请从 python.org 安装新版再运行。\n"
            f"Python 3.11 or newer is needed, this is {have}: "
            "install one from python.org and run this with it."
        )
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console without Chinese must not end the job
    in_place = "--no-venv" in words
    words = [word for word in words if word != "--no-venv"]
    if not words or words[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    try:
        python = current_python() if in_place else ready_python(extras_for(words))
        return job(str(python), words)
    except SetupError as problem:
        return refuse(problem)
    except KeyboardInterrupt:
        refuse("\n已中断；再运行一次会接着完成。\nInterrupted; run it again to continue.")
        return 130


def extras_for(words):
    """What the job needs to have installed, by its first word and its options."""
    options = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
    named = [word for word in [words[0], *sorted(options)] if word in NEEDED]
    return NEEDED[named[0]] if named else EXTRAS


def refuse(message):
    """Say why not, to the reader of the terminal; exit code 2 means refused."""
    print(message, file=sys.stderr)
    return 2


# -- the job ---------------------------------------------------------------------------------


def job(python, words):
    """Translate the words after `run.py` into a command of the environment."""
    if words[0] == "test":
        return test(python, words[1:])
    if words[0] == "lab":
        # The folder named, else the one the user stands in (made by `init`), else this one.
        is_named = len(words) > 1 and not words[1].startswith("-")
        folder = [] if is_named or Path("notebooks").is_dir() else [str(ROOT)]
        return call(python, "jiuzhu_sim", "lab", *folder, *words[1:])
    if words[0] == "wheels":
        import offline  # beside this file; Pythons older than 3.11 never get here

        return offline.main(python, words[1:], same_index())
    if words[0] == "docs":
        return call(python, "docs.site", *words[1:], cwd=ROOT)
    if words[0] == "bench":
        return call(python, "benchmarks", *words[1:], cwd=ROOT)
    if words == ["report"]:
        return call(python, "jiuzhu_sim", *DEFAULT_REPORT, cwd=ROOT)
    return call(python, "jiuzhu_sim", *words)  # where the user stands: paths are the user's


def test(python, pytest_words):
    """Lint, types, tests; stops at the first that fails."""
    for step in [*CHECKS, ["pytest", *ON_ALL_CORES, *pytest_words]]:
        name, start = " ".join(step), time.monotonic()
        print(f"── {name}", flush=True)
        code = call(python, *step, cwd=ROOT)
        seconds = time.monotonic() - start
        if code:
            print(f"── {name}：未通过 failed ({seconds:.1f} s)", flush=True)
            return code
        print(f"── {name}：通过 passed ({seconds:.1f} s)", flush=True)
    return 0


def call(python, module, *words, cwd=None):
    """Run a module of the environment, let it handle Ctrl-C itself, return its exit code."""
    env = dict(os.environ)
    env.setdefault("PYTHONUTF8", "1")
    if python == str(PYTHON):
        env.update(VIRTUAL_ENV=str(VENV), PATH=str(BIN) + os.pathsep + env.get("PATH", ""))
        env.pop("PYTHONHOME", None)
        word = "python" if os.name == "nt" else "python3"  # what the user types to get here
        env["JIUZHU_TYPED"] = subprocess.list2cmdline([word, str(ROOT / "run.py")])
    child = subprocess.Popen([python, "-m", module, *words], cwd=cwd, env=env)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())  # nothing is left running
    while True:
        try:
            code = child.wait()
            return code if code >= 0 else 128 - code  # ended by a signal: as a shell says it
        except KeyboardInterrupt:
            continue


# -- the environment -------------------------------------------------------------------------


def current_python():
    """The interpreter that runs this, if the package is installed in it."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("jiuzhu_sim")
    except PackageNotFoundError:
        extras = ",".join(sorted(TEST_EXTRAS))
        command = "pip install -e .[{}] -c constraints.txt".format(extras)
        raise SetupError(
            "当前环境里没有 jiuzhu_sim：去掉 --no-venv，或先运行 {}。".format(command),
            "jiuzhu_sim is not installed in this environment: "
            "leave out --no-venv, or first run {}.".format(command),
        ) from None
    return sys.executable


def ready_python(extras):
    """The Python of `.venv`, after making or completing it where that is needed."""
    stamp = read_stamp()
    fingerprint = digest()
    have = set(stamp.get("extras", []))
    if stamp.get("digest") == fingerprint and extras <= have and PYTHON.exists():
        return PYTHON
    extras = sorted(extras | have)
    try:
        set_up(extras)
        STAMP.write_text(json.dumps({"digest": fingerprint, "extras": extras}), encoding="utf-8")
    except OSError as problem:
        raise SetupError(
            f"写不了 {VENV}（{problem.strerror}）：请换到可写、有空间的文件夹后再运行。",
            f"Cannot write {VENV} ({problem.strerror}): "
            "move to a writable folder with space and run again.",
        ) from None
    return PYTHON


def read_stamp():
    """What the environment was set up for; empty when unknown."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def digest():
    """Changes with what is to be installed and with the folder, as an editable install names it."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def set_up(extras):
    """Make `.venv` unless a usable one is there, then install into it: uv if it can, else pip."""
    usable = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if not (PYTHON.exists() and quiet(PYTHON, "-c", usable).returncode == 0):
        if not importlib.util.find_spec("ensurepip"):
            package = "python{}.{}-venv".format(*sys.version_info)
            raise SetupError(
                f"这个 Python 缺少 venv：先运行 sudo apt install {package}，再运行同一命令。",
                f"This Python lacks venv: run sudo apt install {package}, then this again.",
            )
        if VENV.exists():
            shutil.rmtree(VENV)  # half-made or from a Python that is gone
        VENV.mkdir()
        # The base interpreter: this one may itself live in the folder just removed.
        base = getattr(sys, "_base_executable", None) or sys.executable
        if not stage("建立环境 · create .venv", base, "-m", "venv", VENV):
            raise stopped()
    if STAMP.exists():
        STAMP.unlink()
    what = ["-e", ".[{}]".format(",".join(extras)) if extras else ".", "-c", "constraints.txt"]
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if WHEELS.is_dir():
        found = ["--no-index", "--find-links", WHEELS]
        if not stage("安装（从 wheels/）· install (from wheels/)", *pip, *found, *what):
            raise unfit()
        return
    if not os.environ.get("JIUZHU_NO_UV"):
        uv = [PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON]
        if stage("取得安装工具 · get uv", *pip, "uv") and stage(
            "安装 · install", *uv, *what, env=same_index()
        ):
            return
        print("uv 没有完成，改用 pip · uv did not finish, pip takes over", file=sys.stderr)
    if not stage("安装（pip，约两分钟）· install (pip, about two minutes)", *pip, *what):
        raise stopped()


def same_index():
    """Environment in which uv, which reads no pip settings, uses the mirror pip is set to."""
    env = dict(os.environ)
    index = env.get("PIP_INDEX_URL")
    index = index or quiet(PYTHON, "-m", "pip", "config", "get", "global.index-url").stdout.strip()
    if index:
        env.setdefault("UV_DEFAULT_INDEX", index)
    return env


def quiet(*command):
    """Run and keep what it prints."""
    return subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        universal_newlines=True,
    )


def stage(label, *command, env=None):
    """One step of the set-up: its output goes to the log, its name and seconds to the terminal."""
    start, live = time.monotonic(), sys.stderr.isatty()
    show = f"{label} ... "
    print(show, end="", flush=True, file=sys.stderr)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n── {label}\n")
        log.flush()
        words = [str(word) for word in command]
        child = subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT, env=env)
        try:
            while child.poll() is None:
                time.sleep(0.1)
                if live:
                    print(f"\r{show}{time.monotonic() - start:.0f} s", end="", file=sys.stderr)
        finally:
            if child.poll() is None:  # interrupted
                child.kill()
                child.wait()
    again = "\r" + show if live else ""
    mark = "" if child.returncode == 0 else "  ×"
    print(f"{again}{time.monotonic() - start:.1f} s{mark}", flush=True, file=sys.stderr)
    return child.returncode == 0


def stopped():
    """The sentence for a set-up that did not finish, by what its last step wrote to the log."""
    text = LOG.read_text(encoding="utf-8", errors="replace").rsplit("\n── ", 1)[-1]
    if "No space left" in text:
        zh, en = "磁盘已满：腾出约 1 GB", "the disk is full: free about 1 GB"
    elif re.search(r"(?i)connect|timed? ?out|resolution|SSL|proxy|No matching distribution", text):
        zh = "下载不了软件包：检查网络，内网请先设好 pip 镜像或代理"
        en = "packages cannot be downloaded: check the network, or set pip's mirror or proxy"
    else:
        zh, en = "请看日志最后几行", "see the last lines of the log"
    log = LOG.relative_to(ROOT)
    return SetupError(
        f"安装没有完成，{zh}，再运行同一命令会接着完成（日志 {log}）。",
        f"Set-up did not finish, {en}; the same command continues it (log: {log}).",
    )


def unfit():
    """The sentence for a folder of wheels that lacks something, with what pip found lacking."""
    text = LOG.read_text(encoding="utf-8", errors="replace").rsplit("\n── ", 1)[-1]
    lacking = re.findall(r"(?:distribution found for|satisfies the requirement) ([\w.-]+)", text)
    seen = LOG.relative_to(ROOT)
    zh, en = (
        [lacking[-1]] * 2 if lacking else (f"所需的全部组件（{seen}）", f"all it needs ({seen})")
    )
    have = "{}, Python {}.{}".format(sys.platform, *sys.version_info[:2])
    return SetupError(
        f"wheels/ 里没有适合这台机器（{have}）的{zh}：在有网络的机器上重新运行 "
        "python3 run.py wheels，用 --platform、--python、--extra 写明要什么；"
        "这里有网络就移走 wheels/。",
        f"wheels/ lacks {en} for this machine ({have}): run python3 run.py wheels again where "
        "there is a network, and say by --platform, --python, --extra what for; with a network "
        "here, move wheels/ away.",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
