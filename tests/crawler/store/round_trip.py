"""News in all ten languages and both encodings of Burmese, mixed and damaged, stored and read back."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from crawler.model import Classification
from crawler.parsing.text import storable
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.schema import article_topics, articles
from tests.builders import article, shipped, shipped_judge

SENTENCES = [
    "China and ASEAN launched a demonstration base in Vientiane on 3 May 2025.", "中国与东盟在南宁启动联合实验室，老挝参加。", "中國與馬來西亞在關丹設立產業園。",
    "Indonesia dan China meresmikan basis demonstrasi pertanian di Jakarta.", "Malaysia dan China membuka taman perindustrian bersama di Kuantan.",
    "Việt Nam và Trung Quốc khánh thành khu hợp tác kinh tế tại Lào Cai.", "จีนและอาเซียนเปิดฐานสาธิตความร่วมมือที่กรุงเทพฯ",
    "Binuksan ng Pilipinas at Tsina ang sentro ng kooperasyon sa Maynila.", "ចិន និងអាស៊ាន បើកមូលដ្ឋានបង្ហាញនៅភ្នំពេញ។", "ຈີນ ແລະ ອາຊຽນ ເປີດຖານສາທິດຢູ່ວຽງຈັນ.",
    "တရုတ်နှင့် အာဆီယံ ပူးပေါင်းဆောင်ရွက်ရေး စီမံကိန်း ရန်ကုန်တွင် ဖွင့်လှစ်", "တ႐ုတ္ႏွင့္ အာဆီယံ ပူးေပါင္းေဆာင္ရြက္ေရး စီမံကိန္း ရန္ကုန္တြင္ ဖြင့္လွစ္",
    "တ႐ုတ္-ျမန္မာ သေဘာတူညီခ်က္", "ျမန္မာ China ASEAN", "Hop ta\u0301c \u1ee3p ta\u0301c Trung Quo\u0302\u0301c",
]  # fmt: skip
DAMAGE = [
    "\0", "\ud83d", "\udc00", "\u202e", "\u200f\u202b", "\ufffe", "\U0001f1e8\U0001f1f3", "\U00020bb7", "\x1f", "\u2028", "\r\n", "\u1031",
    "\u1039", "e\u0301\u0323", "ﷺ", "'; DROP TABLE", "\\u0000", "w" * 3000, " ", "-", "\n",
]  # fmt: skip
pieces = st.lists(
    st.sampled_from(SENTENCES) | st.sampled_from(DAMAGE) | st.text(max_size=6), min_size=1, max_size=8
)
news = st.tuples(pieces, st.sampled_from(["", " ", "\n"])).map(lambda given: given[1].join(given[0]))
PLAIN = (str, int, float, bool, type(None), date, datetime)
_numbers = count(1)


def odd_values(value: Any) -> list[str]:
    """The parts of a value with a type that no store accepts, such as numpy's numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return odd_values(list(asdict(value).values()))
    if isinstance(value, dict):
        return odd_values([*value.keys(), *value.values()])
    if isinstance(value, list | tuple | set | frozenset):
        return [problem for one in value for problem in odd_values(one)]
    return [] if type(value) in PLAIN else [f"{type(value).__name__}: {value!r}"]


def stored_and_read_back(store: Store, title: str, text: str) -> None:
    """Judge news as it arrives, store it, read it back, and compare everything."""
    number = next(_numbers)
    url = f"https://outlet{number}.example/"  # one outlet each, because boilerplate of an outlet is left out of the words of its news
    one = article(storable(title), storable(text), url=url)
    reading = shipped_judge().classify(one)
    assert odd_values(reading) == []
    with store.write() as connection:
        kept = ArticleWriter(shipped().stories.window).write(
            connection, [JudgedArticle(one, reading, f"outlet{number}.example/")]
        )[0]
    with store.read() as connection:
        row = connection.execute(select(articles).where(articles.c.id == kept.article)).one()
        topics = connection.execute(
            select(article_topics).where(article_topics.c.article_id == kept.article)
        ).all()
    assert (row.title, row.text) == (one.title, one.text)
    assert {name: getattr(row, name) for name in _plain(reading)} == _plain(reading)
    assert [(t.topic, t.score, t.evidence) for t in sorted(topics)] == sorted(
        (t.name, t.score, [e._asdict() for e in t.evidence]) for t in reading.topics
    )


def _plain(reading: Classification) -> dict[str, Any]:
    relevance = reading.relevance
    return {
        "lang": reading.lang, "relevant": relevance.relevant, "score": relevance.score, "evidence": [e._asdict() for e in relevance.evidence],
        "reasons": _as_json(relevance.reasons), "countries": _as_json(reading.countries), "text_hash": reading.text_hash,
        "features": sorted(reading.anchors.features), "credit": reading.credit, "retracts": reading.retracts,
    }  # fmt: skip


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))
