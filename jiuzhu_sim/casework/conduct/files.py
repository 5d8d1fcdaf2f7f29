"""Files: authorisations, relatives, complete papers, what may be posted, grounds of refusal."""

import numpy as np

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import Codes, Handling, verdict

REFUSED = Step("decide", (("outcome", "failed"),))


def flag(handling: Handling, check: Check) -> Codes:
    """The case holds a yes (`flag`) by the time `before` is done; with `of`, only such cases."""
    log = handling.log
    of, name = check.given.get("of"), check.given["flag"]
    concerned = log.cases[of] if of else np.ones(log.n, bool)
    unsure = ~log.knows(of) if of else np.zeros(log.n, bool)
    reached = handling.has(check.given["before"])
    return verdict(
        (~reached & ~handling.unmarked(check.given["before"]), "not_applicable"),
        (unsure, "unknown"),
        (~concerned, "not_applicable"),
        (~log.knows(name), "unknown"),
        (log.cases[name], "met"),
        (~reached, "unknown"),
        otherwise="broken",
    )


def files(handling: Handling, check: Check) -> Codes:
    """All items due are on file once `before` is done: incomplete files are not reported."""
    due, there = handling.log.cases["n_files_due"], handling.log.cases["n_files"]
    step = check.given["before"]
    reached = handling.has(step)
    return verdict(
        (~reached & ~handling.unmarked(step), "not_applicable"),
        ((due <= 0) | (there < 0), "unknown"),
        (there >= due, "met"),
        (~reached, "unknown"),
        otherwise="broken",
    )


def hidden(handling: Handling, _check: Check) -> Codes:
    """A confidential case is not posted by name; unknown where a list may have shown it."""
    log = handling.log
    rows = handling.rows(Step("post"))
    shown = log.events["is_named"][rows]
    named, unsure = (np.zeros(log.n, bool) for _ in range(2))
    named[log.events["case"][rows[shown > 0]]] = True
    unsure[log.events["case"][rows[shown < 0]]] = True
    is_confidential = np.asarray(log.cases["is_confidential"])
    return verdict(
        (~log.knows("is_confidential") & handling.has(Step("post")), "unknown"),
        (~is_confidential, "not_applicable"),
        (named, "broken"),
        (unsure, "unknown"),
        otherwise="met",
    )


def amount_posted(handling: Handling, check: Check) -> Codes:
    """Each of the `lists` that was posted for the case showed an amount."""
    log = handling.log
    rows = handling.rows(Step("post"))
    rows = rows[np.isin(log.events["list_no"][rows], check.given["lists"])]
    shown = log.events["amount"][rows] > 0
    case = log.events["case"][rows]
    posted, bare = (np.zeros(log.n, bool) for _ in range(2))
    posted[case] = True
    bare[case[~shown]] = True
    return verdict(
        (~posted, "not_applicable"),
        (~bare, "met"),
        otherwise="broken" if shown.any() else "unknown",
    )


def quota(handling: Handling, _check: Check) -> Codes:
    """No refusal for want of quota: a log holds no ground of refusal, so it cannot be said.

    Where quotas are allotted (`reading.quota_rule`) the question does not arise.
    """
    if handling.readings.get("quota_rule") == "allocated":
        return verdict((np.zeros(handling.log.n, bool), "met"))
    return verdict((handling.has(REFUSED), "unknown"))


FORMS = {
    "flag": flag,
    "files": files,
    "hidden": hidden,
    "amount_posted": amount_posted,
    "quota": quota,
}
