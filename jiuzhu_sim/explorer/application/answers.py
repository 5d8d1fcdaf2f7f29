"""What the page may ask of the computing process, and the answers: plain dictionaries.

The page holds the scenario and sends all of it with each request, so that an answer never depends
on an earlier one and a new process can go on where another has stopped.
"""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.compare import MOST
from jiuzhu_sim.assessment.whatif_tables import TABLES, needed
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application.form import family_controls
from jiuzhu_sim.explorer.application.worker import Setup
from jiuzhu_sim.explorer.controls import controls
from jiuzhu_sim.explorer.family import FamilyModel
from jiuzhu_sim.explorer.model import Model, Wanted
from jiuzhu_sim.explorer.views.family import FAMILY_VIEWS, FamilyView
from jiuzhu_sim.explorer.views.views import VIEWS, View
from jiuzhu_sim.language import set_language, text
from jiuzhu_sim.policy import Policy, load_policy
from jiuzhu_sim.population.family import Family
from jiuzhu_sim.report.annual import banner, stamps
from jiuzhu_sim.report.scenarios import named_after
from jiuzhu_sim.report.whatif import diff
from jiuzhu_sim.report.workbook import write_workbook

PANELS = {
    "overview": ("cost", "winners", "deciles", "poverty"),
    "programmes": ("programmes", "townships"),
    "curve": ("curve",),
    "compare": ("provisions", "compare"),
    "family": tuple(FAMILY_VIEWS),
}
"""Which views stand on which page of results; `ALWAYS` stand above those of the population."""

ALWAYS = ("answer",)

Answer = dict[str, Any]


