"""Edits of an article are shown word by word, in every script."""

from __future__ import annotations

import pytest

from alerts.web.console.marking import marked_words, passage
from alerts.web.console.versions import BESIDE, difference


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("It opens on 28 November.", "It opens on 29 November.", "<del>28 </del>", "<ins>29 </ins>"),
        ("首批四个示范基地将落户深圳", "首批五个示范基地将落户深圳", "<del>四</del>", "<ins>五</ins>"),
        ("การเปิดตัวฐานนวัตกรรม", "การเปิดตัวศูนย์นวัตกรรม", "<del>ฐาน</del>", "<ins>ศูนย์</ins>"),
        ("ຈີນ-ອາຊຽນ ຄັ້ງທີ 22", "ຈີນ-ອາຊຽນ ຄັ້ງທີ 23", "<del>22</del>", "<ins>23</ins>"),
        ("a <b> & c", "a <b> & d", "<del>c</del>", "<ins>d</ins>"),
    ],
)
def test_words_that_changed_are_marked(before: str, after: str, gone: str, new: str) -> None:
    found = difference(before, after)
    assert gone in found.text and new in found.text
    assert "<b>" not in found.text
    assert found.added == found.removed == 1


def test_long_stretches_that_did_not_change_are_left_out() -> None:
    same = " ".join(f"word{n}" for n in range(500))
    found = difference(f"{same} ends", f"{same} ended")
    assert found.text.startswith(f"… word{500 - BESIDE}")
    assert (found.added, found.removed) == (1, 1)
    assert difference(same, f"{same} ").added == 0


def test_matched_words_that_overlap_are_marked_as_one() -> None:
    evidence = [
        {"field": "title", "start": 0, "end": 13},
        {"field": "title", "start": 0, "end": 18},
        {"field": "title", "start": 19, "end": 90},
        {"field": "text", "start": 0, "end": 3},
    ]
    shown = marked_words("demonstration base <i>opens", evidence, "title")
    assert shown == "<mark>demonstration base</mark> <mark>&lt;i&gt;opens</mark>"


def test_a_passage_stands_around_the_first_matched_word() -> None:
    text = "one " * 100 + "railway " + "two " * 100
    shown = passage(text, [(400, 407)])
    assert "<mark>railway</mark>" in shown
    assert shown.startswith("…one") and shown.endswith("two…")
