"""Which news reaches the subscription of a country: what names it, and what concerns ASEAN as a whole or several members together."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.analysis.why import trail
from alerts.delivery.dispatch import next_digest
from alerts.digests.render import render
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.config.settings import Settings
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.concerned import concerned, names_one_of
from crawler.store import Store
from tests.builders import NOON, keep, later, settings

BASE = (
    "Singapore and Kuala Lumpur host two of the first four China-ASEAN innovation bases",
    "The China-ASEAN Collaborative Innovation Demonstration Base was launched on Friday. "
    "The first four bases are in Shenzhen, Guangzhou, Singapore and Kuala Lumpur.",
)
TRADE = ("China-ASEAN trade rises 8 percent", "Trade cooperation between China and ASEAN grew by 8 percent.")
DURIANS = (
    "Vietnam signs an agreement on durian exports to China",
    "Vietnam and China signed a trade cooperation agreement. Vietnam is a member of ASEAN.",
)


def told(store: Store, news: tuple[str, str], **subscription: Any) -> bool:
    """Whether news reaches a subscription."""
    own = begun(store, **subscription)
    keep(store, *news, first_seen=later(minutes=1))
    return raise_alerts(store, own, later(minutes=2)) > 0


def begun(store: Store, **subscription: Any) -> Settings:
    own = settings({"name": "desk", "to": ["a@example.org"], **subscription})
    with store.write() as connection:
        register(connection, own, NOON)
    return own


@pytest.mark.parametrize(
    ("news", "subscription", "is_told"),
    [
        (BASE, {"countries": ["MY"]}, True),
        (BASE, {"countries": ["PH"]}, True),
        (BASE, {"countries": ["PH"], "asean_wide": False}, False),
        (BASE, {"countries": ["ASEAN"]}, True),
        (TRADE, {"countries": ["LA"]}, True),
        (TRADE, {"countries": ["LA"], "asean_wide": False}, False),
        (TRADE, {"countries": ["ASEAN"]}, True),
        (DURIANS, {"countries": ["VN"]}, True),
        (DURIANS, {"countries": ["LA"]}, False),
    ],
)
def test_what_concerns_asean_reaches_every_member(
    store: Store, news: tuple[str, str], subscription: dict[str, Any], is_told: bool
) -> None:
    assert told(store, news, **subscription) is is_told


def test_the_digest_says_that_it_came_for_all_of_asean_and_only_then(store: Store) -> None:
    def why(country: str) -> str:
        with store.read() as connection:
            (record,) = load_subscriptions(connection, own[country], only=["desk"])
            return render(next_digest(connection, own[country], record, later(minutes=3))).text

    own = {
        country: settings({"name": "desk", "to": ["a@example.org"], "countries": [country]})
        for country in ("PH", "SG")
    }
    assert told(store, BASE, countries=["PH"])
    assert "concerns ASEAN as a whole" in why("PH")
    assert "concerns ASEAN as a whole" not in why("SG")


def test_why_says_what_the_news_names(store: Store) -> None:
    own = begun(store, countries=["PH"], asean_wide=False)
    stored = keep(store, *BASE, first_seen=later(minutes=1))
    with store.read() as connection:
        (outcome,) = trail(connection, own, None, stored.article, None)["subscriptions"]
    assert "it names CN, MY, SG; the subscription asks for PH" in str(outcome["silence"])


def test_several_members_are_concerned_together_and_one_alone() -> None:
    one, other = frozenset({"CN", "MY"}), frozenset({"CN", "SG"})
    assert concerned([one, other], CHINA_ASEAN, as_a_whole=False) == {"MY", "SG"}
    assert concerned([one, one], CHINA_ASEAN, as_a_whole=False) == frozenset()
    assert concerned([frozenset({"CN"})], CHINA_ASEAN, as_a_whole=True) == CHINA_ASEAN.theirs.countries | {
        "ASEAN"
    }


def test_asean_asks_for_any_member() -> None:
    assert names_one_of(["ASEAN"], frozenset({"LA"}))
    assert not names_one_of(["ASEAN"], frozenset({"CN"}))
