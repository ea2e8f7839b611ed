"""Outgoing feeds: of a topic, open to everybody who can reach the pages; of a subscription, by a link of its reader."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from starlette.responses import Response

from alerts.digests.digest import base_of
from alerts.digests.feeds import (
    LONGEST_TEXT,
    FeedHead,
    atom_feed,
    feed_id,
    item_of_report,
    items_of,
    json_feed,
)
from alerts.digests.machine_made import helped, made_for, without_machine_words
from alerts.digests.message import domain_of
from alerts.digests.packing import bodies_of
from alerts.readers import signup
from alerts.subscriptions.reader_feedback import Declined, declined_by
from alerts.web.pages import SAFE
from alerts.web.reader_request import ReaderRequest
from crawler.model import AseanwatchError, Phrase
from crawler.store.articles import stories_of_sources
from crawler.store.schema import article_topics, articles, digests

MOST_STORIES = 50
"""The stories of a feed."""
_TYPES = {"atom": ("application/atom+xml", atom_feed), "json": ("application/feed+json", json_feed)}


def of_topic(request: ReaderRequest) -> Response:
    """The latest stories of a topic, each with its first report."""
    name = request.path_value("name")
    if name not in request.settings.topics:
        raise AseanwatchError(
            Phrase("there is no such topic")
        )  # without the name: anybody can put words into a link
    found = select(articles.c.story_id, articles.c.id).join(
        article_topics, article_topics.c.article_id == articles.c.id
    )
    found = found.where(
        article_topics.c.topic == name, articles.c.story_id.is_not(None), articles.c.duplicate_of.is_(None)
    )
    beginning = func.substr(articles.c.text, 1, 2 * LONGEST_TEXT).label("text")
    columns = (
        articles.c.id, articles.c.title, beginning, articles.c.url, articles.c.lang, articles.c.when, articles.c.source,
    )  # fmt: skip
    with request.store.read() as connection:
        # Ids first: anybody may ask for the feed, and the texts of a thousand articles would fill the memory.
        latest = connection.execute(
            found.order_by(articles.c.when.desc(), articles.c.id.desc()).limit(MOST_STORIES * 20)
        )
        # The last one wins, which is the earliest report of the story
        first = {row.story_id: row.id for row in latest}
        stories = dict(list(first.items())[:MOST_STORIES])
        rows = {
            r.id: r for r in connection.execute(select(*columns).where(articles.c.id.in_(stories.values())))
        }
        machine = made_for(connection, request.settings, request.machine_languages, titles_of=rows.values())
    domain = domain_of(request.settings.delivery.sender)
    title = request.settings.topic_title(name, request.language)
    items = [
        item_of_report(
            feed_id(domain, "topic", name, "story", story),
            rows[number],
            [title],
            request.words,
            machine.title(rows[number]),
        )
        for story, number in stories.items()
        if number in rows
    ]
    base = f"{request.links.public_url.rstrip('/')}/feeds/topics/{name}"
    head = FeedHead(
        feed_id(domain, "topic", name),
        title,
        request.links.public_url,
        f"{base}.atom",
        f"{base}.json",
        _hub(request),
    )
    return _answer(request, head, items)


def of_subscription(request: ReaderRequest) -> Response:
    """What a subscription was sent lately."""
    grant = request.grant("feed")
    newest = select(digests).where(digests.c.subscription == grant.subscription, digests.c.kind == "digest")
    domain = domain_of(request.settings.delivery.sender)
    items: list[dict[str, Any]] = []
    with request.store.read() as connection:
        record = signup.require_reader(connection, request.settings, grant)
        declined = declined_by(connection, grant.subscription, grant.address)
        # What was allowed when it was sent may be forbidden by now.
        readers = helped(request.settings, [record.subscription])
        bars_all, withheld = not readers.subscriptions, readers.withheld
        rows = connection.execute(newest.order_by(digests.c.id.desc()).limit(MOST_STORIES)).all()
        for body in bodies_of(connection, rows).values():
            content = _without(json.loads(body.content) if body.content else {}, declined)
            stories = {one["story"] for one in (*content.get("stories", ()), *content.get("bases", ()))}
            barred = stories if bars_all else stories_of_sources(connection, stories, withheld)
            items += items_of(without_machine_words(content, barred), domain)
    url = f"{request.links.public_url.rstrip('/')}/feed/{request.http.path_params['token']}"
    head = FeedHead(
        feed_id(domain, grant.subscription),
        record.subscription.title or grant.subscription,
        request.links.public_url,
        f"{url}.atom",
        f"{url}.json",
        None,
    )
    return _answer(request, head, items[:MOST_STORIES])


def _without(content: Mapping[str, Any], declined: Declined) -> Mapping[str, Any]:
    """The values of a digest without the stories that the feed's reader declined."""
    stories = content.get("stories", ())
    kept = [s for s in stories if not declined.covers(s["story"], base_of(s["key"], s.get("base")))]
    return {**content, "stories": kept}


def _hub(request: ReaderRequest) -> str | None:
    channels = request.settings.delivery.channels.values()
    return next((c.hub for c in channels if c.type == "feed" and c.hub), None)


def _answer(request: ReaderRequest, head: FeedHead, items: Sequence[dict[str, Any]]) -> Response:
    form = request.path_value("form")
    if form not in _TYPES:
        raise AseanwatchError(Phrase("a feed ends in .atom or .json"))
    media, write = _TYPES[form]
    body = write(head, items)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    # Five minutes: feeds of topics are public, and feed readers ask often.
    headers = {**SAFE, "Cache-Control": "max-age=300", "Vary": "Accept-Language", "ETag": tag}
    if head.hub:
        headers["Link"] = f'<{head.hub}>; rel="hub", <{head.atom_url}>; rel="self"'
    if request.http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)
