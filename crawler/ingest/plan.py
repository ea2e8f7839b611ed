"""What becomes of fetched entries: decided without store, network or clock, and written into the polls and groups given."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.config.settings import Settings
from crawler.documents.kinds import content_of, digest_of, read_content
from crawler.ingest.articles import article_of
from crawler.ingest.identifying import newest_of
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.messages import (
    Disposition,
    GroupRequest,
    ParsedPoll,
    PollAnswered,
    PollFailed,
    PollFailure,
    PollNotModified,
    PollPostponed,
    PollResult,
    UrlGroup,
)
from crawler.model import AseanwatchError, Document, Entry
from crawler.parsing.dating import FEW, Listing, dated, stamp_note
from crawler.parsing.feeds import FeedError
from crawler.parsing.identity import is_shared_address
from crawler.parsing.urls import canonical, url_key
from crawler.runtime.error_words import in_words
from crawler.store.article_writer import JudgedArticle
from crawler.store.damaged import DamagedArticle
from crawler.store.sources import PollRecord, Validators
from crawler.store.waiting import Reason, WaitProblem

log = logging.getLogger("aseanwatch")

MOST_OF_LIST, MOST_OF_SITEMAP = 2000, 5000
"""New entries of one answer that are taken at all. Of more, as in archives, the newest are; the others count as known."""
ARCHIVED = timedelta(days=7)
"""A sitemap that others are likely newer than holds news only of so many days when it is first read."""
MAX_NEW = 250
"""New entries of one answer that are taken at once; a source that lists thousands must not hold up the others."""


class GroupArticle(NamedTuple):
    """A group with its article, judged."""

    group: UrlGroup
    judged: JudgedArticle


def parse(poll: PollResult, main: str, before: Validators, max_size: int) -> ParsedPoll:
    """Find out what an answer holds. Known bytes are not parsed again, and neither is an answer that is parsed already.

    Args:
        poll: the result.
        main: the source's own address.
        before: what the latest answer of this address left; its digest says whether this one holds the same.
        max_size: bytes of its content at most.
    """
    match poll:
        case PollAnswered():
            parsed = ParsedPoll(poll, main, head=poll.head, notes=poll.notes)
            _parse_safely(parsed, poll, before, max_size)
            parsed.failure = _with_notes(parsed.failure, poll.notes)
            return parsed
        case PollNotModified():
            return ParsedPoll(poll, main, "unchanged", head=poll.head)
        case PollFailed():
            failure = _with_notes(poll.failure, poll.notes)
            return ParsedPoll(poll, main, "failed", failure=failure, notes=poll.notes)
        case PollPostponed():
            return ParsedPoll(poll, main, "unchanged")


def _with_notes(failure: PollFailure | None, notes: Sequence[str]) -> PollFailure | None:
    """A failure with what was odd about the answer before its own words: that is most likely why."""
    if failure is None or not notes:
        return failure
    return failure._replace(message="; ".join((*notes, failure.message)))


def _parse_safely(parsed: ParsedPoll, poll: PollAnswered, before: Validators, max_size: int) -> None:
    try:
        _parse_answer(parsed, poll, before, max_size)
    except FeedError as error:
        parsed.failure = PollFailure(error.kind, str(error))
    except AseanwatchError as error:
        parsed.failure = PollFailure("kind", str(error))
    except Exception as error:  # a source can hurt only itself, also by what nobody thought of
        log.exception("the answer of %s cannot be read", poll.source.name)
        parsed.failure = PollFailure("error", f"it cannot be read: {in_words(error, with_text=False)}")


def _parse_answer(parsed: ParsedPoll, poll: PollAnswered, before: Validators, max_size: int) -> None:
    answer = poll.answer
    if poll.fetched is not None and poll.digest is not None:  # the rest of a large answer
        parsed.fetched = poll.fetched
        parsed.digest = poll.digest
        parsed.outcome = "ok"
        return
    # Bounded also after unpacking: a few kilobytes of gzip can stand for gigabytes.
    content = content_of(poll.kind, answer.body, max_size)
    parsed.digest = digest_of(content.body)
    # Many servers send no validators, or others for the same
    # content. The digest saves parsing and looking up all the same.
    if parsed.digest == before.digest and poll.gap is None:
        parsed.outcome = "unchanged"
        return
    parsed.fetched = poll.fetched or read_content(poll.kind, answer, poll.source, content)
    parsed.outcome = "ok"


def set_pruned_aside(parsed: ParsedPoll, found: Mapping[str, Entry], pruned: Collection[str]) -> list[Entry]:
    """Count new entries at addresses of something pruned as known from now on; gives the others.

    Args:
        parsed: the poll; its ``relisted`` and ``known`` are completed.
        found: its entries that are not known, by their identity.
        pruned: canonical addresses of what was pruned.
    """
    parsed.relisted = {guid for guid, entry in found.items() if url_key(entry.url) in pruned}
    # They count as known, so that a site's change of
    # identities is not a gap and not a flood of news.
    parsed.known |= parsed.relisted
    return [entry for guid, entry in found.items() if guid not in parsed.relisted]


def may_be_repeated(parsed: ParsedPoll, found: Mapping[str, Entry], *, was_read: bool) -> list[Entry]:
    """The new entries that may be stored under another identity: those without one of their own, and all where none is known.

    Args:
        parsed: the poll.
        found: its entries that are not known, by their identity.
        was_read: whether the address was read before.
    """
    if not was_read or not found:
        return []
    if not parsed.known and len(found) > 1:
        return list(found.values())
    made = parsed.fetched.made
    return [entry for guid, entry in found.items() if guid in made]


def taken_of_many(parsed: ParsedPoll, made: Sequence[Entry], *, is_archive: bool) -> list[Entry]:
    """The new entries but for those that are too many: the newest are taken, the others known from now on. It is said.

    Args:
        parsed: the poll; its ``relisted``, ``known`` and notes are completed.
        made: its entries that are not known.
        is_archive: whether it is a sitemap that others are likely newer than, read for the first time.
    """
    most = MOST_OF_SITEMAP if parsed.poll.source.kind == "sitemap" else MOST_OF_LIST
    candidates = list(made)
    if is_archive:
        since = parsed.poll.at - ARCHIVED
        candidates = [e for e in made if e.published is not None and e.published >= since]
    kept = newest_of(candidates, most)
    if len(kept) == len(made):
        return kept
    left = {e.guid for e in made} - {e.guid for e in kept}
    parsed.relisted |= left
    parsed.known |= left
    why = "an older sitemap read for the first time" if is_archive else "too many at once"
    note = f"{why}: of {len(made)} new entries the newest {len(kept)} were taken, {len(left)} left out"
    parsed.fetched = replace(parsed.fetched.without(left), notes=(*parsed.fetched.notes, note), cut=note)
    return kept


def is_long(found: Sequence[Entry]) -> bool:
    """Whether new entries are so many that they may be an archive: then their headlines are compared with earlier ones."""
    return len(found) > FEW


def take_entries(
    parsed: ParsedPoll,
    found: Sequence[Entry],
    former: Mapping[str, datetime],
    since: datetime | None,
    *,
    was_read: bool,
) -> None:
    """Date new entries, and choose those that are taken now.

    Args:
        parsed: the poll; its ``new``, ``more`` and ``aside`` are set.
        found: its entries that are not known.
        former: by headline when the source first had news under it.
        since: entries published before this are left aside.
        was_read: whether the source's address was read before.
    """
    if not found:
        return
    made = dated(found, Listing(parsed.fetched.listed_items(), parsed.known, was_read, former))
    parsed.fetched = replace(parsed.fetched, notes=(*parsed.fetched.notes, *stamp_note(found, made)))
    # Without any date an entry is taken: `--since` leaves aside what is old, not what is unknown.
    recent = [e for e in made if since is None or (e.published or e.assumed or since) >= since]
    parsed.new = recent[:MAX_NEW]
    parsed.more = len(recent) > MAX_NEW
    parsed.aside = len(made) - len(recent)


def group_by_url(polls: Iterable[ParsedPoll]) -> dict[str, UrlGroup]:
    """New entries by the canonical address that they lead to."""
    groups: dict[str, UrlGroup] = {}
    for parsed in polls:
        for entry in parsed.new:
            key = url_key(entry.url)
            group = groups.get(key)
            if group is None:
                group = groups[key] = UrlGroup(key, parsed.poll.source, parsed.fetched.lang)
            group.entries.append(entry)
    return groups


def dispose(
    groups: Mapping[str, UrlGroup],
    articles: Mapping[str, int],
    awaited: Collection[str],
    *,
    judges_later: bool,
    damaged: Mapping[int, DamagedArticle] | None = None,
) -> None:
    """Decide what happens to each group of new entries.

    Args:
        groups: the groups by their keys.
        articles: the articles that are stored, by key.
        awaited: keys of addresses whose page is being fetched for other entries.
        judges_later: whether they are judged by tasks of their own.
        damaged: those of the articles whose words could not all be read.
    """
    for key, group in groups.items():
        group.article = articles.get(key)
        if group.article is not None:
            _mend(group, (damaged or {}).get(group.article))
        if group.article is not None:
            group.disposition = Disposition.LINK
        elif judges_later:
            group.disposition = Disposition.JUDGE_LATER
        elif key in awaited:
            join_page(group)


def _mend(group: UrlGroup, article: DamagedArticle | None) -> None:
    """Have a group judged like a new one, if it has better words than the damaged article that is stored at its address."""
    if article is not None and group.mend(article):
        group.article = None


def join_page(group: UrlGroup) -> None:
    """Let a group wait for a page that is fetched for other entries. When it comes, all entries at the address are done."""
    group.disposition = Disposition.WAIT
    group.joins_page = True


def judge_requests(
    groups: Iterable[UrlGroup], settings: Settings, now: datetime, exhausted: Collection[str] = ()
) -> list[GroupRequest]:
    """What must be judged by the feed's words. For all other groups the page is fetched.

    Args:
        groups: the groups; the disposition of those whose page is fetched in any case is set to that.
        settings: the configuration, which says whose pages are fetched.
        now: the present moment.
        exhausted: keys of addresses whose page was asked for often enough: the feed's words have to do.
    """
    found = []
    for group in groups:
        if group.disposition is not Disposition.JUDGE:
            continue
        had_page = group.mends is not None and group.mends.from_page
        kept = _kept_text(group)
        # After too many tries the feed's words are judged, whatever the configuration wants.
        has_page = group.key not in exhausted and not is_shared_address(group.url) and kept is None
        policy = settings.pages_of(group.source) if has_page else "never"
        if policy == "always" or (policy == "matching" and had_page):
            group.disposition = Disposition.FETCH_PAGE
        else:
            article = article_of(group.order(), kept, now)
            found.append(GroupRequest(group, JudgeRequest(article, page_may_help=policy == "matching")))
    return found


def _kept_text(group: UrlGroup) -> Document | None:
    """The page's text of a damaged article that people may know; only its headline is mended, also where the page is gone by now."""
    article = group.mends
    if article is None or article.story is None or not article.from_page:
        return None
    return Document(canonical(group.url), "", article.text)


