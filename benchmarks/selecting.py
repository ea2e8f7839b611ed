"""The speed of selecting for up to 4,000 subscriptions, compared with testing every pair.

Run as ``python -m benchmarks.selecting``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from alerts.selection.history import AlertHistory
from alerts.selection.raise_alerts import decide
from alerts.selection.select import Decision, select
from alerts.selection.stories import ChangedStory
from alerts.selection.views import ReportView, StoryView
from alerts.subscriptions.subscriptions import SubscriptionRecord
from crawler.config.settings import Subscription
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.text.language import LANGUAGES
from tests.builders import NOON, later, shipped


def stories(number: int, chance: random.Random) -> list[ChangedStory]:
    """Stories of one to four reports, each of one or two topics and one or two countries."""
    topics, countries = sorted(shipped().topics), sorted(CHINA_ASEAN.theirs.countries)
    made = []
    for story in range(number):
        about, named = (
            chance.sample(topics, chance.choice((1, 1, 2))),
            chance.sample(countries, chance.choice((1, 1, 2))),
        )
        reports = tuple(
            ReportView(
                story * 4 + n, f"source{chance.randrange(130)}", chance.choice(LANGUAGES), frozenset({"CN", *named}),
                {t: chance.random() for t in about}, later(minutes=1), n > 2,
            )
            for n in range(chance.randint(1, 4))
        )  # fmt: skip
        made.append(ChangedStory(StoryView(story, reports), frozenset(), frozenset({story})))
    return made


def everyone(number: int, chance: random.Random) -> list[SubscriptionRecord]:
    """Typical subscriptions: one or two topics, most of them with countries or languages."""
    topics, countries = sorted(shipped().topics), sorted(CHINA_ASEAN.theirs.countries)
    made = []
    for n in range(number):
        values = {
            "name": f"desk{n}", "to": ["a@b.example"], "topics": chance.sample(topics, chance.choice((1, 2))),
            "languages": chance.sample(LANGUAGES, 2) if chance.random() < 0.6 else (),
            "countries": chance.sample(countries, 1) if chance.random() < 0.8 else (), "least_score": chance.choice((0.0, 0.3)),
        }  # fmt: skip
        made.append(SubscriptionRecord(Subscription.model_validate(values), NOON, False, NOON))
    return made


def every_pair(subscribers: Sequence[SubscriptionRecord], views: Sequence[ChangedStory]) -> list[Decision]:
    """The same by asking each subscription of each story."""
    topics = shipped().topics
    return [
        d
        for v in views
        for one in subscribers
        for d in select(one.subscription, topics, v.view, one.since, ()).alerts
    ]


def main() -> None:
    """Print the table."""
    settings, chance = shipped(), random.Random(1)
    views = stories(10_000, chance)
    print(
        "10,000 new stories:\nsubscriptions  decisions  seconds  a decision, microseconds  every pair, seconds"
    )
    for number in (250, 500, 1000, 2000, 4000):
        subscribers = everyone(number, random.Random(2))
        begun = time.perf_counter()
        decisions = decide(subscribers, settings, views, AlertHistory())
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        part = views[:500]
        slow = every_pair(subscribers, part)
        pairs = (time.perf_counter() - begun) * len(views) / len(part)
        assert len(slow) == sum(d.story < 500 for d in decisions)
        print(
            f"{number:13} {len(decisions):10} {seconds:8.2f} {seconds / max(1, len(decisions)) * 1e6:25.1f} {pairs:20.1f}"
        )


if __name__ == "__main__":
    main()
