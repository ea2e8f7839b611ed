"""Changes of a file that extends the packaged configuration: it gets what differs, and taking them back leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from alerts.operations import tuning
from alerts.operations.live_config import Live, live_at
from alerts.operations.source_actions import SourceActions
from alerts.operations.subscription_changes import SubscriptionChanges
from alerts.operations.tuning import EntryKey
from alerts.subscriptions import subscriptions
from crawler.config import load
from crawler.config.adding import add_sources
from crawler.model import AseanwatchError
from crawler.store import Store
from tests.builders import NOON, TERMS, new_store, shipped

SHORT = """\
# The desk in Jakarta.
extends: packaged

terms:
  # our own words
  rail_projects:
    en: [maglev, "rail: link"]   # as the ministry has it
  trade:
    en: [durian deal]            # added
    remove: {zh: [外贸]}

topics:
  # first
  maglev:
    query: $rail_projects   # ours
  # second
  durian: {query: durian}

sources:
  - name: topik-id
    enabled: false        # noisy
  # in the middle
  - {name: ours, url: "https://ours.example/feed", lang: id}

subscriptions:
- name: desk
  to: [desk@ours.example]
  topics: [maglev, health]

delivery:
  from: watch@ours.example
"""
BARE = "extends: packaged\nsubscriptions: []"
"""Without sections, and without a line break at its end."""

FLOW = """\
extends: packaged
topics: {maglev: {query: maglev}, durian: {query: durian}} # ours
sources: [{name: ours, url: 'https://ours.example/'}]
terms: {}
"""
REMOVING = """\
extends: packaged
remove: {topics: [health], sources: [cna]}
topics:
    remove: [finance]
    # first
    maglev: {query: maglev} # ours

# the end
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path)
    yield made
    made.close()


def live_with(folder: Path, text: str) -> Live:
    """The configuration of a file with this text."""
    file = folder / "config.yaml"
    file.write_bytes(text.encode())
    return live_at(str(file))


def apply(store: Store, live: Live, section: str, name: str, values: dict[str, Any] | None) -> int | None:
    with store.write() as connection:
        return tuning.apply(connection, live, section, name, values, "me", NOON)


def undo(store: Store, live: Live, number: int | None) -> None:
    assert number is not None
    with store.write() as connection:
        tuning.undo(connection, live, number, "me", NOON)


def words(live: Live, name: str) -> dict[str, list[str]]:
    """The spellings of a term set, as lists that can be changed."""
    return {lang: list(spellings) for lang, spellings in live.settings.terms[name].items()}


def test_a_word_more_and_a_word_less_are_all_that_is_written(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, BARE)
    wanted = words(live, "trade")
    gone = wanted["en"].pop(2)
    wanted["en"].insert(0, "maglev trade")
    del wanted["th"]
    number = apply(store, live, "terms", "trade", wanted)
    added = live.path.read_text().removeprefix(BARE)
    assert added.splitlines() == [
        "", "terms:", "  trade:", "    en: [maglev trade]", "    remove:", f"      en: [{gone}]", "      th: true",
    ]  # fmt: skip
    assert (
        set(live.settings.terms["trade"]["en"]) == set(wanted["en"])
        and "th" not in live.settings.terms["trade"]
    )
    undo(store, live, number)
    assert live.path.read_text() == BARE
    assert live.settings.terms == shipped().terms


