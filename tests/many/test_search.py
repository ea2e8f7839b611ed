"""PostgreSQL's index finds what SQLite's finds: pasted headlines, single letters, prefixes, whatever signs stand around them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from crawler.store import Store, search
from crawler.store.schema import articles
from tests.builders import keep, new_store

HEADLINES = [
    "Breaking: China, Laos sign a rice deal worth US$5 billion – at 8:30!",
    "[Update] China & Laos will not delay “joint” railway… | Vientiane Times",
    "快讯：中国、老挝签署农业合作（全文）！",
    "【关注】中泰铁路：曼谷—廊开段“开通”？",
    "จีน–ไทย: ลงนามความร่วมมือ “รถไฟ” (ฉบับเต็ม)!",
    "ລາວ-ຈີນ: ລົງນາມຮ່ວມມື “ກະສິກຳ”…",
    "កម្ពុជា–ចិន៖ ចុះហត្ថលេខា «កសិកម្ម»!",
    "မြန်မာ-တရုတ်: လယ်ယာ “ပူးပေါင်း”။",
    "Việt Nam – Trung Quốc: ký thỏa thuận “sầu riêng” [Video]",
    "Indonesia & Tiongkok: tidak tunda ‘kereta cepat’ + jalan tol?",
    "Malaysia, China meterai perjanjian: 50% durian/nanas…",
    "Pilipinas at Tsina: kasunduan sa bigas – “bagong simula”!",
]
QUERIES = ["作", "文", "路", "通", "挝 业", "农*", "农", "签*", "铁", "合*", "中*", "农业*", "ร*", "ລ*", "rail*", "8:30", "US$5 billion", "China - Laos",
           "China + Laos", "rice...", "rice: Laos", "-rice China", "durian/nanas", "not", "农 -铁路", "“joint” (railway"]  # fmt: skip


def _found(store: Store, query: str) -> set[str]:
    with store.read() as connection:
        ids = search.stories_with(connection, query)
        return set(connection.scalars(select(articles.c.title).where(articles.c.story_id.in_(ids))))


def test_both_databases_find_the_same_by_whatever_is_pasted(database: str, tmp_path: Path) -> None:
    stores = [Store(database), new_store(tmp_path)]
    stores[0].upgrade()
    for store in stores:
        for number, title in enumerate(HEADLINES):
            keep(store, title, f"{title} 第{number}条。", url=f"https://outlet.example/{number}")
        search.refresh(store)
    one, other = stores
    for title in HEADLINES:
        assert title in _found(one, title)
    for query in [*QUERIES, *HEADLINES]:
        found = _found(one, query)
        assert found == _found(other, query), query
        assert found, query
    assert _found(other, "农*") == {HEADLINES[2]}
    assert _found(other, "农 -铁路") == {HEADLINES[2]}
    one.close()
