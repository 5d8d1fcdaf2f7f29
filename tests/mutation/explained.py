"""Mutants that no test can or should see, each with its reason (`explained.yaml`)."""

from pathlib import Path

from jiuzhu_sim.language import read_yaml

FILE = Path(__file__).with_name("explained.yaml")


def explained(file: Path = FILE) -> dict[tuple[str, str, str, str, int], str]:
    """Mutants by their key, with the reason why they may survive."""
    content = read_yaml(file) if file.exists() else {}
    return {
        (module, entry["in"], entry["was"], entry["now"], entry.get("number", 1)): entry["why"]
        for module, entries in (content or {}).items()
        for entry in entries
    }
