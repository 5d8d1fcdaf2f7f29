"""Reports that are notebooks: which notebook, its page, what is checked before a kernel starts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from jiuzhu_sim.language import texts

REPORTS = {
    "annual": "11_annual_report",
    "whatif": "04_reform_whatif",
    "reconcile": "02_population_and_reconcile",
    "household": "03_household_calculator",
    "review": "07_review_cycles",
    "funding": "05_funding_gap",
    "cash": "06_cash_calendar",
    "cleanup": "08_targeting_and_cleanup",
    "monitoring": "09_monitoring",
    "ranking": "10_township_ranking",
}
PAGES = {
    "cash": "file.cash_page",
    "funding": "file.funding_page",
    "annual": "file.annual",
    "whatif": "file.whatif_page",
    "reconcile": "file.reconcile_page",
    "household": "file.household_page",
    "review": "file.review_page",
    "cleanup": "file.cleanup_page",
    "monitoring": "file.monitoring_page",
    "ranking": "file.ranking_page",
}


FIRST = {"annual": "file.annual_word"}
"""The file to open first, where it is not the page."""


class Written(NamedTuple):
    """What a report has written: names of its files, the one to open first, its answer in words."""

    names: list[str]
    first: str
    answer: str


def written_report(
    kind: str,
    given: dict[str, Any],
    out: str,
    *,
    progress: bool,
    more: dict[str, Any] | None = None,
) -> Written:
    """Run the notebook of a kind and write its page, its files and their record, with `more` in
    it. Nothing is written unless all is; then what an earlier run wrote
    and this one did not is removed."""
    from jiuzhu_sim.files import staged
    from jiuzhu_sim.report.notebook import run_notebook
    from jiuzhu_sim.report.page import write_page
    from jiuzhu_sim.report.record import forget, outputs_of, seal

    former = outputs_of(Path(out))
    name, values = REPORTS[kind], checked_report(kind, given)
    with staged(out) as folder:
        values["out_dir"] = str(folder)
        executed = run_notebook(name, values, folder / f"{name}.ipynb", progress=progress)
        # The language of the report, which need not be the one in use: counties differ.
        lang = values["lang"]
        file, title = (texts()[key][lang] for key in (PAGES[kind], f"cli.title.{kind}"))
        write_page(executed, folder / file, title, "", lang)
        answer = answer_in(executed)
        executed.unlink()
        seal(folder, more=more)
        names = sorted(path.name for path in folder.iterdir())
    forget(Path(out), former)
    first = texts()[FIRST[kind]][lang] if kind in FIRST else file
    return Written(names, first if first in names else file, answer)


def answer_in(executed: Path) -> str:
    """The answer of an executed notebook in words: what the first cell of its stage shows where
    there are no pictures; nothing where no cell does."""
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if cell["metadata"].get("stage") == "answer":
            shown = [each["data"] for each in cell["outputs"] if "data" in each]
            if plain := next((each["text/plain"] for each in shown if "text/plain" in each), ""):
                return plain if isinstance(plain, str) else "".join(plain)
    return ""


def checked_report(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a report; bad data, a bad law, change or scenario is refused here, in a
    sentence, before a kernel starts."""
    from jiuzhu_sim.assessment.annual import check_data
    from jiuzhu_sim.report.notebook import checked_parameters, notebook_path
    from jiuzhu_sim.report.scenarios import policy_of, rivals_of

    values = checked_parameters(notebook_path(REPORTS[kind]), given)
    policy = policy_of(values)
    rivals_of(values)
    check_data(values.get("data", ""))
    if kind in CHECKS:
        CHECKS[kind](values, policy)
    return values


def _check_money(values: dict[str, Any], policy: Any) -> None:
    """Refuse money or uncertainty that cannot be."""
    from jiuzhu_sim.outlook.money.cash_input import money_of, uncertainty_of

    money_of(values, policy)
    uncertainty_of(values)


def _check_ranking(values: dict[str, Any], _: Any) -> None:
    """Refuse a card, weights or a file that cannot be."""
    from jiuzhu_sim.report.ranking_check import check_ranking

    check_ranking(values)


def _check_annual(values: dict[str, Any], _: Any) -> None:
    """Refuse sections, a card, targets or a file that cannot be."""
    from jiuzhu_sim.report.annual.gather import check_annual

    check_annual(values)


CHECKS: dict[str, Callable[[dict[str, Any], Any], None]] = {
    "annual": _check_annual,
    "cash": _check_money,
    "ranking": _check_ranking,
}
"""What a kind of report checks besides its parameters and its law."""
