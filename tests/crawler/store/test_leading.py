"""Which report stands for a story."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.store.leading import headline_faults, leading

START = datetime(2026, 5, 4, 6, tzinfo=UTC)


def report(number: int, lang: str, title: str, named: int = 0, copy_of: int | None = None) -> Any:
    evidence = [{"term": f"t{n}", "field": "title", "start": n, "end": n + 1} for n in range(named)]
    when = START + timedelta(hours=number)
    return SimpleNamespace(
        id=number, lang=lang, title=title, when=when, evidence=evidence, duplicate_of=copy_of
    )


LAO = report(1, "lo", "ຈີນ-ລາວ ເປີດຫ້ອງທົດລອງເຂົ້າ ທີ່ວຽງຈັນ")
CHINESE = report(2, "zh", "中国与老挝在万象设立水稻联合实验室")
ENGLISH = report(3, "en", "China and Laos open a rice laboratory in Vientiane")
STORY = [LAO, CHINESE, ENGLISH]


@pytest.mark.parametrize(
    ("reads", "shown"),
    [
        (("en",), ENGLISH),
        (("zh", "en"), CHINESE),
        (("th", "en"), ENGLISH),
        (("th", "lo"), LAO),
        (("vi",), LAO),
    ],
)
def test_it_is_in_the_first_of_the_reader_s_languages_and_else_the_earliest(reads: Any, shown: Any) -> None:
    assert leading(STORY, reads) is shown


@pytest.mark.parametrize(
    "unclear",
    [
        "LIVE: China and Laos open a rice laboratory",
        "What does the new rice laboratory mean for Laos?",
        "China and Laos open a rice lab…",
        "Lab opened",
        "CHINA AND LAOS OPEN RICE LABORATORY",
        "[Photos] China and Laos open a rice laboratory",
        "",
    ],
)
def test_a_clear_headline_goes_before_an_earlier_one_that_is_not(unclear: str) -> None:
    assert leading([report(1, "en", unclear), ENGLISH]) is ENGLISH


def test_a_headline_that_names_who_takes_part_goes_before_one_that_does_not() -> None:
    vague = report(1, "en", "New laboratory is to help farmers grow more", named=1)
    clear = report(2, "en", "China and Laos open a rice laboratory", named=3)
    assert leading([vague, clear]) is clear


def test_a_copy_leads_only_where_there_is_nothing_else() -> None:
    copied = report(1, "en", ENGLISH.title, named=3, copy_of=3)
    assert leading([copied, ENGLISH]) is ENGLISH
    assert leading([copied, LAO]) is LAO


@pytest.mark.parametrize(
    "title", ["外交部：中老合作取得新进展", "ไทย-จีน ลงนามตั้งศูนย์วิจัยข้าว", "Vietnam: 400 firms join the fair"]
)
def test_these_headlines_are_clear(title: str) -> None:
    assert headline_faults(title) == 0
