"""Three views of the same people: as they report, as is true, as registers show.

Rules read the plain columns, which hold what is reported. `seen` puts another view in their place,
so that the same rules run on each.
"""

from jiuzhu_sim.columns import VIEWS, columns
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.population.people import People

REPORTED = "reported"


def seen(people: People, view: str) -> People:
    """The same people with what they report replaced by what is ``true`` or what registers show.

    `view` is ``reported`` (the people as they are), ``true`` or ``registry``; `about` tells which.
    Every plain column of which the dictionary has such a view is replaced. Columns without one
    (entitlements, expenses, circumstances) are the same in every view. Of a plain column with a
    default (compensation, who has died, …) the view may be missing: then it is as reported.

    Raises JZ-E060 for an unknown view; JZ-E011 naming each column the people lack, for people
    without views; JZ-E032 for what was reported of people that hold another view already.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> bool((seen(people, "true")["wage_m"] >= people["wage_m"]).all())
    True
    """
    if view not in (REPORTED, *VIEWS):
        raise JZError.unknown(text("word.view"), view, (REPORTED, *VIEWS))
    now = people.about.get("view", REPORTED)
    if view == now:
        return people
    if view == REPORTED:
        raise JZError.of("JZ-E032", "seen", name="people", value=now, expected=text("views.plain"))
    shown = {
        entry.view_of: name
        for name, entry in columns().items()
        if entry.view == view and (name in people or columns()[entry.view_of].default is None)
    }
    problems = Problems()
    for name in shown.values():
        if name not in people:
            near = nearest(name, people.laid_out)
            problems.add("JZ-E011", name=name, needed_by=f"seen({view!r})", nearest=near)
    problems.raise_if_any()
    return people.with_columns({plain: people.numbers(n) for plain, n in shown.items()}, view=view)
