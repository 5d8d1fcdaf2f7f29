"""A computing process that dies or does not answer is told in a sentence."""

import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.notebook import run_notebook


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (DeadKernelError("Kernel died"), "内存不足"),
        (RuntimeError("Kernel didn't respond in 60 seconds"), "127.0.0.1"),
    ],
)
def test_it_is_told_in_a_sentence(fault, said, tmp_path, monkeypatch):
    def end(*_, **__):
        raise fault

    monkeypatch.setattr(papermill, "execute_notebook", end)
    with pytest.raises(JZError, match=said) as refused:
        run_notebook("00_start_here", {}, tmp_path / "run.ipynb", progress=False)
    assert refused.value.codes == ("JZ-E045",)


def test_a_fault_of_ours_is_not_taken_for_it(tmp_path, monkeypatch):
    def end(*_, **__):
        raise RuntimeError("something else")

    monkeypatch.setattr(papermill, "execute_notebook", end)
    with pytest.raises(RuntimeError, match="something else"):
        run_notebook("00_start_here", {}, tmp_path / "run.ipynb", progress=False)
