"""Changes of entries of the configuration while the service runs: what a change would do, applying it, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from alerts.identity.keys import SecretBox
from alerts.operations import change_log
from alerts.operations.live_config import Live
from crawler.analysis.backtest import TopicChange, compare, trials_of
from crawler.analysis.examples import broken_examples, example_article
from crawler.analysis.history import PastArticle, past_article_of, past_articles
from crawler.config.advice import advice
from crawler.config.config_file import check_text, difference, only_changed, read_text, write_text
from crawler.config.editing import entry_block, with_entry_block
from crawler.config.entry_lines import EntryLines
from crawler.config.entry_places import EntryPlace, EntryStanding, without_empty_section
from crawler.config.loading import ConfigError
from crawler.config.own_file import OwnFile
from crawler.config.plain import dotted
from crawler.config.settings import Settings, TopicSetting
from crawler.judging.judge import Judge
from crawler.model import AseanwatchError, Phrase
from crawler.store import Store
from crawler.store.facet_version import note_change_in_place
from crawler.store.schema import article_topics, articles, config_versions, subscriptions

LATEST = 300
"""The number of the latest articles that a change is tried on while it is written. It takes a fraction of a second."""

RENAMED = " (renamed)"
"""The suffix of a change's section in the history if the entry was renamed. Such a change keeps both names instead of lines."""

TOGETHER = " (together)"
"""The suffix of a change's section in the history if it was made together with the one before it: both are taken back at once."""


class EntryKey(NamedTuple):
    """An entry of the configuration: its section (``topics``, ``terms``, ``sources`` or ``subscriptions``) and its name."""

    section: str
    name: str


class EntryProblems(NamedTuple):
    """What is wrong with a configuration: lines about one entry, and the number of problems elsewhere."""

    own: list[str]
    elsewhere: int


class TopicTrial(NamedTuple):
    """What a change does to one topic, and the number of articles that it was tried on."""

    change: TopicChange
    tried: int


class TermsTrial(NamedTuple):
    """The topics that a change of term sets gains or loses articles for, and the number of articles that it was tried on."""

    changes: list[TopicChange]
    tried: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change of the configuration as the history shows it, without secrets.

    A renamed entry has its two names, else lines of the file.
    """

    id: int
    at: datetime
    actor: str
    section: str
    name: str
    before: str | None
    after: str | None
    is_renaming: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is not applied yet: the file's text before and after it, and the settings that it gives."""

    before: str
    after: str
    settings: Settings

    def difference(self, name: str) -> str:
        """What changes, as a unified difference."""
        return difference(self.before, self.after, name)


def draft(live: Live, section: str, name: str, values: Mapping[str, Any] | None) -> Draft:
    """What the configuration would be with one entry changed.

    Raises:
        ConfigError: it would be wrong; AseanwatchError: the file cannot be changed so.
    """
    before = read_text(live.path)
    after = OwnFile(live.path, before).with_entry(section, name, values)
    made = _draft(live, section, name, before, after)
    # YAML reads some texts as something else (``no``, dates,
    # numbers): what is written must read back.
    if (
        section == "topics"
        and values is not None
        and made.settings.topics[name] != TopicSetting.model_validate(dict(values))
    ):
        raise AseanwatchError(f"{section}.{name} cannot be written so that it reads back the same")
    return made


def _draft(live: Live, section: str, name: str, before: str, after: str) -> Draft:
    """A change that is right, and that changes one entry alone."""
    settings = check_text(live.path, after)
    if not _is_alone(live.settings, settings, section, name):
        # The settings in force may be older than the file, where the file is wrong: then its text says it.
        only_changed(before, after, section, [name])
    return Draft(before, after, settings)


def problems_of(error: AseanwatchError, section: str, name: str) -> EntryProblems:
    """The problems of one entry, as lines without the file's name, and how many others there are."""
    if not isinstance(error, ConfigError):
        return EntryProblems([str(error)], 0)
    place = f"{section}.{name}"
    own = [p for p in error.problems if p.key == place or p.key.startswith((f"{place}.", f"{place}["))]
    lines = [f"{p.key.removeprefix(place).lstrip('.')}: {p.message}".removeprefix(": ") for p in own]
    return EntryProblems(lines, len(error.problems) - len(own))


