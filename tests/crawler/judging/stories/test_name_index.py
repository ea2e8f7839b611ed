"""The index of names holds, counts and adds up what plain sets would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.stories.name_index import NameIndex

NAMES = "abcdef"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "forget"]), st.integers(1, 9), st.frozensets(st.sampled_from(NAMES))
    ),
    max_size=30,
)


@given(STEPS, st.integers(0, 20), st.integers(1, 5))
def test_an_index_answers_as_sets_do(
    steps: list[tuple[str, int, frozenset[str]]], most: int, count: int
) -> None:
    index = NameIndex()
    held: dict[int, frozenset[str]] = {}
    for what, article, names in steps:
        if what == "forget":
            gone = [a for a in held if a > article]
            index.forget(gone)
            held = {a: n for a, n in held.items() if a not in gone}
        elif article in held:
            index.remove(article, held.pop(article))
        elif what == "add":
            index.add(article, names)
            held[article] = names
    having = {name: {a for a, names in held.items() if name in names} for name in NAMES}
    assert index.holders() == {name: found for name, found in having.items() if found}

    rarest = index.rarest(NAMES, most)
    sizes = [len(having[name]) for name in rarest]
    left = [len(having[name]) for name in NAMES if name not in rarest]
    assert sizes == sorted(sizes)
    assert sum(sizes) <= most
    assert not left or sum(sizes) + min(left) > most
    assert index.rarest(reversed(NAMES), most) == rarest

    votes = {name: 1.5 + place for place, name in enumerate(rarest)}
    given_to = {a: sum(votes[n] for n in rarest if n in names) for a, names in held.items()}
    expected = sorted((a for a, vote in given_to.items() if vote), key=lambda a: (-given_to[a], a))
    assert index.highest(votes, count) == expected[:count]
