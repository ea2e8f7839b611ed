"""Makes packages of others, whose entry points are found as if the packages were installed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]


def installed(folder: Path, code: str, **points: str) -> str:
    """Install a module ``flaky`` with entry points (a group's last word to ``NAME = MODULE:THING``), and return the PYTHONPATH to use."""
    place = folder / "installed"
    record = place / "flaky-1.dist-info"
    record.mkdir(parents=True, exist_ok=True)
    (place / "flaky.py").write_text(code, encoding="utf-8")
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: flaky\nVersion: 1\n", encoding="utf-8")
    groups = (f"[aseanwatch.{group}]\n{line}\n" for group, line in points.items())
    (record / "entry_points.txt").write_text("".join(groups), encoding="utf-8")
    return f"{place}:{ROOT}"