def _is_alone(old: Settings, new: Settings, section: str, name: str) -> bool:
    """Whether two configurations are the same but for one entry of a section."""
    left = [{n: e for n, e in entries_by_name(one, section).items() if n != name} for one in (old, new)]
    return left[0] == left[1] and old.model_copy(update={section: {}}) == new.model_copy(update={section: {}})


def entries_by_name(settings: Settings, section: str) -> dict[str, Any]:
    """The entries of a section by their names, whether it is a mapping or a list."""
    found = getattr(settings, section)
    return dict(found) if isinstance(found, Mapping) else {entry.name: entry for entry in found}


def draft_changes(live: Live, section: str, name: str, changes: Mapping[str, Any]) -> Draft:
    """What the configuration would be with some keys of an entry changed; None takes a key out.

    Raises:
        ConfigError: it would be wrong; AseanwatchError: there is no such entry, or the file cannot be changed so.
    """
    before = read_text(live.path)
    return _draft(
        live, section, name, before, OwnFile(live.path, before).with_changed_keys(section, name, changes)
    )


def apply_changes(
    connection: Connection,
    live: Live,
    key: EntryKey,
    changes: Mapping[str, Any],
    actor: str,
    now: datetime,
    box: SecretBox | None = None,
) -> int | None:
    """Write some keys of an entry into the file and into its history; gives the number of the change, None if there was none.

    Raises:
        ConfigError, AseanwatchError: as in `draft_changes`; then nothing is written.
    """
    made = draft_changes(live, key.section, key.name, changes)
    return _write(connection, live, key, made.before, made.after, actor, now, box)


def draft_block(live: Live, section: str, name: str, block: str) -> Draft:
    """As `draft`, with the lines of the entry as they are to stand in the file.

    Raises:
        EntryLinesError: something in the lines is wrong; then with the line and the key.
        AseanwatchError: they are not those of this entry, or the configuration would be wrong.
    """
    lines = EntryLines(section, name, block)
    before = read_text(live.path)
    own = OwnFile(live.path, before)
    # In a file that extends others it is the entry as a whole that was edited, not what the file says of it.
    if own.is_short and own.beneath(section, name) is not None:
        lines.refuse_lost_anchors()
        after = own.with_entry(section, name, lines.value)
    else:
        after = with_entry_block(before, section, name, block)
    try:
        return _draft(live, section, name, before, after)
    except ConfigError as error:
        raise lines.placed(error) from None


def apply_block(
    connection: Connection, live: Live, section: str, name: str, block: str, actor: str, now: datetime
) -> None:
    """As `apply`, with the lines of the entry.

    Raises:
        AseanwatchError: as in `draft_block`; then nothing is written.
    """
    made = draft_block(live, section, name, block)
    _write(connection, live, EntryKey(section, name), made.before, made.after, actor, now)


def apply(
    connection: Connection,
    live: Live,
    section: str,
    name: str,
    values: Mapping[str, Any] | None,
    actor: str,
    now: datetime,
    box: SecretBox | None = None,
) -> int | None:
    """Write a change into the file and into its history; gives its number, None if nothing changes.

    Raises:
        ConfigError, AseanwatchError: as in `draft`; then nothing is written.
    """
    made = draft(live, section, name, values)
    return _write(connection, live, EntryKey(section, name), made.before, made.after, actor, now, box)


def draft_together(live: Live, entries: Mapping[EntryKey, Mapping[str, Any]]) -> list[str]:
    """The texts of the configuration before, between and after several new entries, which may name one another.

    Raises:
        ConfigError: it would be wrong; AseanwatchError: an entry is there already, or the file cannot be changed so.
    """
    texts = [read_text(live.path)]
    for (section, name), values in entries.items():
        if name in entries_by_name(live.settings, section):
            raise AseanwatchError(Phrase("%(section)s has %(name)s already", section=section, name=name))
        texts.append(OwnFile(live.path, texts[-1]).with_entry(section, name, values))
    check_text(live.path, texts[-1])
    return texts


