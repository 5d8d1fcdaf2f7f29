"""The calendar file, read back by a parser written from RFC 5545."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.report.calendar_file import LINE, Event, calendar, write_calendar

LETTERS = {"n": "\n", "N": "\n"}
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=120)


def unescaped(value):
    made, is_escaped = "", False
    for letter in value:
        if is_escaped:
            made, is_escaped = made + LETTERS.get(letter, letter), False
        elif letter == "\\":
            is_escaped = True
        else:
            made += letter
    return made


def parsed(content):
    """Events as dicts of property: value; unfolds, and checks what every line must keep."""
    assert content.endswith("\r\n")
    physical = content[:-2].split("\r\n")
    assert all(len(line.encode()) <= LINE for line in physical)
    assert not any("\n" in line or "\r" in line for line in physical)
    lines = "\r\n".join(physical).replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events, now = [], None
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            now = {}
        elif line == "END:VEVENT":
            events.append(now)
            now = None
        elif now is not None:
            assert name not in now
            now[name] = unescaped(value)
    assert now is None
    return events


def test_an_event_is_all_day_and_ends_the_day_after():
    (event,) = parsed(calendar([Event("pay-12", date(2025, 12, 31), "发放", "城市；农村")], "历"))
    assert event["DTSTART;VALUE=DATE"] == "20251231"
    assert event["DTEND;VALUE=DATE"] == "20260101"
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("发放", "城市；农村")


def test_events_stand_in_the_order_of_their_days_with_names_of_their_own():
    days = [Event(f"pay-{month:02}", date(2025, month, 10), "发放") for month in (7, 2, 12)]
    events = parsed(calendar(days, "历"))
    assert [each["DTSTART;VALUE=DATE"][4:6] for each in events] == ["02", "07", "12"]
    assert len({each["UID"] for each in events}) == 3


def test_the_same_events_give_the_same_bytes_and_uids_do_not_move_with_the_day(tmp_path):
    before, after = (Event("run-out.all.p10", date(2025, 7, day), "用尽") for day in (12, 20))
    assert before.uid == after.uid
    first, second = (
        write_calendar(tmp_path / name, [before], "历").read_bytes() for name in ("a.ics", "b.ics")
    )
    assert first == second
    first.decode("utf-8")


@given(WORDS, WORDS)
def test_any_text_comes_back_as_it_was(title, words):
    (event,) = parsed(calendar([Event("k", date(2025, 1, 1), title, words)], title))
    assert event["SUMMARY"] == title
    assert event.get("DESCRIPTION", "") == words


@pytest.mark.parametrize("sign", ["\r\n", "\r"])
def test_every_kind_of_line_end_is_one(sign):
    (event,) = parsed(calendar([Event("k", date(2025, 1, 1), f"a{sign}b")], "历"))
    assert event["SUMMARY"] == "a\nb"
