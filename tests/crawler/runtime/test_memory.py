"""How much memory there is: the machine's, or what the control groups of a process leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.runtime import memory

ENOUGH = 1 << 50


@pytest.mark.parametrize(
    ("table", "limits", "least"),
    [
        ("0::/system.slice/aseanwatch.service\n", {"system.slice/aseanwatch.service/memory.max": "536870912"}, 1 << 29),
        ("0::/system.slice/aseanwatch.service\n", {"system.slice/memory.high": "700000000"}, 700_000_000),
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": "900", "memory.max": "800"}, 800),
        ("0::/../other\n", {"memory.max": "5000"}, 5000),
        ("0::/\n", {"memory.max": "max"}, ENOUGH),
        ("4:memory:/docker/1\n3:cpu:/x\n", {"memory/docker/1/memory.limit_in_bytes": "268435456"}, 1 << 28),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712"}, ENOUGH),
        ("", {}, ENOUGH),
        ("nonsense\n", {}, ENOUGH),
    ],
)  # fmt: skip
def test_the_least_of_all_limits_counts(
    table: str, limits: dict[str, str], least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, text in limits.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"{text}\n", encoding="ascii")
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    monkeypatch.setattr(memory, "_own_groups", lambda: table)
    monkeypatch.setattr(memory.os, "sysconf", lambda _: ENOUGH // memory.resource.getpagesize())
    assert memory.memory_of_machine() == least


def test_this_machine_has_some() -> None:
    assert 1 << 26 < memory.memory_of_machine() < ENOUGH
