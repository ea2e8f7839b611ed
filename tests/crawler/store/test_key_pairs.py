"""Pairs of reports are counted: of one base under one key, and of different bases of one place under one."""

from __future__ import annotations

from tests.crawler.store.key_pairs import KeyedReport, KeyPairs, key_pairs


def report(base: str, town: str, key: str) -> KeyedReport:
    return KeyedReport(frozenset({base}), frozenset({town}), frozenset({key} if key else ()))


def test_reports_of_one_base_should_share_a_key() -> None:
    assert key_pairs([report("tea", "Bangkok", "k1"), report("tea", "Bangkok", "k1")]) == KeyPairs(
        same=1, together=1
    )
    assert key_pairs([report("tea", "Bangkok", "k1"), report("tea", "Bangkok", "k2")]).recall == 0.0


def test_only_bases_of_one_place_can_be_confused() -> None:
    found = key_pairs(
        [report("tea", "Bangkok", "k"), report("rice", "Bangkok", "k"), report("rail", "Hanoi", "k")]
    )
    assert found == KeyPairs(different=1, confused=1)
    assert (found.confusion, found.precision) == (1.0, 0.0)


def test_what_was_not_found_is_not_counted() -> None:
    found = key_pairs([report("tea", "Bangkok", "k1"), report("tea", "Bangkok", "")])
    assert found == KeyPairs()
    assert (found.recall, found.confusion, found.precision) == (1.0, 0.0, 1.0)
