"""Time limits judged slowly: one case, one event, one day at a time, in plain Python.

Written from `docs/en/definitions/time-limits.md`, with nothing of the package but the procedure as
data. Cases without a household number, times of day or unreadable rows: what random cases have.
"""

import calendar
import datetime

import chinese_calendar

from jiuzhu_sim.casework.procedure.entries import Follow, Limit, Payment, Phase, Post, Review

DAY = datetime.timedelta(1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
BEFORE = {"accept", "entrust", "verify", "visit", "vote", "audit"}
GRAVEST = ("broken", "overdue", "unknown", "met", "running", "not_applicable")


def worked(day):
    return chinese_calendar.is_workday(day)


def after(day, number, unit, rolls):
    if unit == "working days":
        while number:
            day += DAY
            number -= worked(day)
        return day
    if unit == "months":
        years, month = divmod(day.month - 1 + number, 12)
        last = calendar.monthrange(day.year + years, month + 1)[1]
        day = datetime.date(day.year + years, month + 1, min(day.day, last))
    else:
        day += number * DAY
    while rolls and not worked(day):
        day += DAY
    return day


def used(start, end, unit):
    if unit == "days":
        return (end - start).days
    days = [start + DAY * k for k in range(1, (end - start).days + 1)]
    return 0 if end <= start else sum(map(worked, days)) + (not worked(end))


class Slow:
    """One case against one procedure; `of(entry)` is the verdict's name."""

    def __init__(self, case, procedure, at):
        self.case, self.procedure, self.at = case, procedure, at
        self.events = sorted(case["events"], key=lambda event: event["at"])

    def all(self, kind, **where):
        found = [event for event in self.events if event["kind"] == kind]
        return [
            event
            for event in found
            if all(event.get(name, "none") == value for name, value in where.items())
        ]

    def first(self, kind, **where):
        return min((event["at"] for event in self.all(kind, **where)), default=None)

    def of(self, entry):
        if self.case["programme"] not in entry.programmes or self.case["kind"] not in entry.kinds:
            return "not_applicable"
        if self.case["area"] not in entry.areas:
            return "not_applicable"
        judge = {
            Limit: self.step,
            Post: self.post,
            Payment: lambda each: self.regular(each, "pay", each.due_day),
            Follow: self.follow,
            Review: self.review,
            Phase: self.phase,
        }
        return judge[type(entry)](entry)

    def too_early(self, day):
        return bool(self.procedure.in_force and day < self.procedure.in_force)

    def moment(self, moment, since=None):
        times = []
        for event in moment.events:
            decided = self.first("decide")
            found = self.all(event.kind, **event.where)
            if event.by == "until":
                found = [each for each in found if not decided or each["at"] <= decided]
                days = [each["until"] for each in found if each.get("until")]
                times.append(max(days, default=None))
            else:
                days = [each["at"] for each in found if not since or each["at"] >= since]
                times.append(min(days, default=None))
        known = [each for each in times if each]
        if not known or moment.how == "first_recorded":
            return known[0] if known else None
        return max(known) if moment.how == "latest" else min(known)

    def step(self, limit):
        paid, decided = self.first("pay"), self.first("decide")
        is_urgent = self.all("paperwork") or (paid and (not decided or paid < decided))
        if limit.is_urgent and not is_urgent:
            return "not_applicable"
        start, ever = self.moment(limit.start), self.moment(limit.end)
        done = ever if limit.may_precede else self.moment(limit.end, start)
        lost = [
            event
            for each in limit.start.events
            for event in self.all(each.kind, **each.where)
            if each.by == "until" and not event.get("until")
        ]
        if not start:
            follows_decision = limit.start.events[0].kind == "decide"
            is_lost = not follows_decision and (ever or lost)
            return "unknown" if is_lost else "not_applicable"
        if self.too_early(start):
            return "not_applicable"
        if ever and not done:
            return "unknown"
        kinds = {event.kind for event in limit.end.events}
        if not done and kinds <= BEFORE and decided:
            return "unknown"
        if not done and kinds <= {*BEFORE, "decide"} and self.all("close", department="none"):
            return "not_applicable"
        if limit.unit == "hours":
            # Without the time of day: the same day is in time, the next day may be either.
            days = ((done or self.at) - start).days
            if not done:
                return "overdue" if days > 1 else "running"
            return "met" if days < 1 else "unknown" if days == 1 else "broken"
        number = limit.number
        if limit.extension and self.is_long(limit.extension):
            number = limit.extension.number
        if limit.plus_posting:
            number += self.posting_days(limit)
        due = after(start, number, limit.unit, self.procedure.rolls)
        if done:
            return "met" if done <= due else "broken"
        return "overdue" if due < self.at else "running"

    def is_long(self, extension):
        start, done = self.moment(extension.start), self.first(extension.end.kind)
        end = done or (None if self.all("decide") else self.at)
        return bool(start and end) and used(start, end, extension.unit) > extension.more_than

    def posting_days(self, limit):
        lists = [post for name in limit.programmes for post in self.procedure.posts[name]]
        posted = self.first("post")
        decided = self.first("decide")
        found = [each for each in self.all("post") if not decided or each["at"] <= decided]
        until = max((each["until"] for each in found if each.get("until")), default=None)
        if not (posted and until):
            return 0
        last = min(until, posted + max(post.days for post in lists) * DAY)
        inside = [posted + DAY * k for k in range(1, (last - posted).days + 1)]
        return sum(map(worked, inside))

    def post(self, post):
        posted = self.all("post", list_no=post.list_no)
        passed = self.all("decide", outcome="passed")
        if not posted:
            is_lost = passed and not post.after_decision
            return "unknown" if is_lost else "not_applicable"
        start, until = posted[-1]["at"], posted[-1].get("until")
        due = start + post.days * DAY
        objected = [event["at"] for event in self.all("objection")]
        if self.too_early(start):
            return "not_applicable"
        if post.restart_on_objection and objected and start <= objected[-1] <= (until or self.at):
            if passed:
                return "broken"
            return "not_applicable" if self.all("decide", outcome="failed") else "running"
        if not until:
            return "running" if due >= self.at else "unknown"
        if until > self.at:
            return "running"
        return "met" if until >= due else "broken"

    def period(self, day, every):
        return (day.year * 12 + day.month - 1) // MONTHS[every]

    def period_day(self, period, every, day):
        month = period * MONTHS[every] + (0 if day else MONTHS[every] - 1)
        year, month = month // 12, month % 12 + 1
        return datetime.date(year, month, day or calendar.monthrange(year, month)[1])

    def grant(self):
        granted = self.all("decide", outcome="passed") if self.case["kind"] == "new" else []
        return granted[-1]["at"] if granted else None

    def ends(self):
        return [event["at"] for event in (*self.all("stop"), *self.all("suspend"))]

    def regular(self, entry, kind, day, by="", first_day=0):
        events = self.all(kind)
        if by:
            events = [e for e in events if (e.get("role") == "applicant") == (by == "applicant")]
        granted, every, found = self.grant(), entry.every, []
        before = served = None
        for event in events:
            at, own = event["at"], self.period(event["at"], entry.every)
            is_free = False
            if before is None:
                wanted = own
                if granted and granted <= at:
                    wanted = min(self.period(granted, every) + 1, own)
                is_free = bool(granted) and own <= self.period(granted, every)
                served = own
            elif any(before <= end <= at for end in self.ends()):
                wanted = served = own
            else:
                wanted = served + 1
                served = max(own, wanted) if kind == "pay" else own
            late = at > self.period_day(wanted, every, day) and not is_free
            early = first_day and at < self.period_day(own, every, first_day)
            if not self.too_early(at):
                found.append("broken" if late or early else "met")
            before = at
        if served is not None or granted:
            last = max(each for each in (served, granted and self.period(granted, every)) if each)
            due = self.period_day(last + 1, every, day)
            end = max(self.ends(), default=None)
            is_over = end and end <= due
            is_over = is_over and not (granted and granted > end)
            is_over = is_over and not (before and before > end)
            if not is_over and not self.too_early(due):
                found.append("overdue" if due < self.at else "running")
        return min(found, key=GRAVEST.index, default="not_applicable")

    def follow(self, entry):
        found = []
        for event in self.all(entry.each.kind, **entry.each.where):
            at = event["at"]
            start = at.replace(day=entry.from_day) if entry.from_day else at
            if self.too_early(at):
                continue
            done = at
            if entry.end:
                where = dict(entry.end.where)
                if entry.same:
                    where[entry.same] = event.get(entry.same, "none")
                later = [e["at"] for e in self.all(entry.end.kind, **where) if e["at"] >= at]
                done = min(later, default=None)
            if entry.due_day:
                month = after(at.replace(day=1), entry.months_after, "months", False)
                due = month.replace(day=entry.due_day)
            else:
                due = after(start, entry.number, entry.unit, self.procedure.rolls)
            if done:
                found.append("met" if done <= due else "broken")
            else:
                found.append("overdue" if due < self.at else "running")
        return min(found, key=GRAVEST.index, default="not_applicable")

    def review(self, entry):
        if entry.every:
            first, last = entry.days or (0, 0)
            return self.regular(entry, "review", last, entry.by, first)
        if entry.review_class and self.case["review_class"] not in ("none", entry.review_class):
            return "not_applicable"
        verdict = self.several(entry) if entry.times > 1 else self.apart(entry)
        unclear = entry.review_class and self.case["review_class"] == "none"
        return "unknown" if unclear and verdict != "not_applicable" else verdict

    def apart(self, entry):
        granted, found, before = self.grant(), [], None
        for event in self.all("review"):
            at = event["at"]
            points = [day for day in (before, granted if granted and granted < at else None) if day]
            start = max(points, default=None)
            if start and any(start <= end <= at for end in self.ends()):
                start = None
            if not start:
                found.append("met")
            elif not self.too_early(start):
                due = after(start, entry.months, "months", self.procedure.rolls)
                found.append("met" if at <= due else "broken")
            before = at
        since = max((day for day in (before, granted) if day), default=None)
        if since and not any(end >= since for end in self.ends()) and not self.too_early(since):
            due = after(since, entry.months, "months", self.procedure.rolls)
            found.append("overdue" if due < self.at else "running")
        return min(found, key=GRAVEST.index, default="not_applicable")

    def several(self, entry):
        start = self.first("decide", outcome="passed")
        if not start or self.too_early(start):
            return "not_applicable"
        end = min(self.first("stop") or self.at, self.at)
        spans, low = 0, start
        while True:
            due = after(start, entry.months * (spans + 1), "months", False)
            held = [e for e in self.all("review") if low < e["at"] <= due]
            if due >= end:
                break
            if len(held) < entry.times:
                return "overdue"
            spans, low = spans + 1, due
        if end < self.at:
            return "met" if spans else "not_applicable"
        return "met" if len(held) >= entry.times else "running"

    def phase(self, entry):
        passed = self.all("decide", outcome="passed")
        if not self.events or (entry.only_passed and not passed):
            return "not_applicable"
        year = entry.year or self.events[0]["at"].year
        begin = datetime.date(year, *entry.begin) if entry.begin else datetime.date.min
        end, found = datetime.date(year, *entry.end), []
        for event in self.all(entry.event.kind, **entry.event.where):
            last = event.get("until") if entry.is_whole else None
            inside = event["at"] >= begin and max(event["at"], last or event["at"]) <= end
            found.append("met" if inside else "broken")
        if entry.is_required and "met" in found:
            return "met"
        if entry.is_required and end >= self.at:
            stopped = self.first("stop")
            return "not_applicable" if stopped and stopped < begin else "running"
        stopped = self.first("stop")
        if not found and entry.is_required and stopped and stopped < begin:
            return "not_applicable"
        if not found and entry.is_required:
            return "overdue" if end < self.at else "running"
        return min(found, key=GRAVEST.index, default="not_applicable")
