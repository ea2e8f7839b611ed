"""The commands for stories, the register and ``why``, on the real command line with a crawled news web."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import run

CITIES = ["Shenzhen", "Guangzhou", "Singapore", "Kuala Lumpur"]


def founding(folder: Path) -> dict[str, Any]:
    """The register's entry of the founding event."""
    (base,) = [b for b in run("bases", "list", "--json", cwd=folder).json if set(b["cities"]) == set(CITIES)]
    return dict(base)


def test_the_founding_event_is_one_entry_with_a_name_in_every_language_of_its_reports(crawled: Path) -> None:
    base = founding(crawled)
    assert base["date"] == "2025-11-28"
    reports = run("stories", "show", str(base["story"]), "--json", cwd=crawled).json["reports"]
    assert set(base["names"]) == {r["lang"] for r in reports if not r["duplicate_of"]}
    assert len(base["timeline"]) == 1


def test_why_tells_the_whole_trail(crawled: Path) -> None:
    base = founding(crawled)
    told = run("why", str(base["story"]), cwd=crawled).out
    assert base["key"] in told
    assert "desk: new_base alert" in told
    assert "joined like article" in told
    trail = run("why", str(base["story"]), "--subscription", "desk", "--json", cwd=crawled).json
    assert {"story", "reports", "history", "bases", "subscriptions"} <= trail.keys()


@pytest.mark.parametrize("what", ["x", "base:1", "article:x"])
def test_why_of_nonsense_is_a_usage_error(crawled: Path, what: str) -> None:
    done = run("why", what, cwd=crawled)
    assert done.status == 2
    assert "neither a story's id nor article:ID" in done.err


def test_the_register_is_exported_as_geojson(crawled: Path) -> None:
    collection = json.loads(run("bases", "export", "--format", "geojson", cwd=crawled).out)
    assert collection["type"] == "FeatureCollection"
    feature = next(f for f in collection["features"] if f["id"] == founding(crawled)["key"])
    assert feature["geometry"]["type"] == "MultiPoint"
    assert len(feature["geometry"]["coordinates"]) == len(CITIES)
    assert all(90 < lon < 130 and -12 < lat < 45 for lon, lat in feature["geometry"]["coordinates"])


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_register_is_exported_as_rows(own: Path, form: str) -> None:
    assert run("bases", "export", "--format", form, "--output", f"b.{form}", cwd=own).status == 0
    assert founding(own)["key"] in (own / f"b.{form}").read_text(encoding="utf-8")


def test_lag_names_the_first_and_the_silent(crawled: Path) -> None:
    base = founding(crawled)
    lag = run("stories", "lag", str(base["story"]), "--json", cwd=crawled).json
    (story,) = lag["stories"]
    assert story["languages"][story["first_lang"]] == 0
    assert len(story["languages"]) == 10


def test_judging_again_by_the_same_rules_changes_nothing(own: Path) -> None:
    assert "nothing changed" in run("rejudge", cwd=own).out


def test_an_article_that_never_changed_has_no_difference(crawled: Path) -> None:
    assert "never seen to change" in run("articles", "diff", "1", cwd=crawled).out
    assert run("articles", "diff", "99999", cwd=crawled).status == 2


def test_operators_correct_stories_and_bases(own: Path) -> None:
    base = founding(own)
    story = str(base["story"])
    reports = run("stories", "show", story, "--json", cwd=own).json["reports"]
    last = max(r["id"] for r in reports if not r["duplicate_of"])
    split = run("stories", "split", story, str(last), cwd=own).out
    new = split.split()[1]
    assert run("rejudge", cwd=own).out.startswith("124 articles")
    assert run("stories", "merge", story, new, cwd=own).status == 0
    assert f"merged into {story}" in run("stories", "show", new, cwd=own).err
    assert run("stories", "undo", story, cwd=own).out == f"{story} and {new} are two stories again\n"
    assert run("stories", "show", new, cwd=own).status == 0
    assert run("stories", "undo", story, cwd=own).status == 2, "taking back is not taken back"
    assert run("stories", "merge", story, new, cwd=own).status == 0
    assert run("bases", "rename", base["key"], "Innovation Base", cwd=own).status == 0
    assert "Innovation Base" in run("bases", "timeline", base["key"], cwd=own).out
    assert run("bases", "merge", base["key"], "park-none", cwd=own).status == 2
    assert run("alerts", "dispatch", "--json", cwd=own).json["alerts"] == 0


def test_an_operator_says_that_an_article_is_no_copy(own: Path) -> None:
    rows = [json.loads(line) for line in run("export", cwd=own).out.splitlines()]
    copy = next(r for r in rows if r["dup_of"] and r["story"])
    shown = run("articles", "show", str(copy["id"]), "--json", cwd=own).json
    assert shown["duplicate_of"] == copy["dup_of"]
    assert shown["duplicate_why"]
    assert (
        f"a copy of article {copy['dup_of']}: {shown['duplicate_why']}"
        in run("why", f"article:{copy['id']}", cwd=own).out
    )
    released = run("articles", "not-a-copy", str(copy["id"]), "--json", cwd=own).json
    assert released["story"]
    assert run("rejudge", cwd=own).status == 0
    assert run("articles", "show", str(copy["id"]), "--json", cwd=own).json["duplicate_of"] is None
    again = run("articles", "not-a-copy", str(copy["id"]), cwd=own)
    assert again.status == 2
    assert f"article {copy['id']} is no copy of another one" in again.err
    assert run("articles", "not-a-copy", "99999", cwd=own).status == 2
