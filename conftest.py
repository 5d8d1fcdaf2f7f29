"""Tests and doctests start in Chinese, whatever the one before switched to."""

import pytest

from jiuzhu_sim.language import set_language


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    set_language("zh")
