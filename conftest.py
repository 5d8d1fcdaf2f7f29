"""Tests and doctests start in Chinese, whatever the one before switched to."""

import os
import sys

# The suite starts many processes. Where Python may not keep what it compiled, every one of them
# compiles the package anew, and pytest every test.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from jiuzhu_sim.language import set_language  # noqa: E402

# No deadline: a busy machine is no fault of the code. In CI the same examples every time.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    set_language("zh")
