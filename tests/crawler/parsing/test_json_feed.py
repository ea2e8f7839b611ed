"""JSON Feeds that are cut or broken: the items that are whole are read, and it is said."""

from __future__ import annotations

import json

import pytest

from crawler.parsing.feeds import Feed, FeedError, read_feed
from tests.builders import NOON

FILES = [
    {"url": f"https://o.example/{n}.mp3", "mime_type": "audio/mpeg", "title": "A file"} for n in range(2)
]
ITEMS = [
    {"id": str(n), "url": f"https://o.example/{n}", "title": f"ข่าว {n}", "content_text": "ความร่วมมือ", "attachments": FILES}
    for n in range(4)
]  # fmt: skip
WHOLE = json.dumps(
    {"title": "F", "language": "th", "author": {"name": "โต๊ะข่าว"}, "items": ITEMS}, ensure_ascii=False
)


def read(text: str) -> Feed:
    return read_feed(
        text.encode(), url="https://o.example/f.json", source="o", seen=NOON, content_type="application/json"
    )


@pytest.mark.parametrize(
    ("broken", "numbers"),
    [
        (WHOLE[: WHOLE.rindex("ข่าว") + 2], [0, 1, 2]),
        (WHOLE[: WHOLE.rindex("audio")], [0, 1, 2]),
        (WHOLE[:-2], [0, 1, 2, 3]),
        (WHOLE[:-2] + ",]}", [0, 1, 2, 3]),
        (WHOLE.replace('"ข่าว 1"', '"ข่าว "1""'), [0, 2, 3]),
        (WHOLE.replace('"ข่าว 0"', '"ข่าว \\x"'), [1, 2, 3]),
    ],
)
def test_the_items_that_are_whole_are_read(broken: str, numbers: list[int]) -> None:
    feed = read(broken)
    assert [(e.guid, e.title, e.author) for e in feed.entries] == [
        (str(n), f"ข่าว {n}", "โต๊ะข่าว") for n in numbers
    ]
    assert feed.lang == "th"
    assert feed.notes[0].startswith(f"broken JSON, {len(numbers)} entries could be read")


def test_a_whole_feed_has_no_note() -> None:
    assert (len(read(WHOLE).entries), read(WHOLE).notes) == (4, ())


@pytest.mark.parametrize("text", ['{"items": [', '{"items": [{"id": "1", "tit', '{"a": 1', "[1, 2]"])
def test_what_holds_no_whole_item_is_no_feed(text: str) -> None:
    with pytest.raises(FeedError, match=r"the answer is no JSON|the JSON has no list"):
        read(text)


def test_many_broken_items_take_no_time() -> None:
    with pytest.raises(FeedError):
        read('{"items": [' + '{"a": "b},' * 200_000)
