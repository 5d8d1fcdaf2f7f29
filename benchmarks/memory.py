"""Peak memory of one implementation in a fresh interpreter: `python -m benchmarks.memory`.

Told by tracemalloc, to which NumPy reports every array it allocates. The high-water mark of the
process (ru_maxrss) would tell of the making of the people, which needs more than the simulation.
"""

import argparse
import gc
import json
import subprocess
import sys
import tracemalloc

import jiuzhu_sim as jz
from benchmarks.workloads import PRESET, REFORM, SEED, STANDARD, everything, ways
from jiuzhu_sim.population.tables import to_tables


def measure(name: str, households: int) -> dict[str, int]:
    """Bytes of the input columns, bytes held before the run, and the run's peak above that."""
    policy = jz.load_policy(PRESET)
    way = next(way for way in ways() if way.name == name)
    people = jz.synthesize(PRESET, households, SEED)
    columns = sum(values.nbytes for values in people.laid_out.values())
    way.prepare(*(table.to_pandas() for table in to_tables(people)))
    del people
    reform = way.simulate(policy.change({STANDARD: REFORM}))
    gc.collect()
    tracemalloc.start()
    everything(way, policy, reform)
    peak = tracemalloc.get_traced_memory()[1]
    return {"columns": columns, "held": way.held(), "peak": peak}


def measure_all(households: int) -> dict[str, dict[str, int]]:
    """`measure` for every implementation, each in its own interpreter."""
    made = {}
    for way in ways():
        command = [sys.executable, "-m", "benchmarks.memory", way.name, str(households)]
        made[way.name] = json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("way", choices=[way.name for way in ways()])
    parser.add_argument("households", type=int)
    words = parser.parse_args()
    print(json.dumps(measure(words.way, words.households)))
