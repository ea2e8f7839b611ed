"""The configurations of the page on services of assistants are right as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.wrong_configurations import said_of

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "assist-services.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- checked -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_nothing_is_said_of_it(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "metadata.json").write_text(json.dumps({"from_code": "zh", "to_code": "en"}))
    assert said_of(block, {"ASSIST_KEY": "k-4hG7kQ9xZ2mB5tRw"}) == []


def test_all_of_them_are_looked_at() -> None:
    assert len(BLOCKS) == PAGE.count("```yaml") == 4
