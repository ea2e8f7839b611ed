"""Stories that are suggested as the same event."""

from pathlib import Path

import pytest

from crawler.store import Store
from crawler.store.neighbours import neighbours
from tests.builders import keep, later, new_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    keep(made, "Li Qiang meets Anwar Ibrahim in Kuala Lumpur", "China and Malaysia spoke of trade and rail in Kuala Lumpur.", url="https://a.example/1")  # fmt: skip
    keep(made, "Durian growers of Pahang look to Nanning", "Malaysia's growers will sell more durian to China at the fair in Nanning.", url="https://a.example/2", published=later(days=1), first_seen=later(days=1))  # fmt: skip
    keep(made, "Anwar Ibrahim and Li Qiang witness 12 agreements", "Malaysia and China signed agreements on ports in Kuala Lumpur.", url="https://b.example/3", published=later(days=5), first_seen=later(days=5))  # fmt: skip
    keep(made, "Li Qiang and Pham Minh Chinh agree on rice in Kuala Lumpur", "China and Vietnam signed an agreement on rice in Kuala Lumpur.", url="https://b.example/4", published=later(days=60), first_seen=later(days=60))  # fmt: skip
    return made


def story_at(store: Store, url: str) -> int:
    from sqlalchemy import select

    from crawler.store.schema import articles

    with store.read() as connection:
        return connection.scalars(select(articles.c.story_id).where(articles.c.url == url)).one()


def test_the_likeliest_comes_first_and_what_is_far_in_time_is_left_out(store: Store) -> None:
    with store.read() as connection:
        found = neighbours(connection, story_at(store, "https://a.example/1"))
    assert found[0].story == story_at(store, "https://b.example/3")
    assert story_at(store, "https://b.example/4") not in {n.story for n in found}


def test_a_story_is_no_neighbour_of_itself_and_one_that_is_gone_has_none(store: Store) -> None:
    number = story_at(store, "https://a.example/1")
    with store.read() as connection:
        assert number not in {n.story for n in neighbours(connection, number)}
        assert neighbours(connection, 99_999) == []


def test_stories_in_two_scripts_are_beside_each_other_if_they_share_a_concept_and_both_parties(
    tmp_path: Path,
) -> None:
    made = new_store(tmp_path)
    keep(made, "Xuất khẩu sầu riêng Việt Nam sang Trung Quốc phục hồi", "Xuất khẩu sầu riêng của Việt Nam sang Trung Quốc tăng trở lại trong tháng này.", url="https://a.example/durian")  # fmt: skip
    keep(made, "越南榴莲对华出口回升", "越南对中国的榴莲出口本月恢复增长。", url="https://b.example/liulian", published=later(days=2), first_seen=later(days=2))  # fmt: skip
    one, other = story_at(made, "https://a.example/durian"), story_at(made, "https://b.example/liulian")
    assert one != other
    with made.read() as connection:
        assert [n.story for n in neighbours(connection, one)] == [other]