def apply_together(
    connection: Connection,
    live: Live,
    entries: Mapping[EntryKey, Mapping[str, Any]],
    actor: str,
    now: datetime,
) -> int | None:
    """Write several new entries into the file at once, each into its history; gives the number of the last change.

    Raises:
        ConfigError, AseanwatchError: as in `draft_together`; then nothing is written.
    """
    made = draft_together(live, entries)
    number = _record_steps(connection, list(entries), made, actor, now)
    write_text(live.path, made[0], made[-1])
    live.look()
    return number


def _record_steps(
    connection: Connection,
    keys: Sequence[EntryKey],
    texts: Sequence[str],
    actor: str,
    now: datetime,
    box: SecretBox | None = None,
) -> int | None:
    """Keep several changes that are made at once, by the texts between them; gives the number of the last one."""
    number = None
    for key, before, after in zip(keys, texts, texts[1:], strict=False):
        values = {
            "at": now, "actor": actor, "section": key.section + (TOGETHER if number is not None else ""), "name": key.name,
            "before": change_log.stored(change_log.lines_in(before, after, *key), box),
            "after": change_log.stored(change_log.lines_in(after, before, *key), box),
        }  # fmt: skip
        number = connection.scalars(insert(config_versions).returning(config_versions.c.id), [values]).one()
    return number


def draft_renaming(live: Live, section: str, name: str, new: str) -> Draft:
    """What the configuration would be with an entry under another name, wherever the file refers to it.

    Raises:
        ConfigError, AseanwatchError: as in `draft`.
    """
    before = read_text(live.path)
    after = OwnFile(live.path, before).renamed(section, name, new)
    return Draft(before, after, check_text(live.path, after))


def rename(
    connection: Connection, live: Live, section: str, name: str, new: str, actor: str, now: datetime
) -> None:
    """Give an entry another name, in the file and its history, and a topic also in stored verdicts and subscriptions.

    Raises:
        ConfigError, AseanwatchError: as in `draft`; then nothing is written.
    """
    made = draft_renaming(live, section, name, new)
    if section == "topics":
        _rename_stored(connection, name, new)
    values = {
        "at": now,
        "actor": actor,
        "section": section + RENAMED,
        "name": name,
        "before": name,
        "after": new,
    }
    connection.execute(insert(config_versions), [values])
    write_text(live.path, made.before, made.after)
    live.look()


def _rename_stored(connection: Connection, name: str, new: str) -> None:
    # What an earlier topic of the new name left behind is no verdict of this one.
    connection.execute(delete(article_topics).where(article_topics.c.topic == new))
    connection.execute(update(article_topics).where(article_topics.c.topic == name).values(topic=new))
    note_change_in_place(connection)
    for row in connection.execute(select(subscriptions).where(subscriptions.c.added.is_not(None))).all():
        renamed = {
            key: [new if t == name else t for t in row.added[key]]
            for key in ("topics", "except_topics")
            if row.added and name in (row.added.get(key) or ())
        }
        if renamed:
            mine = subscriptions.c.name == row.name
            connection.execute(update(subscriptions).where(mine).values(added={**row.added, **renamed}))


def _write(
    connection: Connection,
    live: Live,
    key: EntryKey,
    before: str,
    after: str,
    actor: str,
    now: datetime,
    box: SecretBox | None = None,
) -> int | None:
    section, name = key
    if entry_block(before, section, name) == entry_block(after, section, name):
        return None
    old = change_log.lines_in(before, after, section, name)
    new = change_log.lines_in(after, before, section, name)
    values = {
        "at": now,
        "actor": actor,
        "section": section,
        "name": name,
        "before": change_log.stored(old, box),
        "after": change_log.stored(new, box),
    }
    number: int = connection.scalars(insert(config_versions).returning(config_versions.c.id), [values]).one()
    # The file comes last: if it cannot be written, the
    # transaction ends without the entry in the history.
    write_text(live.path, before, after)
    live.look()
    return number


