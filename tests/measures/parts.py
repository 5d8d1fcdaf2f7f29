"""People cut into parts, as if each came from a file of its own."""

import numpy as np

from jiuzhu_sim.population.people import is_person, lay_out


def part(people, kept):
    """Those households for which `kept` is true, with their names of townships numbered anew."""
    of_person = np.repeat(kept, people.sizes)
    persons = {n: people.numbers(n)[of_person] for n in people.laid_out if is_person(n)}
    households = {n: people.numbers(n)[kept] for n in people.laid_out if not is_person(n)}
    names = dict(people.names)
    if "township" in names:
        used, households["township"] = np.unique(households["township"], return_inverse=True)
        names["township"] = tuple(names["township"][k] for k in used)
    return lay_out(persons, households, people.sizes[kept], names, people.about)
