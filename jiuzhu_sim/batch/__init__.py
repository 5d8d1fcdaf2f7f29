"""Many parts, many counties: the same plan and measures over files that no memory holds."""

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.local import Threads
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.batch.progress import Progress
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.batch.run import Failure, Outcome, Runner, Task, preflight, run_jobs
from jiuzhu_sim.batch.work import Work

__all__ = [
    "Failure",
    "Job",
    "Outcome",
    "Progress",
    "Receipt",
    "Runner",
    "Task",
    "Threads",
    "Work",
    "preflight",
    "run_jobs",
    "run_part",
]
