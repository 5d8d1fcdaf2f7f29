"""Township boundaries from the user's own approved file, and the map drawn from them.

No boundary comes with the package and none is fetched: in China a map must come from an approved
source, so a file without its approval number (审图号) is refused.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.reading import is_file

NAMES = ("乡镇", "乡镇名称", "名称", "township", "name", "NAME", "Name")
"""Properties of a feature that may hold the township's name; the first one there is taken."""

APPROVALS = ("审图号", "approval")
"""Members at the top of the file that may hold the approval number."""

BYTES_MAX = 20 * 2**20
"""A county's boundaries take some hundred kilobytes; reading much more would only take memory."""

POINTS_MAX = 500_000
"""Corners that are drawn in a few seconds."""

APPROVAL_MAX = 60
"""Characters of an approval number, which is printed on one line."""

APPROVAL = re.compile(r"[^\W\d_].*(19|20)\d\d\D.*\d")
"""Office, year of approval, number: GS(2024)0650号, 湘S(2021)013号."""

RING_MIN = 4
"""Corners of a ring, the first one repeated at the end: a triangle."""

Ring = NDArray[np.float64]
Polygon = tuple[Ring, ...]


@dataclass(frozen=True)
class Boundaries:
    """Areas by name, each a tuple of polygons, each polygon its outer ring and its holes: arrays
    (corners, 2) of longitude and latitude, degrees. `approval`: the number printed on the map.
    """

    file: str
    approval: str
    areas: Mapping[str, tuple[Polygon, ...]]

    @property
    def corners(self) -> NDArray[np.float64]:
        """All corners, (corners, 2)."""
        return np.concatenate([r for area in self.areas.values() for p in area for r in p])


def read_boundaries(path: str | Path, units: Sequence[str], approval: str = "") -> Boundaries:
    """Read the boundaries of townships from a GeoJSON file (degrees, WGS 84 or CGCS2000).

    `units`: the townships that must be there, by exact name. `approval`: 审图号 of the map the
    boundaries come from; may also stand at the top of the file. Whether the number is genuine
    cannot be checked here.

    Raises JZ-E020 (no file), JZ-E021 (no JSON), and, all faults at once, JZ-E108: no approval
    number, too big, no features, no names, names missing or twice, shapes that are no polygons.

    >>> import tempfile
    >>> square = [[[118.0, 29.0], [118.1, 29.0], [118.1, 29.1], [118.0, 29.0]]]
    >>> shape = {"type": "Polygon", "coordinates": square}
    >>> feature = {"type": "Feature", "properties": {"name": "东河乡"}, "geometry": shape}
    >>> whole = {"type": "FeatureCollection", "features": [feature], "审图号": "湘S(2021)013号"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.geojson"
    ...     _ = path.write_text(json.dumps(whole), encoding="utf-8")
    ...     made = read_boundaries(path, ["东河乡"])
    >>> made.approval, list(made.areas), made.corners.shape
    ('湘S(2021)013号', ['东河乡'], (4, 2))
    """
    path, problems = Path(path), Problems()
    # Said before anything is read: without it the file is of no use.
    content = _content(path, problems)
    given = _approval(content, approval, path.name, problems)
    features = content.get("features") if content.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        fault(problems, path.name, "collection")
        raise JZError(problems)
    areas = _areas(features, path.name, problems)
    missing = [unit for unit in units if unit not in areas]
    spare = [name for name in areas if name not in units]
    for unit in missing if areas else ():
        fault(problems, path.name, "no_area", unit=unit, nearest=nearest(unit, spare))
    problems.raise_if_any()
    made = Boundaries(path.name, given, areas)
    if len(made.corners) > POINTS_MAX:
        fault(problems, path.name, "points", n=f"{len(made.corners):,}", most=f"{POINTS_MAX:,}")
    problems.raise_if_any()
    return made


def fault(problems: Problems, where: str, key: str, **values: Any) -> None:
    """Add JZ-E108 with the reason and the remedy of this key."""
    reason, fix = (text(f"township_map.{part}.{key}", **values) for part in ("fault", "fix"))
    problems.add("JZ-E108", where, reason=reason, fix=fix)