def history(connection: Connection, limit: int = 50, box: SecretBox | None = None) -> list[HistoryEntry]:
    """The changes, the latest first. The box opens what was stored encrypted; without it such lines are left out."""
    rows = connection.execute(select(config_versions).order_by(config_versions.c.id.desc()).limit(limit))
    return [
        HistoryEntry(
            id=r.id,
            at=r.at,
            actor=r.actor,
            section=r.section.removesuffix(RENAMED).removesuffix(TOGETHER),
            name=r.name,
            before=change_log.shown(r.before, box),
            after=change_log.shown(r.after, box),
            is_renaming=r.section.endswith(RENAMED),
        )
        for r in rows
    ]


def undo(
    connection: Connection, live: Live, number: int, actor: str, now: datetime, box: SecretBox | None = None
) -> EntryKey:
    """Take a change back, with all that were made at once with it, so that the file is as before; returns which entry that is.

    Raises:
        AseanwatchError: there is no such change, or the entry was changed or renamed again since.
    """
    row = connection.execute(select(config_versions).where(config_versions.c.id == number)).first()
    if row is None:
        raise AseanwatchError(Phrase("no change has the number %(number)s", number=str(number)))
    if row.section.endswith(RENAMED):
        section = row.section.removesuffix(RENAMED)
        rename(connection, live, section, row.after, row.before, actor, now)
        return EntryKey(section, row.before)
    rows = _made_together(connection, row)
    keys = [EntryKey(r.section.removesuffix(TOGETHER), r.name) for r in rows]
    texts = [read_text(live.path)]
    for one, key in zip(rows, keys, strict=True):
        made = _without_change(texts[-1], key, one, box)
        texts.append(
            without_empty_section(made, key.section)
            if change_log.is_absent(one.before) and _made_section(connection, one)
            else made
        )
    if len(rows) == 1:
        draft_ = _draft(live, *keys[0], texts[0], texts[1])
        _write(connection, live, keys[0], draft_.before, draft_.after, actor, now, box)
        return keys[0]
    check_text(live.path, texts[-1])
    _record_steps(connection, keys, texts, actor, now, box)
    write_text(live.path, texts[0], texts[-1])
    live.look()
    return keys[0]


def _made_together(connection: Connection, row: Any) -> list[Any]:
    """A change and those that were made at once with it, the latest first."""
    same = select(config_versions).where(config_versions.c.at == row.at, config_versions.c.actor == row.actor)
    rows = list(connection.execute(same.order_by(config_versions.c.id)))
    first = last = next(i for i, one in enumerate(rows) if one.id == row.id)
    while first and rows[first].section.endswith(TOGETHER):
        first -= 1
    while last + 1 < len(rows) and rows[last + 1].section.endswith(TOGETHER):
        last += 1
    return rows[first : last + 1][::-1]


def _made_section(connection: Connection, row: Any) -> bool:
    """Whether a section goes with the entry that a change added: that change made it, or one whose entries it stood beside."""
    section = row.section.removesuffix(TOGETHER)
    of_section = config_versions.c.section.in_((section, section + TOGETHER))
    rows = connection.execute(
        select(config_versions)
        .where(of_section, config_versions.c.id <= row.id)
        .order_by(config_versions.c.id)
    )
    # The entries that changes put into a section that a change made; None while it stands by itself.
    beside: set[str] | None = None
    for one in rows:
        if change_log.lacked_section(one.before):
            beside = set()
        elif one.id == row.id:
            break
        if change_log.lacked_section(one.after):
            beside = None
        elif beside is not None:
            (beside.discard if change_log.is_absent(one.after) else beside.add)(one.name)
    return change_log.lacked_section(row.before) or bool(beside)


def _without_change(text: str, key: EntryKey, row: Any, box: SecretBox | None) -> str:
    """A text with one change of the history taken back."""
    # Taking back an older change would silently undo the later ones too.
    after = change_log.opened(row.after, box)
    if not change_log.are_same(entry_block(text, *key), after):
        raise AseanwatchError(
            Phrase(
                "%(entry)s was changed again since; take the later change back first",
                entry=f"{key.section}.{key.name}",
            )
        )
    return _with_former(text, key, change_log.opened(row.before, box), change_log.standing_in(after))


