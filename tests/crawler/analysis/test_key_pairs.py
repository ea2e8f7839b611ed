"""The measure of keys counts pairs of reports: of one base under one key, and of different bases of one place under one."""

from __future__ import annotations

from typing import Any

from crawler.analysis.key_pairs import KeyPairs, key_pairs, keyed_reports


def labelled(number: str, story: str, name_en: str, *cities: str) -> dict[str, Any]:
    base = {"name": name_en, "name_en": name_en, "cities": list(cities)}
    return {"id": number, "story": story, "new_base": True, "bases": [base], "countries": ["CN", "TH"]}


def measured(rows: list[dict[str, Any]], **keys: str) -> KeyPairs:
    predicted = {number: {"bases": [{"key": key}] if key else []} for number, key in keys.items()}
    return key_pairs(keyed_reports(rows, predicted))


def test_reports_of_one_story_are_of_one_base() -> None:
    rows = [labelled("a", "s1", "Tea Centre", "Bangkok"), labelled("b", "s1", "The Tea Centre", "Bangkok")]
    assert measured(rows, a="k1", b="k1") == KeyPairs(same=1, together=1)
    assert measured(rows, a="k1", b="k2").recall == 0.0


def test_reports_of_one_name_are_of_one_base_whatever_their_story() -> None:
    rows = [
        labelled("a", "s1", "Tea Centre"),
        labelled("b", "s2", "Tea Lab"),
        labelled("c", "s2", "tea centre"),
    ]
    assert measured(rows, a="k", b="k", c="k") == KeyPairs(same=3, together=3)


def test_only_bases_of_one_place_can_be_confused() -> None:
    rows = [
        labelled("a", "s1", "Tea Centre", "Bangkok"),
        labelled("b", "s2", "Rice Lab", "Bangkok"),
        labelled("c", "s3", "Rail School", "Hanoi"),
    ]
    found = measured(rows, a="k", b="k", c="k")
    assert found == KeyPairs(different=1, confused=1)
    assert (found.confusion, found.precision) == (1.0, 0.0)


def test_what_was_not_found_is_not_counted() -> None:
    rows = [labelled("a", "s1", "Tea Centre"), labelled("b", "s1", "Tea Centre")]
    found = measured(rows, a="k", b="")
    assert found == KeyPairs()
    assert (found.recall, found.confusion, found.precision) == (1.0, 0.0, 1.0)
