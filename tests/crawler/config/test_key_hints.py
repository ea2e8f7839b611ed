"""A key that is not there is answered by the part of it that leads nowhere."""

from __future__ import annotations

import pytest

from crawler.config.listing import key_hint, key_of
from crawler.runtime.near import near_names

VALUES = {
    "topics": {"finance": {"query": "bank"}, "health": {"query": "clinic"}},
    "sources": [{"name": "vir", "url": "u"}, {"name": "topik-id", "url": "u"}],
    "web": {"port": 80},
    "delivery": {"channels": {}},
}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("topics.nope", "; topics has: finance, health"),
        ("topics.finace", "; did you mean topics.finance?"),
        ("topics.finace.query", "; did you mean topics.finance.query?"),
        ("topc", "; did you mean topics?"),
        ("sources.topikid.url", "; did you mean sources.topik-id.url?"),
        ("sources[7]", ": sources has 2, counted from 0"),
        ("sources[1].urll", "; did you mean sources.1.url?"),
        ("web.port.x", ": web.port has no parts; write web.port"),
        ("delivery.channels.x", "; delivery.channels has: nothing"),
        ("zzz", "; it has: topics, sources, web, delivery"),
    ],
)
def test_the_part_that_is_wrong_is_told(wanted: str, said: str) -> None:
    assert key_of(VALUES, wanted) is None
    assert key_hint(VALUES, wanted) == said


def test_keys_as_messages_write_them_are_found() -> None:
    assert key_of(VALUES, "sources[1].url") == key_of(VALUES, "sources.topik-id.url") == ("sources", 1, "url")


def test_what_was_written_is_no_cure_for_itself() -> None:
    assert near_names("places_JP", ["places_JP", "places_PH"], 2) == ["places_PH"]