def _with_former(text: str, key: EntryKey, former: str | None, standing: EntryStanding | None) -> str:
    """The text with an entry as it was before a change, in the place where it stood."""
    if former is not None and not change_log.is_absent(former):
        place = EntryPlace(text, *key)
        made = place.with_block(former) if standing is None else place.with_block_at(former, standing)
        # It was the last line of a file that had no line break at its end.
        is_last = made.rstrip().endswith(former.rstrip().rpartition("\n")[2].strip())
        return made.rstrip("\r\n") if is_last and not former.endswith(("\n", "\r")) else made
    left = with_entry_block(text, *key, None)
    # A file whose last line has no line break goes on having none.
    return left if text.endswith(("\n", "\r")) else left.rstrip("\r\n")


def try_quickly(store: Store, old: Judge, new: Judge, topic: str) -> TopicTrial:
    """What a change does to one topic on the latest articles that it could matter to.

    These are articles that name both parties, unless the topic looks at all articles before or after the change.
    """
    looks_at_all = any(
        t.name == topic and not t.only_relevant for judge in (old, new) for t in judge.rules.topics
    )
    with store.read() as connection:
        past = _latest(connection, named_only=not looks_at_all)
    return TopicTrial(_tried(past, old, new, topic), len(past))


def try_sets(store: Store, old: Judge, new: Judge) -> TermsTrial:
    """What a change of term sets does to the topics on the latest articles."""
    with store.read() as connection:
        past = _latest(connection, named_only=False)
    changes = compare(trials_of(past, old, new), _names(old, new))
    return TermsTrial([c for c in changes if c.gained or c.lost], len(past))


def _latest(connection: Connection, *, named_only: bool) -> list[PastArticle]:
    statement = select(articles).order_by(articles.c.id.desc()).limit(LATEST)
    rows = connection.execute(statement.where(articles.c.score > 0) if named_only else statement)
    # In the order of arrival, as a trial on all articles has them (`past_articles`).
    return [past_article_of(row) for row in rows][::-1]


def try_all(store: Store, old: Judge, new: Judge, topic: str, since: timedelta, now: datetime) -> TopicTrial:
    """What a change does to one topic on all articles that were stored since a time ago."""
    with store.read() as connection:
        past = list(past_articles(connection, now - since))
    return TopicTrial(_tried(past, old, new, topic), len(past))


def _tried(past: Sequence[PastArticle], old: Judge, new: Judge, topic: str) -> TopicChange:
    return next(
        (c for c in compare(trials_of(past, old, new), _names(old, new)) if c.topic == topic),
        TopicChange(topic),
    )


def doubts(settings: Settings, section: str, name: str) -> list[str]:
    """What an entry of a section says that is allowed and hardly meant, as `check` warns of it, without the entry's own name."""
    held = getattr(settings, section)
    # Of a list the keys have the place in it.
    own = (
        name
        if isinstance(held, Mapping)
        else next((i for i, one in enumerate(held) if one.name == name), None)
    )
    found = [(key[2:], message) for key, message in advice(settings) if key[:2] == (section, own)]
    return [f"{dotted(key)}: {message}" if key else message for key, message in found]


def _names(old: Judge, new: Judge) -> list[str]:
    return list(dict.fromkeys(t.name for judge in (old, new) for t in judge.rules.topics))


def broken(settings: Settings, judge: Judge, topic: str) -> list[str]:
    """The examples of one topic that it does not hold, and why; the judge is made from the settings.

    Raises:
        AseanwatchError: an example is an address that is no stored article's.
    """
    found = broken_examples(settings, judge, lambda text: example_article(text, settings), topic)
    return [f"{_example(settings, key)}: {message}" for key, message in found]


def _example(settings: Settings, key: Sequence[str | int]) -> str:
    examples = settings.topics[str(key[1])].examples
    return (examples.match if key[3] == "match" else examples.no_match)[int(key[4])]
