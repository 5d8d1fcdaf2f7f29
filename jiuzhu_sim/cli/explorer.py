"""The command `explorer`: the application in the browser."""

import argparse
import json
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from jiuzhu_sim.cli.commands import DONE, HOUSEHOLDS, REFUSED, SEED, _whole
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.reading import is_file, is_folder

LAW = "example-county"
"""What is explored when nothing is named."""


def explorer(args: argparse.Namespace) -> int:
    """Start the server and stay until Ctrl-C; what is wrong is refused before anything starts."""
    from jiuzhu_sim.explorer.application.server import Server
    from jiuzhu_sim.explorer.application.worker import Worker

    setup = _setup(args)
    port = None if args.port is None else _whole(args.port, 0, "port")
    worker = Worker(setup, refused=lambda sentence: print(sentence, file=sys.stderr))
    server = Server(worker, port)
    signal.signal(signal.SIGTERM, _ended)
    worker.start()
    try:
        print(_address(args, server), flush=True)
        if not args.no_browser:
            threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        if not args.json:
            print("\n" + text("app.ended"))
    finally:
        server.server_close()
        worker.close()
    return REFUSED if worker.status()["stage"] == "refused" else DONE


def _ended(*_: Any) -> NoReturn:
    """Being told to end is as good as Ctrl-C."""
    raise KeyboardInterrupt


def _address(args: argparse.Namespace, server: Any) -> str:
    if args.json:
        return json.dumps({"address": server.address, "port": server.server_port})
    return f"{text('app.address')}\n  {server.address}"


def _setup(args: argparse.Namespace) -> Any:
    """What the application is started with, checked as far as can be without making people."""
    from jiuzhu_sim.explorer.application.worker import Setup
    from jiuzhu_sim.policy import load_policy, read_reform
    from jiuzhu_sim.population.synthesize import check_whole
    from jiuzhu_sim.report.scenarios import parse_changes

    reform = read_reform(args.reform) if args.reform else None
    baseline = load_policy(args.law or (reform.baseline if reform else LAW))
    policy = reform.apply(baseline) if reform else baseline
    policy = policy.change(parse_changes(args.set))
    households = _whole(args.households, HOUSEHOLDS, "households")
    seed = _whole(args.seed, SEED, "seed")
    check_whole("explorer", households=households, seed=seed)
    _check_people(args.data or "")
    return Setup(
        law=f"{baseline.place}@{baseline.at}",
        label=dict(baseline.label),
        data=args.data or "",
        households=households,
        seed=seed,
        per=args.per,
        changes={change.path: change.new for change in baseline.diff(policy)},
        title=pick(reform.title) if reform else "",
    )


def _check_people(data: str) -> None:
    """Refuse a recipe or a folder that is not there."""
    from jiuzhu_sim.population.parquet import TABLES
    from jiuzhu_sim.population.recipe import load_recipe

    path = Path(data)
    if not data:
        return
    if is_folder(path):
        for name in TABLES:
            if not is_folder(path / name) and not is_file(path / f"{name}.parquet"):
                raise JZError.of("JZ-E020", data, path=f"{name}.parquet")
    elif is_file(path):
        raise JZError.of("JZ-E047", data, path=data)
    elif any(sign in data for sign in "/\\."):
        raise JZError.of("JZ-E020", data, path=data)
    else:
        load_recipe(data)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"explorer": explorer}
