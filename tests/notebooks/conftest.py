"""Reports of this folder run their notebooks in this process; `test_kernel.py` has real kernels."""

import pytest

from jiuzhu_sim.language import set_language
from tests.notebooks.in_process import run_here

WITH_KERNEL = "test_kernel"


@pytest.fixture(autouse=True)
def in_process(request, monkeypatch):
    if request.path.stem != WITH_KERNEL:
        monkeypatch.setattr("jiuzhu_sim.report.notebook.run_notebook", run_here)
    yield
    set_language("zh")
