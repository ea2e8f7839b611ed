"""Words that could not be read and can be now, on PostgreSQL (see tests/crawler/ingest/test_healing.py)."""

from __future__ import annotations

import pytest

from crawler.model import Document
from crawler.store import Store
from tests.healing import URL, Newsroom

NEWS = "中国与老挝在万象签署铁路合作协议"
WORDS = "中国与老挝周二在万象签署铁路合作协议，双方官员表示将扩大贸易与投资合作。"
WEATHER = "明天全市大部分地区有小到中雨气温下降"


@pytest.mark.parametrize("judges_later", [False, True])
def test_better_words_take_the_place_of_damaged_ones(database: str, judges_later: bool) -> None:
    store = Store(database)
    store.upgrade()
    room = Newsroom(store, "matching", judges_later=judges_later)
    for number, (title, words) in enumerate(((WEATHER, WEATHER), (NEWS, WORDS)), 1):
        url = f"{URL}{number}"
        for written in (f"{title}@@", title):
            room.poll(written, words, Document(url, "", words * 2), guid=str(number), url=url)
    assert sorted((a.title, a.entries, a.duplicate_of) for a in room.stored()) == [
        (NEWS, 2, None),
        (WEATHER, 2, None),
    ]
    assert room.balances()
    store.close()
