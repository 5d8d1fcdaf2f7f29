"""The committed example report is whole, and of the law as it stands (`make example` renews it)."""

import json
from pathlib import Path

from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.record import RECORD, file_digest

FOLDER = Path(__file__).parents[1] / "reports" / "example"


def test_the_example_is_what_its_record_says():
    record = json.loads((FOLDER / RECORD).read_text(encoding="utf-8"))
    names = {path.name for path in FOLDER.iterdir()} - {RECORD}
    assert names == set(record["outputs"])
    for name, digest in record["outputs"].items():
        assert file_digest(FOLDER / name) == digest, name
    law = record["law"]
    assert load_policy(law["place"], law["at"]).digest() == law["sha256"]
