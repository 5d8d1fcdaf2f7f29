"""Notebooks executed in this process: the same checks, parameters, cells and outputs as
`run_notebook`, without a kernel, whose start costs more than most of what it computes. Real kernels
run in `test_kernel.py`, and with all defaults whenever the gallery of the documentation is built.
"""

import ast
import re
from pathlib import Path

import nbformat
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_output

from jiuzhu_sim.report.notebook import _nobody_watching, checked_parameters, notebook_path


def run_here(name, parameters, executed, *, progress=False):
    """Execute a notebook as `run_notebook` does; what a cell raises is raised."""
    path = notebook_path(name)
    values = checked_parameters(path, parameters)
    notebook = nbformat.read(path, as_version=4)
    shown, known = DisplayFormatter(), {"__name__": "__main__"}
    with _nobody_watching():
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = _run(cell.source, known, shown)
            if "parameters" in cell.metadata.get("tags", ()):
                known.update(values)
    nbformat.write(notebook, executed)
    return Path(executed)


def _run(source, known, shown):
    """The outputs of a cell: that of its last expression, if it has one that is not None."""
    lines = ast.parse(source).body
    last = lines.pop() if lines and isinstance(lines[-1], ast.Expr) else None
    exec(compile(ast.Module(lines, []), "cell", "exec"), known)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), known) if last else None
    if value is None:
        return []
    data, metadata = shown.format(value)
    return [new_output("execute_result", data=data, metadata=metadata, execution_count=1)]


def outputs(path):
    """All outputs of an executed notebook, in order; none is an error."""
    cells = nbformat.read(path, as_version=4).cells
    found = [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]
    assert all(out.output_type != "error" for out in found)
    return found


def shown(path):
    """All HTML that an executed notebook shows; the first of it is its answer card."""
    found = [out.get("data", {}).get("text/html", "") for out in outputs(path)]
    assert '<section class="answer">' in found[0]
    assert re.search("<h2>(结论|The answer|摘要|Summary)</h2>", found[0])
    return "".join(found)


def has_widget(path):
    """Whether an output of an executed notebook is a widget, which in a file would be dead."""
    return any("widget" in kind for out in outputs(path) for kind in out.get("data", {}))
