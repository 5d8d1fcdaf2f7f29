"""How each code of the folder to work in comes about; part of `provoke`."""

from argparse import Namespace

from jiuzhu_sim.cli.init import look
from jiuzhu_sim.cli.lab import lab

PACKAGE = {}


def provokes(code):
    """Enter a function in the table."""

    def enter(function):
        assert code not in PACKAGE
        PACKAGE[code] = function
        return function

    return enter


@provokes("JZ-E116")
def a_folder_that_is_somebodys(folder, _):
    (folder / "台账.xlsx").write_bytes(b"")
    look(folder, {}, None)


@provokes("JZ-E117")
def a_folder_without_notebooks(folder, _):
    lab(Namespace(folder=str(folder)))