def test_the_lines_of_a_shipped_set_are_edited_as_a_whole(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    block = "trade:\n" + "".join(
        f"  {lang if lang != '*' else chr(34) + '*' + chr(34)}: {said!r}\n"
        for lang, said in words(live, "trade").items()
        if lang != "ms"
    )
    with store.write() as connection:
        tuning.apply_block(connection, live, "terms", "trade", block, "me", NOON)
        number = tuning.history(connection)[0].id
    assert "    remove: {zh: [外贸], ms: true}\n" in live.path.read_text()
    assert "    en: [durian deal]            # added\n" in live.path.read_text()
    undo(store, live, number)
    assert live.path.read_text() == SHORT
    with pytest.raises(AseanwatchError, match="remove cannot be the name"):
        tuning.draft_block(live, "terms", "trade", "trade:\n  remove: [zh]\n")


def test_a_shipped_topic_is_changed_removed_and_put_back(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    topic = shipped().topics["health"].model_dump(mode="json", exclude_defaults=True)
    first = apply(store, live, "topics", "tourism", None)
    assert "  tourism:\n    remove: true\n" in live.path.read_text() and "tourism" not in live.settings.topics
    second = apply(store, live, "topics", "health", {**topic, "threshold": 0.4})
    assert "  health:\n    threshold: 0.4\n" in live.path.read_text()
    assert live.settings.topics["health"].query == "$health"
    assert apply(store, live, "topics", "health", {**topic, "threshold": 0.4}) is None, "it says that already"
    third = apply(store, live, "topics", "health", topic)
    assert "health:" not in live.path.read_text(), "as shipped: nothing is to be said"
    for number in (third, second, first):
        undo(store, live, number)
    assert live.path.read_text() == SHORT


def test_sources_are_paused_changed_and_removed_by_name(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, BARE)
    actions = SourceActions(live, store, "me", NOON)
    paused = actions.set_paused("cna", paused=True)
    assert live.path.read_text().endswith("\nsources:\n  - name: cna\n    enabled: false")
    moved = actions.change("cna", {"url": "https://new.example/feed", "lang": None})
    text = live.path.read_text()
    assert 'url: "https://new.example/feed"' in text and "remove: [lang]" in text and "country" not in text
    removed = actions.remove("nikkei-asia")
    assert "  - name: nikkei-asia\n    remove: true" in live.path.read_text()
    assert len(live.settings.sources) == len(shipped().sources) - 1
    for number in (removed, moved, paused):
        undo(store, live, number)
    assert live.path.read_text() == BARE and live.settings.sources == shipped().sources


def test_a_source_that_is_resumed_leaves_nothing_behind_but_its_section(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    actions = SourceActions(live, store, "me", NOON)
    number = actions.set_paused("topik-id", paused=False)
    assert "topik-id" not in live.path.read_text() and live.settings.sources[:-1] == shipped().sources
    undo(store, live, number)
    assert live.path.read_text() == SHORT


def test_a_new_source_takes_no_name_of_a_shipped_one(tmp_path: Path) -> None:
    live = live_with(tmp_path, BARE)
    add_sources(live.path, [{"name": "mine", "url": "https://mine.example/feed"}])
    assert live.settings.sources[-1].name == "mine"
    with pytest.raises(AseanwatchError, match="there is a source cna already"):
        add_sources(live.path, [{"name": "cna", "url": "https://mine.example/feed"}])


def test_subscriptions_are_changed_as_in_a_whole_file(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    with store.write() as connection:
        subscriptions.register(connection, live.settings, NOON)
    changes = SubscriptionChanges(live, store, "me", NOON)
    number = changes.change("desk", {"topics": ["health"]})
    assert "  topics: [health]\n" in live.path.read_text()
    undo(store, live, number)
    assert live.path.read_text() == SHORT


@pytest.mark.parametrize("name", ["trade", "rail_projects", "sport"])
def test_a_renamed_set_is_renamed_wherever_shipped_entries_refer_to_it(
    store: Store, tmp_path: Path, name: str
) -> None:
    live = live_with(tmp_path, SHORT)
    with store.write() as connection:
        tuning.rename(connection, live, "terms", name, "other", "me", NOON)
        number = tuning.history(connection)[0].id
    assert name not in live.settings.terms and "other" in live.settings.terms
    if name == "trade":
        assert live.settings.topics["trade_investment"].query.startswith("$other OR")
        assert set(live.settings.relevance.matters) == {"other", "economy", "transport_project"}
    if name == "sport":
        assert "other" in live.settings.relevance.against and "sport" not in live.settings.relevance.against
    undo(store, live, number)
    assert live.settings == load(tmp_path / "config.yaml") and name in live.settings.terms
    if name != "trade":  # what the file said of it came back written by the program
        assert live.path.read_text() == SHORT


def test_a_renamed_topic_is_renamed_for_subscriptions(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    with store.write() as connection:
        tuning.rename(connection, live, "topics", "health", "medicine", "me", NOON)
        number = tuning.history(connection)[0].id
    assert live.settings.subscriptions[0].topics == ("maglev", "medicine")
    undo(store, live, number)
    assert live.path.read_text() == SHORT


OWN = st.sampled_from(
    [("terms", "rail_projects"), ("topics", "maglev"), ("topics", "durian"), ("sources", "ours")]
)
SHIPPED = st.sampled_from([("terms", "quite_new"), ("topics", "tourism"), ("topics", "finance"), ("sources", "cna"), ("sources", "topik-id"), ("topics", "new")])  # fmt: skip
CHANGES = st.tuples(st.one_of(OWN, SHIPPED), st.sampled_from(["remove", "one", "two"]))
VALUES: dict[str, dict[str, dict[str, Any]]] = {
    "terms": {"one": {"en": ["a", "b"]}, "two": {"zh": ["高铁"], "en": ["b"]}},
    "topics": {"one": {"query": "$health"}, "two": {"query": "durian", "threshold": 0.2, "title": "Durian"}},
    "sources": {"one": {"url": "https://x.example/a"}, "two": {"url": "https://x.example/b", "lang": "id"}},
}


TEXTS = st.sampled_from([SHORT, BARE, SHORT.replace("\n", "\r\n"), SHORT.rstrip("\n"), FLOW, REMOVING])
SEQUENCES = st.lists(CHANGES, max_size=4)
UNSHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def check_sequence(
    store: Store, tmp_path: Path, changes: list[tuple[tuple[str, str], str]], text: str
) -> None:
    """Make changes one after another, and take them back in turn."""
    live = live_with(tmp_path, text)
    before = live.settings
    done = []
    for (section, name), what in changes:
        values = None if what == "remove" else VALUES[section][what]
        try:
            number = apply(store, live, section, name, values)
        except AseanwatchError:
            continue  # something depends on it
        present = tuning.entries_by_name(live.settings, section).get(name)
        assert (present is None) == (values is None)
        done += [number] if number is not None else []
    for number in reversed(done):
        undo(store, live, number)
    assert live.path.read_bytes().decode() == text
    assert live.settings == before


@pytest.mark.long
@how(suppress_health_check=UNSHARED, max_examples=3, phases=[Phase.explicit, Phase.generate])
@given(SEQUENCES, TEXTS)
@example([(("sources", "cna"), "remove"), (("sources", "cna"), "two"), (("sources", "cna"), "remove")], BARE)
def test_whatever_was_changed_taken_back_in_turn_brings_the_file_back(
    store: Store, tmp_path: Path, changes: list[tuple[tuple[str, str], str]], text: str
) -> None:
    check_sequence(store, tmp_path, changes, text)


@pytest.mark.long
@how(suppress_health_check=UNSHARED, max_examples=150)
@given(SEQUENCES, TEXTS)
def test_so_does_many_more_of_it(
    store: Store, tmp_path: Path, changes: list[tuple[tuple[str, str], str]], text: str
) -> None:
    check_sequence(store, tmp_path, changes, text)


def test_the_history_shows_lines_of_entries_and_nothing_else(store: Store, tmp_path: Path) -> None:
    live = live_with(tmp_path, SHORT)
    apply(store, live, "topics", "durian", None)
    apply(store, live, "topics", "finance", None)
    with store.read() as connection:
        finance, durian = tuning.history(connection)
    assert (durian.before, durian.after) == ("durian: {query: durian}\n", None)
    assert (finance.before, finance.after) == (None, "finance:\n  remove: true\n")
    assert EntryKey(finance.section, finance.name) == ("topics", "finance")


_FORMS = [
    SHORT, FLOW, REMOVING, "extends: packaged\n# mine\n", "\ufeffextends: packaged\n", "extends: packaged\r\n# mine\r\n",
    "extends: packaged\n\n\n", "extends: packaged\nterms: {}\n", "# top\nextends: packaged  # and so on",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "which"),
    [
        (BARE, 1),
        *(pytest.param(text, i % 3, marks=pytest.mark.long) for i, text in enumerate(_FORMS)),
    ],
)
def test_what_was_written_together_is_taken_back_together(
    store: Store, tmp_path: Path, text: str, which: int
) -> None:
    live = live_with(tmp_path, text)
    entries = {
        EntryKey("terms", "durians"): {"en": ["durian"]},
        EntryKey("terms", "rice_too"): {"en": ["rice"]},
        EntryKey("topics", "both_fruits"): {"title": "Both", "query": "$durians NEAR/5 $rice_too"},
    }
    # One before at the same moment by the same person is no part of it.
    first = apply(store, live, "topics", "earlier", {"query": "earlier"})
    was = live.path.read_bytes()
    with store.write() as connection:
        tuning.apply_together(connection, live, entries, "me", NOON)
    made = live.path.read_bytes()
    with store.read() as connection:
        numbers = [change.id for change in tuning.history(connection)]
        assert {c.section for c in tuning.history(connection)} == {"terms", "topics"}
    undo(store, live, numbers[which])
    assert live.path.read_bytes() == was
    assert live.settings.topics.keys() & {"both_fruits", "earlier"} == {"earlier"}
    # Taking that back is one step too.
    with store.read() as connection:
        latest = tuning.history(connection)[0].id
    undo(store, live, latest - which)
    assert live.path.read_bytes() == made
    with store.read() as connection:
        latest = tuning.history(connection)[0].id
    undo(store, live, latest)
    undo(store, live, first)
    assert live.path.read_bytes() == text.encode()


ALONE = (
    "sources:\n  - {name: ours, url: 'https://ours.example/'}\nrelevance: {against: [dispute]}\ntopics: {rice: {query: rice}}\nterms:\n"
    + "".join(f"  {name}: {{en: {list(spellings.get('en', ('x',)))}}}\n" for name, spellings in TERMS.items())
)
"""A small file that extends no other, without subscriptions."""


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (BARE, "201"), (ALONE, "012"), (ALONE, "021"), (ALONE, "120"), (ALONE, "210"), (f"{ALONE}subscriptions: []\n", "012"),
        (f"# mine\n{ALONE}# the end", "102"),
    ],
)  # fmt: skip
def test_changes_taken_back_in_any_order_leave_no_empty_section(
    store: Store, tmp_path: Path, text: str, order: str
) -> None:
    live = live_with(tmp_path, text)
    section, values = (
        ("topics", {"query": "rice"}) if text == BARE else ("subscriptions", {"to": ["a@b.example"]})
    )
    numbers = [apply(store, live, section, name, values) for name in ("maglev", "durian", "other")]
    for which in order:
        undo(store, live, numbers[int(which)])
    assert live.path.read_bytes() == text.encode()


def test_a_section_that_was_empty_before_a_change_is_empty_after_its_undo(
    store: Store, tmp_path: Path
) -> None:
    live = live_with(tmp_path, ALONE)
    apply(store, live, "subscriptions", "maglev", {"to": ["a@b.example"]})
    emptied = apply(store, live, "subscriptions", "maglev", None)
    was = live.path.read_bytes()
    undo(store, live, emptied)
    with store.read() as connection:
        back = tuning.history(connection)[0].id
    undo(store, live, back)
    assert live.path.read_bytes() == was
