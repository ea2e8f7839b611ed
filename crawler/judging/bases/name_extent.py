"""How far the name around a word for a base reaches: to the left where heads come last, to the right where they come first.

A name is grown word by word from its head. It never ends inside a word, and stops at acts ("opened"), at punctuation, and
at words that tell, place, date or point. Lists of those are data (``data/base_names.yaml``).
"""

from __future__ import annotations

from collections.abc import Callable

from crawler.judging.bases.name_around import ENGLISH_ORDER, Around, Extent
from crawler.judging.bases.name_spaced import behind_head, english_left, english_right, left_of_head
from crawler.judging.bases.name_unspaced import grow_left_burmese, grow_left_han, grow_right
from crawler.judging.text.script import UNSPACED, script_of

_HEAD_FIRST = frozenset({"fr", "es", "pt", "de"})
"""Languages that write some of these words as English does, and put them first all the same."""


def extent_of(around: Around) -> Extent:
    """Where the name around a word for a base begins and ends in the original text."""
    script = script_of(around.hit.pattern.key[:1])
    if script in UNSPACED:
        return _GROWERS[script](around)
    if around.lang in ENGLISH_ORDER or (
        around.hit.pattern.lang in ENGLISH_ORDER and around.lang not in _HEAD_FIRST
    ):
        return Extent(english_left(around), english_right(around))
    return Extent(left_of_head(around), behind_head(around))


_GROWERS: dict[str, Callable[[Around], Extent]] = {
    "han": grow_left_han,
    "myanmar": grow_left_burmese,
    **dict.fromkeys(("thai", "lao", "khmer"), grow_right),
}
