"""What a worker must be fit for, and how long a part may take; without any cluster."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from socket import gethostname

import pytest
import yaml

from jiuzhu_sim.batch.cluster import Cluster
from jiuzhu_sim.batch.patience import Patience
from jiuzhu_sim.batch.workers import Sight, compute, given_up, look, unfit, versions
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import language
from jiuzhu_sim.population.parts import PartFile

DOCS = Path(__file__).parents[2] / "docs" / "cluster"
FIT = Sight("node1", versions(), (), True)
PART = PartFile(3, Path("persons/part-00003.parquet"), Path("households/part-00003.parquet"), 1)


def reasons(seen, folder="/out"):
    return [problem.values["reason"] for problem in unfit("tcp://10.0.0.7:1", seen, folder)]


def test_a_fit_worker_has_no_fault():
    assert reasons(FIT) == []


@pytest.mark.parametrize("package", versions())
def test_each_version_counts(package):
    (reason,) = reasons(replace(FIT, versions={**versions(), package: "0.1"}))
    assert package in reason
    assert "0.1" in reason
    assert versions()[package] in reason


def test_all_faults_of_a_worker_are_told_at_once():
    seen = Sight("node1", {**versions(), "numpy": "1.0"}, ("/data", "/more"), False)
    assert len(reasons(seen)) == 4


def test_a_folder_that_is_not_seen_is_not_called_unwritable_as_well():
    assert len(reasons(Sight("node1", versions(), ("/out",), False))) == 1


def test_a_worker_without_an_answer_or_without_the_program():
    assert len(reasons(None)) == 1
    (reason,) = reasons(ModuleNotFoundError("No module", name="jiuzhu_sim"))
    assert "jiuzhu_sim" in reason
    (reason,) = reasons(OSError("odd\nlong"))
    assert reason == "OSError: odd"


def test_look_sees_what_is_there(tmp_path):
    (tmp_path / "word").write_text("word")
    assert look([str(tmp_path)], str(tmp_path), "word") == replace(FIT, host=gethostname())
    assert [path.name for path in tmp_path.iterdir()] == ["word"]


def test_another_folder_under_the_same_path_is_told_by_the_word(tmp_path):
    """A disk of the worker's own, mounted under the same path."""
    assert look([], str(tmp_path), "word").missing == (str(tmp_path),)
    (tmp_path / "word").write_text("of an earlier run")
    assert look([], str(tmp_path), "word").missing == (str(tmp_path),)


def test_a_part_is_not_computed_by_another_version():
    with pytest.raises(JZError) as caught:
        compute(None, None, PART, "", {**versions(), "numpy": "1.0"}, "en")
    assert caught.value.codes == ("JZ-E112",)


def test_a_part_is_computed_in_the_language_of_the_one_who_asked():
    for name in ("en", "zh"):
        assert compute(lambda *_: language(), None, PART, "", versions(), name) == name


FAULTS = """
import resource, sys
import numpy as np
from jiuzhu_sim.batch.memory import keep_memory
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def work():
    before = faults()
    for _ in range(20):
        np.ones(1 << 21)
    return faults() - before
before = work()
if keep_memory():
    work()
    print(before, work())
"""


def test_a_worker_keeps_its_memory_for_the_next_part():
    """Under Dask's setting each array of each part is asked of the system again, page by page."""
    environ = os.environ | {"MALLOC_TRIM_THRESHOLD_": "65536"}  # what a nanny of Dask sets
    command = [sys.executable, "-c", FAULTS]
    done = subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)
    if not done.stdout:
        pytest.skip("another C library")
    before, after = map(int, done.stdout.split())
    assert after < before / 10


def test_a_part_given_up_is_named():
    assert str(given_up(PART, "why")).startswith("[JZ-E113] part-00003.parquet · ")


def test_patience_is_learnt_from_the_median():
    patience = Patience(least=0.5, multiple=10, first=60)
    assert patience.limit == 60
    for seconds in (0.1, 0.2, 9.0):
        patience.learn(seconds)
    assert patience.limit == 2.0
    quick = Patience(least=30)
    quick.learn(0.001)
    assert quick.limit == 30


def test_no_workers_are_refused():
    with pytest.raises(JZError) as caught:
        Cluster(workers=0)
    assert caught.value.codes == ("JZ-E032",)


# --- the files of the how-to, as far as they can be read without a cluster --------------------
def test_kubernetes_objects_fit_together():
    objects = list(yaml.safe_load_all((DOCS / "kubernetes.yaml").read_text(encoding="utf-8")))
    kinds = [each["kind"] for each in objects]
    assert kinds == ["NetworkPolicy", "ConfigMap", "Service", "Deployment", "Deployment", "Job"]
    by_kind = {f"{each['kind']}/{each['metadata']['name']}": each for each in objects}
    service = by_kind["Service/jiuzhu-scheduler"]
    assert service["spec"].get("type", "ClusterIP") == "ClusterIP"  # not reachable from outside
    for name in ("Deployment/jiuzhu-scheduler", "Deployment/jiuzhu-workers", "Job/jiuzhu-run"):
        pod = by_kind[name]["spec"]["template"]
        assert pod["metadata"]["labels"]["app"] == "jiuzhu"
        (container,) = pod["spec"]["containers"]
        assert container["resources"]["limits"]["memory"]
        mounted = {each["name"] for each in container.get("volumeMounts", ())}
        assert mounted <= {each["name"] for each in pod["spec"].get("volumes", ())}
    scheduler = by_kind["Deployment/jiuzhu-scheduler"]["spec"]["template"]
    assert service["spec"]["selector"].items() <= scheduler["metadata"]["labels"].items()


def test_workers_and_run_see_the_same_folders():
    objects = list(yaml.safe_load_all((DOCS / "kubernetes.yaml").read_text(encoding="utf-8")))
    named = [
        each for each in objects if each["metadata"]["name"] in ("jiuzhu-workers", "jiuzhu-run")
    ]
    mounts = [each["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] for each in named]
    assert len(mounts) == 2
    assert mounts[0] == mounts[1]


@pytest.mark.parametrize("name", ["slurm.sh"])
def test_scripts_are_read_by_the_shell(name):
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash")
    subprocess.run([shell, "-n", DOCS / name], check=True, timeout=10)


def test_the_image_installs_the_fixed_versions():
    lines = (DOCS / "Dockerfile").read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in lines if line and line[0].isupper()]
    assert words[:2] == ["ARG", "FROM"]
    assert "USER" in words
    assert any("constraints.txt" in line for line in lines)
