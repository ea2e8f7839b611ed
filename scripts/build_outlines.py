"""Draws the maps' outlines: ``python scripts/build_outlines.py countries-50m.json countries-110m.json``.

It writes alerts/web/outlines.json and outlines_world.json. The input is world-atlas' TopoJSON of Natural Earth (public domain), as the
npm registry has it: ``npm pack world-atlas``.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

WEST, EAST, SOUTH, NORTH = 72.0, 142.0, -11.5, 47.0
TOLERANCE, SMALLEST = 0.12, 0.06
"""The tolerance of a line in degrees, and the smallest island to draw in square degrees."""
CODES = {"156": "CN", "096": "BN", "104": "MM", "116": "KH", "360": "ID", "418": "LA", "458": "MY", "608": "PH", "626": "TL", "702": "SG",
         "704": "VN", "764": "TH", "344": "HK", "446": "MO"}  # fmt: skip
Point = tuple[float, float]


def arcs_of(data: dict[str, Any]) -> list[list[Point]]:
    """The lines of a topology in degrees."""
    (sx, sy), (tx, ty) = data["transform"]["scale"], data["transform"]["translate"]
    found = []
    for arc in data["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        found.append(line)
    return found


def simplified(line: list[Point]) -> list[Point]:
    """Douglas and Peucker's algorithm (1973)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay)

    def off(p: Point) -> float:
        if not length:
            return math.hypot(p[0] - ax, p[1] - ay)
        return abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / length

    far = max(range(1, len(line) - 1), key=lambda i: off(line[i]))
    if off(line[far]) <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: far + 1])[:-1] + simplified(line[far:])


def area(ring: list[Point]) -> float:
    """Square degrees inside a ring."""
    return (
        abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2
    )


def world(path: Path) -> None:
    """All land, for desks of other parties."""
    data = json.loads(path.read_text())
    lines = arcs_of(data)
    rings: list[list[list[float]]] = []
    for country in data["objects"]["countries"]["geometries"]:
        polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", [])
        for polygon in polygons:
            ring: list[Point] = []
            for index in polygon[0]:
                part = lines[index] if index >= 0 else lines[~index][::-1]
                ring += part[1:] if ring else part
            rings.append([[round(x, 1), round(y, 1)] for x, y in ring])
    source = "Natural Earth 1:110m (public domain) through world-atlas"
    out = {"source": source, "bounds": [-180, -58, 180, 84], "rings": {"": rings}}
    target = Path(__file__).parent.parent / "alerts" / "web" / "outlines_world.json"
    target.write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")


def main(path: Path) -> None:
    data = json.loads(path.read_text())
    lines = [simplified(a) for a in arcs_of(data)]
    rows: dict[str, list[list[list[float]]]] = {}
    for country in data["objects"]["countries"]["geometries"]:
        polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", [])
        for polygon in polygons:
            ring: list[Point] = []
            for index in polygon[0]:
                part = lines[index] if index >= 0 else lines[~index][::-1]
                ring += part[1:] if ring else part
            inside = [p for p in ring if WEST - 8 <= p[0] <= EAST + 8 and SOUTH - 8 <= p[1] <= NORTH + 8]
            if len(inside) < 3 or not any(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring):
                continue
            code = CODES.get(country.get("id", ""), "")
            if area(ring) >= SMALLEST or code in ("SG", "HK", "MO", "BN"):
                clipped = [
                    (min(max(x, WEST - 8), EAST + 8), min(max(y, SOUTH - 8), NORTH + 8)) for x, y in ring
                ]
                rows.setdefault(code, []).append([[round(x, 2), round(y, 2)] for x, y in clipped])
    out = {
        "source": "Natural Earth 1:50m (public domain) through world-atlas",
        "bounds": [WEST, SOUTH, EAST, NORTH],
        "rings": {code: rows[code] for code in sorted(rows)},
    }
    target = Path(__file__).parent.parent / "alerts" / "web" / "outlines.json"
    target.write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    world(Path(sys.argv[2]))
