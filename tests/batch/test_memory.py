"""Memory is kept on request only, and only where the allocator can."""

import subprocess
import sys

import pytest

from jiuzhu_sim.batch import memory

PROGRAM = """
import resource
import numpy as np
from jiuzhu_sim.batch.memory import keep_memory

def faults():
    start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        [np.ones(100_000) for _ in range(20)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start

is_kept = keep_memory()
faults()
print(is_kept, faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_freed_memory_is_used_again():
    command = [sys.executable, "-c", PROGRAM]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert printed[0] == "False" or int(printed[1]) < 100


@pytest.mark.parametrize("fault", [OSError, AttributeError])
def test_another_allocator_stays_as_it_is(monkeypatch, fault):
    def none(_name):
        raise fault

    monkeypatch.setattr(memory.ctypes, "CDLL", none)
    assert memory.keep_memory() is False


def test_another_system_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert memory.keep_memory() is False
