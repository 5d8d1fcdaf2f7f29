"""Runs a notebook with checked parameters (papermill), with a progress bar that names the stage.

A notebook's `parameters` cell is its own specification: a plain annotated literal a line, and a
comment that may end in a range ``[low, high]`` or a choice ``{a, b}``. Papermill itself accepts
unknown names and wrong types silently; here they are refused before a kernel starts.
"""

import ast
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError, Problems, nearest, optional
from jiuzhu_sim.files import shipped, write_log
from jiuzhu_sim.language import text, texts

TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list}
IPYTHON_NAMES = {"In", "Out", "exit", "quit", "open", "get_ipython", "jz"}

SESSION = "JPY_SESSION_NAME"
"""Set by Jupyter Server in the kernels it starts for a page that somebody has open."""


def notebook_path(name: str) -> Path:
    """The file of a notebook of the suite, by its name without ending.

    Raises JZ-E060 with the nearest name when there is none.
    """
    found = {path.stem: path for path in shipped("notebooks").glob("[0-9]*.ipynb")}
    if name not in found:
        raise JZError.unknown(text("word.notebook"), name, found)
    return found[name]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook: type, default, comment, and range or choices from it."""

    name: str
    type: str
    default: Any
    help: str

    @property
    def expected(self) -> str:
        return f"{text(f'type.{self.type}')} {self._bounds() or ''}".strip()

    def _bounds(self) -> str:
        found = re.search(r"(\[[^\]]*\]|\{[^}]*\})\s*$", self.help)
        return found.group(1) if found else ""

    def fits(self, value: Any) -> bool:
        """Whether a value has the type and lies in the range or among the choices."""
        is_typed = type(value) is TYPES[self.type]
        if not is_typed:
            return False
        bounds = self._bounds()
        if not bounds:
            return True
        items: list[Any] = [item.strip() for item in bounds[1:-1].split(",")]
        if bounds[0] == "{":
            return str(value) in items
        low, high = map(float, items)
        return bool(low <= value <= high)

    def read(self, value: Any) -> Any:
        """A value given as text (command line) in the parameter's type, if it can be."""
        if isinstance(value, str) and self.type == "list":
            return value.split(";")
        if isinstance(value, str) and self.type != "str":
            with suppress(ValueError, SyntaxError):
                value = ast.literal_eval(value.strip())
        if self.type == "float" and type(value) is int:
            return float(value)
        return value


def parameters_of(path: Path) -> dict[str, Parameter]:
    """The parameters that a notebook's `parameters` cell declares, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    source = "".join(tagged[0]["source"]) if tagged else ""
    lines, found = source.splitlines(), {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            comment = lines[node.lineno - 1].partition("#")[2].strip()
            name, kind = node.target.id, ast.unparse(node.annotation)
            found[name] = Parameter(name, kind, ast.literal_eval(node.value), comment)
    return found


def checked_parameters(path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a run: defaults, and `given` in their place, checked.

    Raises, all at once: JZ-E043 for unknown names (with the nearest), JZ-E044 for wrong values.
    """
    known, problems = parameters_of(path), Problems()
    found = {name: parameter.default for name, parameter in known.items()}
    for name, value in given.items():
        if name not in known:
            problems.add("JZ-E043", path.stem, name=name, nearest=nearest(name, known))
            continue
        found[name] = known[name].read(value)
        if not known[name].fits(found[name]):
            expected = known[name].expected
            problems.add("JZ-E044", path.stem, name=name, value=value, expected=expected)
    problems.raise_if_any()
    return found


def check_notebook(namespace: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The parameters of the notebook now running, checked; call it right after the first import.

    `name`: the notebook's file without its ending; its declared parameters say what is allowed.
    Papermill passes unknown names on; they show up in `namespace` (``globals()``) and are refused.
    Raises, all at once, JZ-E043 for unknown names, JZ-E044 for values of a wrong
    kind or outside their range.

    >>> check_notebook({"year": 2013}, "11_annual_report")["year"]
    2013
    """
    shown = {
        key: value
        for key, value in namespace.items()
        if not key.startswith("_") and key not in IPYTHON_NAMES
    }
    return checked_parameters(notebook_path(name), shown)


def run_notebook(
    name: str, parameters: Mapping[str, Any], executed: Path, *, progress: bool
) -> Path:
    """Execute a notebook with checked parameters; the executed copy goes to `executed`.

    `progress`: show a bar with stage, cells done and time left on standard error.
    Raises JZ-E043/E044 before a kernel starts, what a cell refuses (such as JZ-E011), JZ-E045 when
    a cell fails otherwise, JZ-E046 when papermill is not installed.
    """
    path = notebook_path(name)
    values = checked_parameters(path, parameters)
    with optional("papermill"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError
    # Papermill warns of comments it cannot parse and of parameters; both were checked above.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    bar = {
        "desc": text("stage.start"),
        "unit": text("word.cell"),
        "leave": True,
        "bar_format": "{desc}：{percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} "
        "[{elapsed}<{remaining}]",
        "file": sys.stderr,
    }
    try:
        with _nobody_watching():
            papermill.execute_notebook(
                str(path),
                str(executed),
                parameters=values,
                engine_name=_engine(),
                kernel_name="python3",
                progress_bar=bar if progress else False,
                # What goes wrong in a cell is in the notebook; a kernel that is being stopped has
                # nothing to say.
                extra_arguments=["--log-level=CRITICAL"],
            )
    except PapermillExecutionError as fault:
        reason = str(fault.evalue).strip() or fault.ename
        if (refused := JZError.relayed(reason)) is not None:
            raise refused from fault
        raise JZError.of(
            "JZ-E045", name=name, cell=fault.cell_index, reason=reason, log=write_log(fault)
        ) from fault
    except RuntimeError as fault:  # died, or has not answered for a minute
        died = isinstance(fault, DeadKernelError)
        if not died and "respond" not in str(fault):
            raise
        reason = text("notebook.died" if died else "notebook.silent")
        raise JZError.of(
            "JZ-E045", name=name, cell="—", reason=reason, log=write_log(fault)
        ) from fault
    return executed


@contextmanager
def _nobody_watching() -> Iterator[None]:
    """Without the name of an open page: a run started from within one would pass it on, and its
    kernel would make widgets that nobody can move.
    """
    session = os.environ.pop(SESSION, None)
    try:
        yield
    finally:
        if session is not None:
            os.environ[SESSION] = session


def _engine() -> str:
    """Papermill's own engine, with the stage of the cell (metadata ``stage``) on the bar."""
    from papermill.engines import NBClientEngine, papermill_engines

    class Staged(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            start = nb_man.cell_start

            def named(cell: Any, *args: Any, **kwargs: Any) -> Any:
                stage = f"stage.{cell.metadata.get('stage', '')}"
                if nb_man.pbar is not None and stage in texts():
                    nb_man.pbar.set_description_str(text(stage))
                return start(cell, *args, **kwargs)

            nb_man.cell_start = named
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register("jiuzhu", Staged)
    return "jiuzhu"