def _content(path: Path, problems: Problems) -> Mapping[str, Any]:
    """The file as a mapping; size first, so that a vast file costs nothing."""
    if not is_file(path):
        raise JZError.of("JZ-E020", path=str(path))
    try:
        size = path.stat().st_size
        if size > BYTES_MAX:
            told = {"size": f"{size / 2**20:.0f}", "most": f"{BYTES_MAX / 2**20:.0f}"}
            fault(problems, path.name, "size", **told)
            raise JZError(problems)
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise JZError.of("JZ-E021", path.name, reason=text("township_map.deep")) from None
    except json.JSONDecodeError as wrong:
        reason = text("township_map.no_json", row=wrong.lineno, column=wrong.colno)
        raise JZError.of("JZ-E021", path.name, reason=reason) from wrong
    except UnicodeDecodeError as wrong:
        reason = text("township_map.no_utf8")
        raise JZError.of("JZ-E021", path.name, reason=reason) from wrong
    except (OSError, ValueError) as wrong:
        raise JZError.of("JZ-E021", path.name, reason=str(wrong)) from wrong
    return content if isinstance(content, dict) else {}


def _approval(content: Mapping[str, Any], approval: str, file: str, problems: Problems) -> str:
    """The approval number as it is printed: as given, or as the file has it."""
    in_file = next((str(content[key]) for key in APPROVALS if content.get(key)), "")
    asked, held = _plain(approval), _plain(in_file)
    made = asked or held
    if not made:
        fault(problems, file, "approval")
    elif asked and held and asked != held:
        fault(problems, file, "approvals", given=asked, held=held)
    elif len(made) > APPROVAL_MAX or not made.isprintable() or not APPROVAL.search(made):
        fault(problems, file, "approval_form", given=made[:APPROVAL_MAX])
    return made


def _plain(approval: str) -> str:
    return re.sub(r"^审图号\s*[:：]?\s*", "", approval.strip())


# --- features ------------------------------------------------------------------------------
def _areas(
    features: Sequence[Any], file: str, problems: Problems
) -> dict[str, tuple[Polygon, ...]]:
    """Shapes by name; faults of single features into `problems`."""
    held = [_member(each, "properties") for each in features]
    found = Counter(key for each in held for key in each)
    key = next((name for name in NAMES if name in found), "")
    if not key:
        told = ", ".join(str(name)[:20] for name, _ in found.most_common(8)) or "—"
        fault(problems, file, "no_names", found=told, names=", ".join(NAMES))
        return {}
    areas: dict[str, tuple[Polygon, ...]] = {}
    for number, feature in enumerate(features, 1):
        name = str(held[number - 1].get(key) or "").strip()
        where = text("township_map.feature", file=file, number=number, name=name or "—")
        if not name:
            fault(problems, where, "unnamed", member=key)
        elif name in areas:
            fault(problems, where, "area_twice", unit=name)
        else:
            areas[name] = _polygons(_member(feature, "geometry"), where, problems)
    return areas


def _member(feature: Any, key: str) -> Mapping[str, Any]:
    held = feature.get(key) if isinstance(feature, dict) else None
    return held if isinstance(held, dict) else {}


def _polygons(geometry: Mapping[str, Any], where: str, problems: Problems) -> tuple[Polygon, ...]:
    """The polygons of one feature; the first fault of its shape into `problems`."""
    kind, given = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        fault(problems, where, "shape", kind=str(kind)[:20])
        return ()
    several: Any = [given] if kind == "Polygon" else given
    try:
        made = tuple(tuple(_rings(polygon)) for polygon in several)
        if not made or not all(made):
            raise ValueError("empty")
    except (TypeError, ValueError) as wrong:
        fault(problems, where, "ring" if str(wrong) != "degrees" else "degrees")
        return ()
    return made


def _rings(polygon: Any) -> Iterator[Ring]:
    """The rings of a polygon as arrays; ValueError where one cannot be."""
    for ring in polygon:
        corners = np.array(ring)
        is_list = corners.ndim == 2 and corners.shape[1] >= 2 and len(corners) >= RING_MIN
        if not is_list or corners.dtype.kind not in "iuf" or (corners[0] != corners[-1]).any():
            raise ValueError("ring")
        plane = corners[:, :2].astype(float)
        if not (np.abs(plane) <= (180, 90)).all():  # False for what is no number too
            raise ValueError("degrees")
        yield plane
