"""``make demo``: three days pass, and the founding event raises one alert with all its reports."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.conftest import run
from tests.newsroom.news import items, outlets

CITIES = "Shenzhen, Guangzhou, Singapore, Kuala Lumpur"


@pytest.fixture(scope="module")
def demo(demo_run: Path) -> tuple[Path, str]:
    """The demo's folder and what it printed."""
    return demo_run / "demo", (demo_run / "printed").read_text(encoding="utf-8")


def test_the_newsroom_is_as_wide_as_the_region() -> None:
    found = Counter(i.outlet.lang for i in items())
    assert len(items()) >= 120
    assert len(outlets()) >= 12
    assert set(found) == {"en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my"}
    founding = [i for i in items() if i.labels["story"] == "innovation-base"]
    assert len({i.outlet.name for i in founding}) >= 8
    assert len({i.outlet.lang for i in founding}) >= 6
    assert len({i.at.date() for i in founding}) == 3


def test_the_closing_lines_count_everything(demo: tuple[Path, str]) -> None:
    last = demo[1].rstrip().splitlines()[-1]
    counts = dict(
        (what, int(number))
        for number, what in re.findall(r"(\d+) (items|articles|duplicates|stories|alerts)", last)
    )
    assert counts["articles"] == len(items())
    assert counts["items"] > counts["articles"]
    assert counts["duplicates"] == sum(i.labels["dup_of"] is not None for i in items())
    assert last.endswith(" alerts, 1 new base")


def test_the_founding_event_is_told_once_with_all_its_reports(demo: tuple[Path, str]) -> None:
    assert demo[1].count("New base, one alert each for asean-desk and mekong-desk") == 1
    told = demo[1].partition("New base, one alert")[2]
    assert "China-ASEAN Collaborative Innovation Demonstration Base" in told
    assert CITIES in told
    founding = [i for i in items() if i.labels["story"] == "innovation-base"]
    copies = sum(i.labels["dup_of"] is not None for i in founding)
    assert f"{len(founding) - copies} reports in 10 languages, {copies} copies" in told
    assert all(i.title in told for i in founding)


def test_the_digests_lie_there_and_one_tells_the_base(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]
    assert {p.stem for p in folder.glob("*.eml")} == {p.stem for p in folder.glob("*.html")}
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]  # type: ignore[union-attr]
    to_countries, about = sorted((t for t in texts if "New base: " in t), key=lambda t: "asean-desk" in t)
    assert "concerns ASEAN as a whole" in to_countries
    assert all(city in about.partition("STORIES")[0] for city in CITIES.split(", "))
    languages = set(re.findall(r"^  - (\w+): ", about, re.MULTILINE)) | set(
        re.findall(r"^  (\w+), \S+, \d", about, re.MULTILINE)
    )
    assert len(languages) >= 6


def test_the_demo_s_store_can_be_looked_at(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    (base,) = [
        b
        for b in run("bases", "list", "--json", "--config", "demo/config.yaml", cwd=folder.parent).json
        if b["cities"] == CITIES.split(", ")
    ]
    assert len(base["names"]) >= 6
    assert len(base["evidence"]) >= 8
