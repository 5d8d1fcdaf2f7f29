"""Tests and doctests start in Chinese, whatever the one before switched to."""

import os

import pytest
from hypothesis import settings

from jiuzhu_sim.language import set_language

# No deadline: a busy machine is no fault of the code. In CI the same examples every time.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    set_language("zh")
