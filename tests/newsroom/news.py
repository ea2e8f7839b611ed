"""The news of the outlets: the items of ``news/*.yaml`` with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet, with its language and format."""

    name: str
    lang: str
    country: str
    form: str


@dataclass(frozen=True, slots=True)
class Item:
    """One published article with its labels."""

    number: int
    outlet: Outlet
    at: datetime
    title: str
    text: str
    labels: dict[str, Any]

    @property
    def path(self) -> str:
        """The path of its page in the news web."""
        return f"/{self.outlet.name}/{self.at:%Y/%m}/{self.number}.html"

    @property
    def lead(self) -> str:
        """Its first paragraph."""
        return self.text.split("\n", 1)[0]


@cache
def outlets() -> dict[str, Outlet]:
    """The outlets by name."""
    rows = yaml.safe_load((HERE / "outlets.yaml").read_text(encoding="utf-8"))
    return {row["name"]: Outlet(**row) for row in rows}


@cache
def items() -> tuple[Item, ...]:
    """All items in the order of publication."""
    found: list[dict[str, Any]] = []
    for path in sorted((HERE / "news").glob("*.yaml")):
        for story in yaml.safe_load(path.read_text(encoding="utf-8")):
            found += _reports(story)
    found.sort(key=lambda row: (row["at"], row["outlet"]))
    numbers = {(row["labels"]["story"], row["outlet"]): f"n{i}" for i, row in enumerate(found, 1)}
    return tuple(_item(i, row, numbers) for i, row in enumerate(found, 1))


def _reports(story: dict[str, Any]) -> list[dict[str, Any]]:
    """The reports of one story. A duplicate has its original's text and what the re-publisher adds."""
    by_outlet = {r["outlet"]: r for r in story["reports"]}
    rows = []
    for report in story["reports"]:
        original = by_outlet[report["copy_of"]] if "copy_of" in report else report
        text = report.get("before", "") + original["text"].strip() + "\n" + report.get("after", "")
        title = report.get("title") or original["title"]
        labels = {
            "relevant": story["relevant"], "topics": story.get("topics", []), "event": None, "new_base": bool(story.get("bases")),
            "bases": story.get("bases", []), "countries": story.get("countries", []), "story": story["story"],
            "dup_of": report.get("copy_of"),
        }  # fmt: skip
        rows.append(
            {
                "outlet": report["outlet"],
                "at": report["at"],
                "title": title,
                "text": text.strip(),
                "labels": labels,
            }
        )
    return rows


def _item(number: int, row: dict[str, Any], numbers: dict[tuple[str, str], str]) -> Item:
    labels = row["labels"]
    labels["dup_of"] = numbers[labels["story"], labels["dup_of"]] if labels["dup_of"] else None
    return Item(
        number,
        outlets()[row["outlet"]],
        datetime.fromisoformat(row["at"]).replace(tzinfo=UTC),
        row["title"],
        row["text"],
        labels,
    )


def labelled() -> list[dict[str, Any]]:
    """The items as labelled news, in the format of ``aseanwatch evaluate``."""
    return [
        {
            "id": f"n{i.number}", "url": f"https://{i.outlet.name}.example{i.path}", "lang": i.outlet.lang, "title": i.title,
            "published": i.at.date().isoformat(), "source": i.outlet.name, "text": i.text,
            **{k: _plain(v) for k, v in i.labels.items()},
        }
        for i in items()
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value.isoformat() if isinstance(value, date) else value