def judged_articles(requests: Sequence[GroupRequest], results: Sequence[JudgeResult]) -> list[GroupArticle]:
    """What can be stored now, the earliest first, because the earliest of equal texts is the original.

    For groups without a classification the page is fetched. A group that cannot be judged is pending with the reason, and
    delays no other.
    """
    judged = []
    for (group, request), result in zip(requests, results, strict=True):
        if result.reading is not None:
            key = url_key(request.article.url)
            judged.append(
                GroupArticle(group, JudgedArticle(request.article, result.reading, key, from_page=False))
            )
        elif result.problem:
            group.disposition = Disposition.WAIT
            group.problem = WaitProblem(Reason.JUDGING, result.problem)
        else:
            group.disposition = Disposition.FETCH_PAGE
    # Within a batch the store takes articles in this order, so the order of polls decides nothing.
    return sorted(judged, key=lambda one: one.judged.article.when)


def poll_record(parsed: ParsedPoll) -> PollRecord:
    """A poll as it is recorded."""
    poll = parsed.poll
    failure = parsed.failure
    notes = "; ".join((*parsed.notes, *parsed.fetched.notes)) or None
    return PollRecord(
        poll.source.name,
        poll.url,
        poll.at,
        parsed.outcome,
        kind=failure.kind if failure else None,
        message=failure.message if failure else notes,
        entries=len(parsed.fetched.guids) if parsed.outcome == "ok" else 0,
        new_entries=len(parsed.new),
    )
