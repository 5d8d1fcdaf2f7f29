"""How each code of the simulation by months comes about; part of `provoke`."""

from jiuzhu_sim.months import Life, assumptions, simulate_months
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize


def families():
    return synthesize("example-county", households=5, seed=1), load_policy("example-county")


def change_after_the_last_month(*_):
    schedule = {4: {"dibao.standard.rural": 600}}
    simulate_months(*families(), months=3, schedule=schedule)


def life_that_is_too_short(*_):
    people, policy = families()
    life = Life(people, assumptions(), months=2, start="2025-01", seed=1)
    simulate_months(people, policy, months=3, life=life)


def assumption_without_source(folder, _):
    path = folder / "own.yaml"
    entry = "{value: 0.02, unit: share/month, range: [0, 1], status: assumed, label: {zh: 失业}}"
    path.write_text(f"job_loss.rate: {entry}\n", encoding="utf-8")
    assumptions(path)


BY_MONTHS = {
    "JZ-E082": assumption_without_source,
    "JZ-E083": change_after_the_last_month,
    "JZ-E084": life_that_is_too_short,
}
