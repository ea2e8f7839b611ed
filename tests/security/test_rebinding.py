"""However often a name changes its address, nothing inside is requested, in any of the program's ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.security.rebinding import NAMES, OUTSIDE, outcome


def internet(folder: Path, *, whole: bool) -> dict[str, Any]:
    found = outcome(folder, whole=whole)
    if found is None:
        pytest.skip("this machine gives no namespaces: no resolver of our own")
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return internet(tmp_path_factory.mktemp("internet"), whole=False)


def test_this_internet_works(told: dict[str, Any]) -> None:
    assert told["public"] == {"public": ["the outside"] * 3}
    assert told["allowed"]["loopback"] == ["secrets of the inside"] * 3, (
        "who may is let in: there is something to be found"
    )
    assert told["asked"] > len(NAMES)


def test_nothing_inside_is_ever_asked(told: dict[str, Any]) -> None:
    assert told["inside"] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_of_the_inside_comes_from_a_name(told: dict[str, Any], name: str) -> None:
    answers = [*told["names"][f"{name}2"], *told["hooks"][f"{name}5"]]
    assert set(answers) <= {
        "the outside",
        "200",
        "Refused",
        "FetchError",
        "SiteBackedOffError",
        "TransientFetchError",
        "NotAllowedError",
        "gaierror",
        "OSError",  # the name leads nowhere
    }


def test_webhooks_go_outside_and_to_no_name_that_leads_inside_as_well(told: dict[str, Any]) -> None:
    assert told["hooks"]["public"] == ["200"] * 3
    assert (
        told["hooks"]["both5"]
        == told["hooks"]["both-turned5"]
        == told["hooks"]["many5"]
        == ["NotAllowedError"] * 3
    )


@pytest.mark.long
def test_no_way_of_the_program_leads_inside(tmp_path: Path) -> None:
    told = internet(tmp_path, whole=True)
    assert told["inside"] == []
    asked = " ".join(told["outside"])
    for path in (
        "public.test/leads/",
        "public.test/stories/1",
        "public.test/maps/1",
        "public.test/links/1",
        "public.test/robots.txt",
    ):
        assert path in asked, path
    assert f"then-private1.test/feed at {OUTSIDE}" in asked, "first a name leads outside, where it is asked"
    said = told["said"]["crawl --json"]
    for source in ("at-private", "led-to-private", "at-metadata", "at-mapped"):
        assert f"{source}: " in said
    assert "leads to the private address" in said
    assert "secrets of the inside" not in str(told["said"])
    assert "Traceback" not in str(told["said"])
