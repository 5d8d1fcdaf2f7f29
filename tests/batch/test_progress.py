"""How far, how fast, how long still: in both languages."""

from jiuzhu_sim.batch import Progress
from jiuzhu_sim.language import speaking


def test_time_left_is_what_waits_over_the_rate():
    some = Progress(done=3, total=9, households=30_000, seconds=10.0, resumed=2, waiting=60_000)
    assert some.rate == 3000
    assert some.left == 20


def test_before_the_first_part_nothing_is_promised():
    assert Progress(0, 9, 0, 0.0, waiting=10).left is None
    assert Progress(0, 9, 0, 0.0, waiting=10).sentence == "已完成 0/9 份"


def test_at_the_end_no_time_is_left():
    assert Progress(9, 9, 900, 3.0).left == 0
    assert "约剩" not in Progress(9, 9, 900, 3.0).sentence


def test_resumed_and_failed_parts_are_told():
    some = Progress(5, 9, 100, 1.0, resumed=4, waiting=300, failed=1)
    assert some.sentence == (
        "已完成 5/9 份，其中 4 份此前已完成，1 份未能完成，每秒 100 户，约剩 3 秒"
    )
    with speaking("en"):
        assert some.sentence == (
            "5 of 9 parts done, 4 of them by an earlier run, 1 failed, "
            "100 households a second, about 3 s left"
        )
