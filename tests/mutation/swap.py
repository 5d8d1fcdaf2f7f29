"""Put a mutant into the running process: no module is imported again, no test collected again.

A fault in a function's body replaces the code of the functions that run it, wherever they are held
(rules stand in plans, methods in classes). Any other fault runs the module once more, in a space
of its own, and takes over what came out differently: rules, defaults, classes, constants.
"""

import contextlib
import gc
import sys
from collections import defaultdict
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from jiuzhu_sim.rules import Rule

KEPT = {"__dict__", "__weakref__", "__module__", "__doc__", "__slots__", "__qualname__"}
Place = tuple[str, str, int]


def codes_of(code: CodeType) -> list[CodeType]:
    """A code object with all that stand in it, in the order written."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return [code, *(found for const in inner for found in codes_of(const))]


def place_of(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def live_functions(files: set[str]) -> dict[Place, list[FunctionType]]:
    """The functions of some files that are alive now, by where they were written."""
    found = defaultdict(list)
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename in files:
            found[place_of(item.__code__)].append(item)
    return found


def swap_bodies(mutated: CodeType, live: dict[Place, list[FunctionType]]) -> None:
    """Give the live functions the mutated code where it differs."""
    for new in codes_of(mutated):
        for function in live.get(place_of(new), ()):
            old = function.__code__
            if old != new and old.co_freevars == new.co_freevars:
                function.__code__ = new


def swap_module(module: ModuleType, mutated: CodeType) -> None:
    """Run the mutated module beside the real one and take over what differs."""
    fresh: dict[str, Any] = {
        "__name__": module.__name__,
        "__file__": module.__file__,
        "__package__": module.__package__,
        "__doc__": module.__doc__,
    }
    exec(mutated, fresh)
    for name, new in list(fresh.items()):
        old = vars(module).get(name)
        if name.startswith("__") or old is None or old is new:
            continue
        is_named = isinstance(new, type | FunctionType)
        if is_named and new.__module__ != module.__name__:
            continue
        if isinstance(old, Rule) and isinstance(new, Rule):
            old.__dict__.clear()
            old.__dict__.update(new.__dict__)
        elif isinstance(old, FunctionType) and isinstance(new, FunctionType):
            _take_function(old, new)
        elif isinstance(old, type) and isinstance(new, type):
            _take_class(old, new)
        else:
            _take_constant(module, name, old, new)
            continue
        fresh[name] = old
    for wrapper in [item for item in gc.get_objects() if isinstance(item, _lru_cache_wrapper)]:
        if wrapper.__module__.startswith("jiuzhu_sim.engine"):
            wrapper.cache_clear()


def _take_function(old: FunctionType, new: FunctionType) -> None:
    if old.__code__.co_freevars == new.__code__.co_freevars:
        old.__code__ = new.__code__
    old.__defaults__ = new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def _take_class(old: type, new: type) -> None:
    for name, value in list(vars(new).items()):
        if name not in KEPT and not isinstance(value, MemberDescriptorType):
            with contextlib.suppress(AttributeError, TypeError):
                setattr(old, name, value)


def _take_constant(home: ModuleType, name: str, old: Any, new: Any) -> None:
    """The new value in its module, and where the package or a test holds the old by this name."""
    for module in [home, *list(sys.modules.values())]:
        if not isinstance(module, ModuleType) or vars(module).get(name) is not old:
            continue
        if module is home or module.__name__.startswith(("jiuzhu_sim", "tests")):
            vars(module)[name] = new
