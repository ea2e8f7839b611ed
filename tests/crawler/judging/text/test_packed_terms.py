"""Packaged keys find what the terms themselves find, and count only as long as they are of these terms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.judging.bases.name_parts import packed_parts
from crawler.judging.entities.anchors import packed_known
from crawler.judging.text import packed_terms
from crawler.judging.text.packed_terms import PackedTerms
from crawler.model import TermSet


@pytest.mark.parametrize("of", [packed_parts, packed_known])
def test_what_is_packaged_is_of_the_terms_as_they_are(of: Callable[[], PackedTerms]) -> None:
    assert of()._packed() == of().packed(), "run `make parsed`"


def _found(terms: PackedTerms) -> set[tuple[str, str, bool]]:
    found = terms.matcher().find(
        {"text": "Bea ate a jack fruit; 中国 too, and BEA did not. The bea is near."}, "en"
    )
    return {
        (hit.pattern.set_name, hit.pattern.spelling, hit.pattern.proper)
        for hits in found.hits.values()
        for hit in hits
    }


def test_terms_that_changed_since_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    fruit = TermSet("fruit", {"en": ("jack fruit", "$other"), "zh": ("\u200b", "中國")})
    names = TermSet("names", {"*": ("Bea",)})
    terms = PackedTerms("own", [fruit, names], ["names"])
    expected = {("fruit", "jack fruit", False), ("fruit", "中國", False), ("names", "Bea", True)}
    monkeypatch.setattr(packed_terms, "table", lambda _: packed)
    packed = terms.packed()
    assert _found(terms) == expected
    packed = PackedTerms("own", [names]).packed()
    assert _found(terms) == expected
