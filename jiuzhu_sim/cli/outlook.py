"""The commands `solve` (the affordable standard) and `forecast` (the need of the year)."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from jiuzhu_sim.cli.commands import DONE, FINDINGS, _people, _policy, _whole
from jiuzhu_sim.cli.page import Progress
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import said, text


def solve(args: argparse.Namespace) -> int:
    """The highest (or lowest) affordable value; exit code 1 where there is none."""
    from jiuzhu_sim.outlook.afford.solve import RISK, checked
    from jiuzhu_sim.outlook.afford.solve import solve as solve_for
    from jiuzhu_sim.outlook.need.forecast import forecast

    started = time.perf_counter()
    policy, problems = _policy(args), Problems()
    path, budget = _asked(args.param), _budget(args, policy, problems)
    asked = {
        "risk": RISK if args.risk is None else _number(args.risk),
        "step": _number(args.step),
        "low": _number(args.low),
        "high": _number(args.high),
        "rule": args.rule,
        "ratio_min": _number(args.ratio_min) or 0.0,
        "only": args.account or None,
    }
    options = _options(args, problems)
    # Everything wrong is told before the people are made.
    checked(policy, path, budget, problems=problems, **asked)
    people = _people(args, policy)
    with _progress(args) as progress:
        made = forecast(people, policy, progress=progress, **options)
    found = solve_for(people, policy, path, budget, forecast=made, confirm=args.confirm, **asked)
    written = _write(args, policy, found)
    if args.json:
        content = {**_about(args, people, made), **found.as_dict(), "out": written}
        content["seconds"] = round(time.perf_counter() - started, 1)
        print(json.dumps(content, ensure_ascii=False))
    else:
        print("\n".join(_solution_lines(found, made, written)))
    return DONE if found.is_found else FINDINGS


def _solution_lines(found: Any, made: Any, written: str | None) -> list[str]:
    lines = list(found.sentences())
    lines.append(text("solve.binds", what=text(f"solve.binding.{found.binding}")))
    if found.levers:
        what = text("solve.levers.next" if found.is_found else "solve.levers.any")
        lines.append(text("solve.levers", what=what))
        for name, now, needed in found.levers_told():
            lines.append("  " + text("solve.lever_line", name=name, now=now, needed=needed))
    lines += ["", str(found.table()), *_basis(made)]
    return [*lines, text("cli.written_file", out=written)] if written else lines


def _write(args: argparse.Namespace, policy: Any, found: Any) -> str | None:
    """The affordable policy as a reform file; None where there is none, or nothing changes."""
    from jiuzhu_sim.policy import load_policy, write_reform
    from jiuzhu_sim.report.scenarios import named_after

    preset = load_policy(policy.place, policy.at)
    if not (args.out and found.is_found and preset.diff(found.policy)):
        return None
    title = named_after(preset, found.policy)
    return str(write_reform(args.out, preset, found.policy, title=title))


def forecast(args: argparse.Namespace) -> int:
    """Need by programme and month; with a budget the probability of a gap."""
    from jiuzhu_sim.outlook.afford.gap import gap
    from jiuzhu_sim.outlook.afford.gap_tables import (
        gap_by_account,
        gap_by_pot,
        gap_sentence,
        gap_table,
        lasts_sentence,
    )
    from jiuzhu_sim.outlook.need.forecast import forecast as make

    policy, problems = _policy(args), Problems()
    options = _options(args, problems)
    budget = _budget(args, policy, problems) if args.budget is not None else None
    if budget is not None:
        from jiuzhu_sim.outlook.afford.purses import refuse_budget

        refuse_budget(budget, problems)
    problems.raise_if_any()
    people = _people(args, policy)
    with _progress(args) as progress:
        made = make(people, policy, progress=progress, **options)
    short = gap(made, 0.0 if budget is None else budget)
    tables = [gap_by_account(short)]
    tables += [gap_table(short)] if budget is not None else []
    tables += [gap_by_pot(short)] if len(short.counted) > 1 else []
    tables += _drivers(made, short) if args.drivers else []
    if args.json:
        content = {**_about(args, people, made), **_need(made)}
        content |= _gap_numbers(short) if budget is not None else {}
        if args.drivers:
            drawn = tables[-2:]
            for each in drawn:
                rows = json.loads(each.frame().to_json(orient="records"))
                content[each.name.removesuffix("_gap")] = rows
        print(json.dumps(content, ensure_ascii=False))
    else:
        lines = [_total(made), "", str(tables[0]), "", text("cli.by_month"), *_months(made)]
        lines += ["", gap_sentence(short), lasts_sentence(short)] if budget is not None else []
        print("\n".join([*lines, *(f"\n{table}" for table in tables[1:]), "", *_basis(made)]))
    return DONE


def _drivers(made: Any, short: Any) -> list[Any]:
    from jiuzhu_sim.outlook.need.drivers import sobol, tornado

    money = short.money if short.money.any() else None
    return [tornado(made, money), sobol(made, money)]


def _need(made: Any) -> dict[str, Any]:
    """Need by account, month and in all: P10, P50, P90, yuan."""
    from jiuzhu_sim.months.calendar import Span
    from jiuzhu_sim.outlook.afford.gap import quantiles

    by_account, by_month = made.by_account, made.by_month
    names = Span.of(made.start, made.months).names
    return {
        "need_yuan": quantiles(made.year),
        "accounts": {key: quantiles(by_account[:, k]) for k, key in enumerate(made.accounts)},
        "by_month": {name: quantiles(by_month[:, k]) for k, name in enumerate(names)},
        "emulator_error": made.error,
        "variance_shares": dict(made.shares),
    }


def _gap_numbers(short: Any) -> dict[str, Any]:
    found = short.probability
    return {
        "money_yuan": float(short.money.mean()),
        "gap_yuan": dict(short.quantiles),
        "probability": found.value,
        "error": found.error,
        "emulator_part": found.emulator,
    }


def _total(made: Any) -> str:
    from jiuzhu_sim.outlook.afford.gap import quantiles
    from jiuzhu_sim.outlook.afford.solution import money

    spread = quantiles(made.year)
    key = "cli.need_certain" if made.uncertainty.is_none else "cli.need_total"
    shown = {name: money(value) for name, value in spread.items()}
    return text(key, months=made.months, **shown)


def _months(made: Any) -> list[str]:
    from jiuzhu_sim.outlook.afford.solution import money

    lines = []
    for name, spread in _need(made)["by_month"].items():
        told = {key: money(value) for key, value in spread.items()}
        shown = told["p50"] if made.uncertainty.is_none else text("cli.need_month", **told)
        lines.append("  " + said(name, shown))
    return lines


def _basis(made: Any) -> list[str]:
    """What the numbers rest on: runs, draws, assumptions, synthetic people."""
    told = {
        "runs": made.runs,
        "draws": f"{made.draws:,}",
        "households": f"{made.people.households:,}",
    }
    return [text("cli.forecast_basis", **told, error=f"{made.error:.2%}"), text("cli.assumed")]


def _about(args: argparse.Namespace, people: Any, made: Any) -> dict[str, Any]:
    return {
        "policy": made.policy.place,
        "at": made.policy.at.isoformat(),
        "changes": [f"{path}={made.policy[path]}" for path in made.policy.changed],
        "households": people.households,
        "start": made.start,
        "months": made.months,
        "draws": made.draws,
        "runs": made.runs,
        "certain": bool(args.certain),
    }


# --- what is typed -------------------------------------------------------------------------
def _asked(items: list[str]) -> str | dict[str, Any]:
    """``path`` or several ``path=weight`` as `solve` wants them; JZ-E061 without any."""
    if not items:
        raise JZError.of("JZ-E061", "jiuzhu solve", reason=text("cli.missing", names="--param"))
    if len(items) == 1 and "=" not in items[0]:
        return items[0]
    pairs = (item.partition("=") for item in items)
    return {path: _number(weight) if sign else 1.0 for path, sign, weight in pairs}


def _number(value: str | None) -> Any:
    """A number where it is one; anything else as it was typed, for the check to refuse."""
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return value


def _budget(args: argparse.Namespace, policy: Any, problems: Problems) -> Any:
    """Yuan of the year, or the funds of a place or a budget file; faults are collected."""
    amount = _number(args.budget)
    if not isinstance(amount, str):
        return amount
    from jiuzhu_sim.outlook.money.budget import budget_of
    from jiuzhu_sim.outlook.money.cash_answer import certain_funds

    try:
        funds = budget_of(amount, policy).funds
        return certain_funds(funds) if args.certain else funds
    except JZError as refused:
        problems.extend(refused.problems)
        return 0.0


def _options(args: argparse.Namespace, problems: Problems) -> dict[str, Any]:
    """How the forecast is made; numbers that are none are collected."""
    from jiuzhu_sim.outlook.need.uncertainty import Uncertainty

    options: dict[str, Any] = {"start": args.start} if args.start else {}
    for name in ("draws", "runs", "months", "seed"):
        if (given := getattr(args, name)) is not None:
            try:
                options[name] = _whole(given, 0, name)
            except JZError as refused:
                problems.extend(refused.problems)
    if args.certain:
        options |= {"uncertainty": Uncertainty.none(), "draws": 1}
    return options


@contextmanager
def _progress(args: argparse.Namespace) -> Any:
    """Progress on standard error; silent for machines unless somebody watches."""
    progress = Progress(quiet=args.json and not sys.stderr.isatty())
    try:
        yield lambda stage, done, of, left: progress(done, of)
    finally:
        progress.end()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"solve": solve, "forecast": forecast}
