"""What every report says of the people it rests on."""

from jiuzhu_sim import annual_report, assess, load_policy, synthesize
from jiuzhu_sim.population import seen


def test_a_view_that_is_not_the_reported_one_is_stamped():
    policy, people = load_policy("example-county"), synthesize("all-programmes", 300, 1)

    def answer(some):
        return annual_report(assess(some, policy), 2025).section("answer")._repr_html_()

    assert "不是申报口径" not in answer(people)
    assert "按实际的收入和财产计算，不是申报口径" in answer(seen(people, "true"))
    assert "按核对所见的收入和财产计算" in answer(seen(people, "registry"))
