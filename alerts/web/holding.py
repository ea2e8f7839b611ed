"""What a subscription is told, in one sentence of words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.digests.wording import Words
from alerts.web.preferences import WEEKEND
from crawler.config.settings import Settings, Subscription


def in_words(settings: Settings, subscription: Subscription, say: Words) -> str:
    """What holds for a subscription, such as: every Monday at 07:30 (Shanghai); all topics except agriculture."""
    return say.clauses(_clauses(settings, subscription, say))


def _clauses(settings: Settings, subscription: Subscription, say: Words) -> Iterator[str]:
    rhythm = say.rhythm(subscription.when)
    zone = say.zone(settings.zone_of(subscription))
    yield rhythm if subscription.when.at is None else say.bracketed(rhythm, zone)
    yield _topics(settings, subscription, say)
    if subscription.countries:
        countries = say.joined(map(say.country, subscription.countries))
        theirs = settings.parties.sides.theirs
        if (
            theirs.is_group
            and subscription.asean_wide
            and not theirs.countries.isdisjoint(subscription.countries)
        ):
            group = say.party(theirs.shown)
            yield say.gettext("only about %(names)s or %(group)s as a whole", names=countries, group=group)
        else:
            yield say.gettext("only about %(names)s", names=countries)
    if subscription.languages:
        yield say.gettext("only reports in %(names)s", names=say.languages(subscription.languages))
    if subscription.quiet:
        yield say.gettext("quiet %(hours)s", hours=str(subscription.quiet))
    if set(WEEKEND) <= set(subscription.days_off):
        yield say.gettext("nothing at weekends")


def _topics(settings: Settings, subscription: Subscription, say: Words) -> str:
    def titles(names: tuple[str, ...]) -> str:
        return say.joined(settings.topic_title(n, say.language) if n in settings.topics else n for n in names)

    left = tuple(t for t in subscription.topics if t not in subscription.except_topics)
    if left:
        return say.gettext("only the topics %(names)s", names=titles(left))
    if subscription.except_topics:
        return say.gettext("all topics except %(names)s", names=titles(subscription.except_topics))
    return say.gettext("all topics")