class Answers:
    """Answers requests on one model; see `HANDLERS` for what may be asked.

    A request is a dictionary with ``kind`` and ``lang``; the answer holds ``problems`` (sentences,
    each with the path of the parameter it is about, or "") where something was refused, and then
    nothing else.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> setup = Setup("example-county@2025-01-01", policy.label, "", 300, 1, "person")
    >>> desk = Answers(setup, Model(people, policy))
    >>> asked = {"changes": {"dibao.standard.rural": "+10%"}, "views": []}
    >>> desk.answer({"kind": "state", "lang": "zh", **asked})["changes"]
    {'dibao.standard.rural': 616.0}
    """

    def __init__(self, setup: Setup, model: Model):
        self.setup, self.model = setup, model
        self.family = FamilyModel(Family(), model.baseline, people=model.people)

    def answer(self, request: Mapping[str, Any]) -> Answer:
        """The answer to one request, in its language; refusals are part of the answer."""
        set_language(request["lang"])
        try:
            return HANDLERS[request["kind"]](self, request)
        except JZError as refused:
            return {"problems": problems_of(refused)}

    def controls(self, _: Mapping[str, Any]) -> Answer:
        """Controls, pages of results with their views, titles, stamps, and the start scenario."""
        model = self.model
        gate = model.state(Wanted()).compared.gate
        return {
            "controls": [each.as_dict() for each in controls(model.baseline, needed())],
            "panels": [
                {
                    "key": key,
                    "label": text(f"app.panel.{key}"),
                    "always": key != "family",
                    "views": [*map(_view, views)],
                }
                for key, views in PANELS.items()
            ],
            "always": [_view(key) for key in ALWAYS],
            "form": [each.as_dict() for each in family_controls()],
            "title": model.baseline.title,
            "stamps": list(stamps(model.base, "stamp.first_round", gate)),
            "start": {"changes": _sent(self.setup.changes), "name": self.setup.title},
            "kept_most": MOST,
        }

    def state(self, request: Mapping[str, Any]) -> Answer:
        """The views asked for, as HTML; the changes as they were understood; what they took."""
        self._take(request)
        dragging, keys = bool(request.get("dragging")), request.get("views", ())
        made = self._population([VIEWS[key] for key in keys if key in VIEWS], dragging)
        views = [FAMILY_VIEWS[key] for key in keys if key in FAMILY_VIEWS]
        if views:
            made |= self._one_family(request.get("family", {}), views, dragging)
        return made | {
            "changes": _sent(self.model.changes),
            "title": self.model.scenario.title,
            "kept": [policy.title for policy in self.model.remembered.values()],
        }

    def _population(self, views: Sequence[View], dragging: bool) -> Answer:
        """What is asked of the population, and how it was computed; nothing if nothing is."""
        if not views:
            return {"views": {}}
        wanted = Wanted()
        for view in views:
            wanted = wanted | view.wanted
        state = self.model.state(wanted, dragging=dragging)
        return {
            "views": {view.key: view.html(state) for view in views},
            "households": state.households,
            "of": state.of,
            "is_sample": state.is_sample,
            "seconds": state.seconds,
        }

    def _one_family(
        self, values: Mapping[str, Any], views: Sequence[FamilyView], dragging: bool
    ) -> Answer:
        """The views of the family described; what is wrong with it, as sentences."""
        try:
            self.family.replace(values, self.model.changes)
        except JZError as refused:
            return {"views": {}, "family_problems": problems_of(refused)}
        needs = any(view.slopes for view in views)
        state = self.family.state(slopes=needs, dragging=dragging)
        return {"views": {view.key: view.html(state) for view in views}, "family_problems": []}

    def save(self, request: Mapping[str, Any]) -> Answer:
        """The scenario as the text of a file."""
        self._take(request)
        return {"text": self.model.text()}

    def open(self, request: Mapping[str, Any]) -> Answer:
        """The changes and the name that a scenario file holds."""
        self.model.load(str(request.get("text", "")), str(request.get("file", "")))
        return {"changes": _sent(self.model.changes), "name": self.model.scenario.title}

    def excel(self, request: Mapping[str, Any]) -> Answer:
        """Every table of the what-if as a workbook."""
        self._take(request)
        state = self.model.state(Wanted(frozenset(TABLES), provisions=True, comparison=True))
        extra = [table for table in (state.provisions, state.comparison) if table is not None]
        changed = diff(state.compared)
        with tempfile.TemporaryDirectory() as folder:
            path = write_workbook(
                Path(folder) / "whatif.xlsx",
                [*state.tables.values(), *extra],
                [(changed.title, (changed.headers, *changed.rows))],
                banner(state.compared.gate),
            )
            return {"content": path.read_bytes()}

    def _take(self, request: Mapping[str, Any]) -> None:
        """Set the model to the scenario and the remembered ones of a request."""
        kept = request.get("kept", [])
        if len(kept) > MOST:
            raise JZError.of("JZ-E064", n=len(kept), most=MOST)
        self.model.remembered = {
            str(number): self._kept(_received(each["changes"]), each["name"])
            for number, each in enumerate(kept)
        }
        self.model.change(_received(request.get("changes", {})), name=request.get("name") or None)

    def _kept(self, changes: Mapping[str, Any], name: str) -> Policy:
        """A remembered scenario, called after its changes if nobody has named it."""
        baseline = self.model.baseline
        changed = baseline.change(changes, name or None)
        return changed if name else replace(changed, label=named_after(baseline, changed))


HANDLERS: dict[str, Callable[[Answers, Mapping[str, Any]], Answer]] = {
    "controls": Answers.controls,
    "state": Answers.state,
    "save": Answers.save,
    "open": Answers.open,
    "excel": Answers.excel,
}


def prepare(setup: Setup, stage: Callable[[str], None]) -> Answers:
    """People, model and first tables; calls `stage` as each begins. Raises what these raise."""
    stage("people")
    policy = load_policy(setup.law)
    people = people_of(setup.data, policy, setup.households, setup.seed)
    stage("baseline")
    desk = Answers(setup, Model(people, policy, per=setup.per))
    stage("tables")
    desk.state({"views": [*ALWAYS, *PANELS["overview"]]})
    return desk


def problems_of(refused: JZError) -> list[dict[str, str]]:
    """Each problem as a sentence with the parameter it is about ("" if none)."""
    return [
        {"path": str(each.values.get("path", each.values.get("name", ""))), "sentence": str(each)}
        for each in refused.problems
    ]


def _view(key: str) -> dict[str, Any]:
    view = VIEWS.get(key) or FAMILY_VIEWS[key]
    return {"key": key, "title": view.title, "live": view.live}


def _sent(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as JSON can carry them: no limit is null."""
    return {
        path: None if isinstance(value, float) and math.isinf(value) else value
        for path, value in changes.items()
    }


def _received(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {path: math.inf if value is None else value for path, value in changes.items()}
