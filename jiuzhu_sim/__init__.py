"""jiuzhu_sim: open microsimulation of Chinese social assistance (社会救助).

>>> import jiuzhu_sim as jz
>>> people = jz.synthesize("example-county", households=1000, seed=1)
>>> policy = jz.load_policy("example-county", at="2025-01-01")
>>> base = jz.simulate(people, policy)
>>> float(base["benefit_m_hh"].min())
0.0
"""
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, read_people, write_people
