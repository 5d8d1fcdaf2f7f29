"""A year of casework made up for a population, so that checks can be tried before real logs exist.

The law and the people decide who qualifies; the offices of the townships (`offices.yaml`, all
assumed) decide how fast, how fully and how rightly it is done. The same households under the same
seed have the same cases, whatever the order of the rows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.office.book import Book
from jiuzhu_sim.casework.office.campaign import campaign_of
from jiuzhu_sim.casework.office.cases import Docket, Homes, docket
from jiuzhu_sim.casework.office.offices import Offices, offices_of
from jiuzhu_sim.casework.office.steps import Handling
from jiuzhu_sim.casework.office.upkeep import Upkeep
from jiuzhu_sim.casework.office.ways import ways_of
from jiuzhu_sim.casework.procedure.procedure import Procedure, load_procedure
from jiuzhu_sim.casework.procedure.workdays import is_covered
from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

SEED = 1
NEEDED = ("township", "area")


def synthetic_log(
    people: People,
    policy: Policy,
    *,
    procedure: str | Procedure = "s2-district-2022",
    year: int,
    seed: int = SEED,
    offices: Offices | Assumptions | None = None,
) -> Log:
    """The cases and events of a calendar year for the households of `people`, as of its last day.

    `procedure` names a place of `law/procedures/` or is one that was loaded: it gives the lists to
    post, the pay days, the order of the steps. `offices`: those of `offices_of` unless given, or
    the assumed numbers to make them from. The log is synthetic (`is_synthetic`), its officers are
    pseudonyms, and a case has a number that depends on household and kind alone.

    Raises JZ-E011 for people without township or area, JZ-E097 for a year that the calendar of
    working days does not cover, JZ-E060 for offices that lack a township of the people, and what
    `load_procedure` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=400, seed=1)
    >>> log = synthetic_log(people, jz.load_policy("s2-district-2022"), year=2023)
    >>> log.is_synthetic, str(log.at), bool(log.any("decide").any())
    (True, '2023-12-31', True)
    """
    at = np.datetime64(f"{int(year):04}-12-31")
    if not is_covered(at):
        raise JZError.of("JZ-E097", "year", reason=text("caseload.year", year=year))
    for name in NEEDED:
        people.numbers(name)  # told here, not by some rule
    rules = load_procedure(procedure, readings=policy) if isinstance(procedure, str) else procedure
    ways, townships = ways_of(rules.name), people.names["township"]
    if not isinstance(offices, Offices):
        offices = offices_of(townships, numbers=offices)
    offices = offices.of(townships)
    homes = Homes(people, policy, seed, offices.settings)
    campaign = campaign_of(rules, ways, int(year))
    cases = docket(homes, int(year), with_one_case=ways.has_one_case, campaign=campaign)
    area = people.numbers("area").astype(np.int8)[cases.row]
    urban = area == list(columns()["area"].codes or {}).index("urban")
    place = people.numbers("township").astype(np.int64)[cases.row]
    book = Book(cases, place, offices, seed)
    is_hidden = _confidential(people)[cases.row]
    handling = Handling(book, ways, rules.posts, is_hidden, campaign)
    handling.applications()
    handling.adjustments()
    upkeep = Upkeep(book, handling, urban, int(year))
    upkeep.campaign()
    handling.aftermath()
    upkeep.complaints()
    upkeep.exits()
    upkeep.reviews()
    upkeep.sign_ins(ways.sign_ins)
    upkeep.payments(rules.payment, ways.has_statistics_entry)
    return _log(homes, upkeep, area, at)


def _log(homes: Homes, upkeep: Upkeep, area: NDArray[np.int8], at: np.datetime64) -> Log:
    """The log of what stands in the book, without what would come after its last day."""
    book, handling, people = upkeep.book, upkeep.handling, homes.people
    cases, settings = book.cases, book.settings
    events = book.events(at)
    begun = np.bincount(events["case"], minlength=cases.n) > 0
    begun |= cases.stands  # on the roll, whatever was done
    is_decided = handling.decided.astype("datetime64[D]") <= at
    # Who stands on the roll keeps the earlier amount until it is decided otherwise.
    is_settled = np.where(is_decided, handling.granted, cases.stands)
    every = np.arange(cases.n)
    skipped = book.offices.skipped[book.place]

    def drawn(purpose: str) -> NDArray[np.float64]:
        return book.draw(every, purpose)

    is_relative = drawn("relative") < settings["relative.share"]
    due = int(settings["files.due"])
    village = homes.given("village", -1)[cases.row] if "village" in people else np.full(cases.n, -1)
    missing = np.floor(drawn("how many files") * 3 + 1) * (drawn("files") < skipped)
    kept: dict[str, Any] = {
        "case": cases.case,
        "household": homes.ids[cases.row],
        "programme": cases.programme,
        "kind": cases.kind,
        "area": area,
        "township": book.place,
        "village": village,
        "review_class": _review_class(homes, cases),
        "is_urgent": cases.is_urgent,
        "is_relative": is_relative,
        "is_relative_filed": is_relative & (drawn("relative filed") >= skipped * 2),
        "is_authorised": drawn("authorised") >= skipped,
        "n_files_due": np.full(cases.n, due),
        "n_files": due - missing.astype(np.int64),
        "n_persons": cases.n_persons,
        "amount_m": np.where(is_settled, upkeep.amount_m, 0.0),
        "is_confidential": handling.is_hidden,
    }
    kept = {name: values[begun] for name, values in kept.items()}
    events["case"] = (np.cumsum(begun) - 1)[events["case"]]
    names = {
        "township": people.names["township"],
        "village": people.names.get("village", ()),
        "actor": book.actor_names(),
    }
    title = text("caseload.synthetic", year=str(at)[:4])
    return Log.of(kept, events, names, at=at, is_synthetic=True, title=title)


def _review_class(homes: Homes, cases: Docket) -> NDArray[np.int8]:
    """The class of review by the category of the rules; none first (S1.2.1–3)."""
    found: NDArray[np.int8] = homes.reported.numbers("category_hh")[cases.row].astype(np.int8) + 1
    return found


def _confidential(people: People) -> NDArray[np.bool_]:
    """Households whose head is not to be made public."""
    if "is_confidential" not in people:
        return np.zeros(people.households, bool)
    sizes = people.sizes
    found: NDArray[np.bool_] = people["is_confidential"][np.cumsum(sizes) - sizes]
    return found
