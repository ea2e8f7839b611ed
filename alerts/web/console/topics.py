"""The tuning desk: topics and term sets, what a change would gain and lose, applying it, history and undo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import func, select
from starlette.responses import Response

from alerts.operations import tuning
from alerts.web.console.asking import applied, asks_of, rename, taken_out
from alerts.web.console.story import marked_words
from alerts.web.console.visit import Visit
from crawler.analysis.backtest import TopicChange
from crawler.analysis.history import PastArticle, past_articles
from crawler.config.config_file import read_text
from crawler.config.editing import entry_block
from crawler.config.load import ConfigError
from crawler.config.settings import TopicSetting
from crawler.judging.judge import Judge, all_sets
from crawler.judging.queries.suggesting import Suggestion, Tally, unknown_words
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.dangling import dangling_names
from crawler.store.schema import article_topics, articles

LATELY, RELATED = timedelta(days=7), timedelta(days=30)
SHOWN, SUGGESTED = 12, 20
ALERTS = ("story", "article", "new_base")
_SEARCHED = re.compile(r'"([^"]+)"|(\S+)')
_TOKEN = re.compile(
    r'(?P<set>\$[A-Za-z0-9_]+)|(?P<phrase>"[^"]*"?)|(?P<op>\b(?:AND|OR|NOT|O?NEAR/\d+|ATLEAST/\d+)\b)|(?P<field>\b(?:title|text|lead|lang|country|source):)'
    r"|(?P<weight>\^[\d.]+)|(?P<paren>[()])"
)


def topics(visit: Visit) -> Response:
    """The topics with how much each caught lately."""
    caught = _caught(visit.store, int(visit.now.timestamp()) // 60)
    with visit.store.reading() as connection:
        changes = tuning.history(connection, 8)
        stored = dangling_names(connection, visit.settings)
    rows = [(n, t, *caught.get(n, (0, 0))) for n, t in visit.settings.topics.items()]
    sets = sorted(visit.settings.terms)
    return visit.page(
        "topics.html.j2",
        "topics",
        title=visit.say.say("Topics"),
        rows=rows,
        sets=sets,
        changes=changes,
        coloured=coloured,
        dangling=stored,
    )


@lru_cache(maxsize=4)
def _caught(store: Store, minute: int) -> dict[str, tuple[int, int]]:
    """Articles and stories of each topic over the days before a minute; counted once in it."""
    since = datetime.fromtimestamp(minute * 60, UTC) - LATELY
    recent = (
        select(article_topics.c.topic, func.count(), func.count(func.distinct(articles.c.story_id)))
        .join(articles, articles.c.id == article_topics.c.article_id)
        .where(articles.c.first_seen >= since)
        .group_by(article_topics.c.topic)
    )
    with store.reading() as connection:
        return {r[0]: (r[1], r[2]) for r in connection.execute(recent)}


def topic(visit: Visit) -> Response:
    """The editor of one topic; ``new`` begins another, perhaps with a query from a search."""
    name = visit.request.path_params["name"]
    if visit.posted:
        return _change(visit, name)
    if name == "new":
        wanted = visit.one("q")
        setting = TopicSetting(title=wanted, query=query_of(wanted) or "$base")
    elif name in visit.settings.topics:
        setting = visit.settings.topics[name]
    else:
        return visit.problem(visit.say.say("There is no topic %(name)s.", name=name), 404)
    draft = name == "new"
    return _editor(visit, "" if draft else name, _plain(setting), wanted=name_of(setting.title) if draft else name)


def query_of(search: str) -> str:
    """What somebody searched for as a topic's query: all words, ``-word`` not, phrases together."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for phrase, word in _SEARCHED.findall(search):
        minus = not phrase and len(word) > 1 and word.startswith("-")
        bare = (phrase or word.removeprefix("-")).replace('"', "").strip()
        if bare:
            (unwanted if minus else wanted).append(
                bare if re.fullmatch(r"[^\W\d_]+", bare) and bare.upper() != bare else f'"{bare}"'
            )
    return " AND ".join(wanted) + "".join(f" NOT {u}" for u in unwanted) if wanted else ""


def name_of(title: str) -> str:
    """A name for a topic of this title, where one can be made of it."""
    return "_".join(re.findall("[a-z0-9]+", title.lower()))[:40]


def _plain(setting: TopicSetting) -> dict[str, Any]:
    return setting.model_dump(mode="json")


def _editor(visit: Visit, name: str, values: dict[str, Any], **more: Any) -> Response:
    sets = [{"name": f"${n}", "about": _about(s.spellings)} for n, s in sorted(all_sets(visit.settings.rules().terms).items())]
    given = {"found": None, "difference": "", "wanted": name, "asks": None, **more}
    return visit.page(
        "topic.html.j2", "topics", 422 if more.get("problem") else 409 if given["asks"] else 200, title=name or visit.say.say("New topic"), name=name, values=values,
        sets=sets, alerts=ALERTS, coloured=coloured, marked=marked_words, **given,
    )  # fmt: skip


def _about(spellings: Any) -> str:
    words = [w for lang in ("en", *spellings) for w in spellings.get(lang, ())]
    return ", ".join(dict.fromkeys(words[:3]))


def _form(visit: Visit) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The name, all values of the form, and those that differ from the defaults, as the file has them."""
    threshold = visit.one("threshold", "0") or "0"
    try:
        least: float | str = float(threshold)
    except ValueError:
        least = threshold
    examples = {kind: [x.strip() for x in visit.one(kind).splitlines() if x.strip()] for kind in ("match", "no_match")}
    values: dict[str, Any] = {
        "title": visit.one("title"), "query": " ".join(visit.one("query").split()), "threshold": least,
        "alert": visit.one("alert", "story"), "only_relevant": bool(visit.one("only_relevant")),
        "examples": examples,
    }  # fmt: skip
    defaults = {"title": "", "threshold": 0.0, "alert": "story", "only_relevant": True}
    written = {k: v for k, v in values.items() if k != "examples" and (k not in defaults or v != defaults[k])}
    told = {kind: texts for kind, texts in examples.items() if texts}
    return visit.one("name"), values, written | ({"examples": told} if told else {})


def _change(visit: Visit, path_name: str) -> Response:
    """Try, show the difference, apply, or take a topic out."""
    name, values, written = _form(visit)
    name = name or ("" if path_name == "new" else path_name)
    if name == "new":
        raise AseanwatchError(visit.say.say("A topic cannot be named “new”."))
    wish, shown = visit.one("do"), "" if path_name == "new" else path_name
    try:
        if wish == "rename":
            done = rename(visit, "topics", path_name, visit.one("renamed"))
            return done if isinstance(done, Response) else _editor(visit, shown, values, asks=done, wanted=name)
        if wish in ("delete", "apply"):
            return _decide(visit, shown, name, values, None if wish == "delete" else written)
        made = tuning.draft(visit.live, "topics", name, written)
        old, new = Judge(visit.settings.rules()), Judge(made.settings.rules())
        change, tried = (
            tuning.try_all(visit.store, old, new, name, timedelta(days=90), visit.now)
            if wish == "all"
            else tuning.try_quickly(visit.store, old, new, name)
        )
        found = _found(change, tried, name, made, new)
    except (ConfigError, AseanwatchError) as error:
        message = _said(error, "topics", name)
        if visit.in_part:
            return visit.page("tried.html.j2", "topics", found=None, difference="", problem=message, name=name, values=values, coloured=coloured, marked=marked_words)  # fmt: skip
        return _editor(visit, shown, values, problem=message, wanted=name)
    if visit.in_part:
        shown_change = made.difference(visit.live.path.name)
        return visit.page(
            "tried.html.j2",
            "topics",
            found=found,
            name=name,
            values=values,
            coloured=coloured,
            marked=marked_words,
            difference=shown_change,
        )
    return _editor(visit, shown, values, found=found, difference=made.difference(visit.live.path.name), wanted=name)


def _decide(visit: Visit, shown: str, name: str, values: dict[str, Any], written: dict[str, Any] | None) -> Response:
    """Apply a topic, or take it out (None), unless something is to be asked first."""
    wanted = shown if written is None else name
    asks = asks_of(visit, "topics", wanted, None if written is None else tuning.draft(visit.live, "topics", name, written))
    if not asks.settled(visit):
        return _editor(visit, shown, values, asks=asks, wanted=name)
    if written is None:
        return taken_out(visit, "topics", wanted, asks)
    with visit.store.writing() as connection:
        tuning.apply(connection, visit.live, "topics", name, written, visit.person.name, visit.now)
        visit.note(connection, "topic: apply", name, query=values["query"], **asks.noted())
    return visit.to(f"/console/topics/{name}", applied(visit))


def _said(error: AseanwatchError, section: str, name: str) -> str:
    """What is wrong with an entry; what is wrong elsewhere in the file only where that is all."""
    own, _ = tuning.problems_of(error, section, name)
    if own or not isinstance(error, ConfigError):
        return "\n".join(own)
    return "\n".join(f"{p.key}: {p.message}" for p in error.problems)


def _found(change: TopicChange, tried: int, name: str, made: tuning.Draft, judge: Judge) -> dict[str, Any]:
    return {
        "tried": tried, "before": change.before, "after": change.after, "events_before": len(change.events_before),
        "events_after": len(change.events_after), "gained": [_shown(p, judge, name) for p in change.gained[-SHOWN:][::-1]],
        "lost": [_shown(p, None, name) for p in change.lost[-SHOWN:][::-1]], "gained_count": len(change.gained),
        "lost_count": len(change.lost), "events_gained": len(change.events_gained), "events_lost": len(change.events_lost),
        "kept": [_shown(p, judge, name) for p in list(change.events_after.values())[-SHOWN:][::-1] if p not in change.gained][:6],
        "broken": tuning.broken(made.settings, judge, name),
    }  # fmt: skip


def _shown(past: PastArticle, judge: Judge | None, name: str) -> dict[str, Any]:
    """An article as the preview lists it, with what the topic found in it."""
    article, evidence = past.article, []
    if judge is not None:
        reading = judge.verdict(article)
        evidence = [
            {"field": e.field, "start": e.start, "end": e.end} for t in reading.topics if t.name == name for e in t.evidence
        ]
    return {"id": past.id, "story": past.story, "title": article.title, "text": article.text[:260], "lang": article.lang_hint or "",
            "source": article.source, "when": article.when, "evidence": evidence}  # fmt: skip


def coloured(query: str) -> Markup:
    """A query with its parts in colours."""
    return Markup("").join(_parts(query))


def _parts(query: str) -> Iterator[Markup]:
    done = 0
    for match in _TOKEN.finditer(query):
        yield escape(query[done : match.start()])
        yield Markup('<span class="q-{}">{}</span>').format(match.lastgroup, match[0])
        done = match.end()
    yield escape(query[done:])


def suggestions(visit: Visit) -> Response:
    """Terms that articles of a topic use and no set knows."""
    name = visit.request.path_params["name"]
    if name not in visit.settings.topics:
        return visit.problem(visit.say.say("There is no topic %(name)s.", name=name), 404)
    judge, tally = Judge(visit.settings.rules()), Tally()
    with visit.store.reading() as connection:
        for past in past_articles(connection, visit.now - RELATED):
            if past.is_duplicate or past.story is None:
                continue
            explanation = judge.explain(past.article)
            reading = explanation.reading
            names = [t.name for t in reading.topics]
            tally.add(reading.lang, unknown_words(explanation.findings), names, relevant=reading.relevance.relevant)
    found: Sequence[Suggestion] = [s for s in tally.suggestions(2) if s.topic == name][:SUGGESTED]
    return visit.page("suggestions.html.j2", "topics", title=visit.say.say("Missing terms"), name=name, found=found)


def terms(visit: Visit) -> Response:
    """The editor of one term set, as the file's own lines."""
    name = visit.request.path_params["name"]
    text = read_text(visit.live.path)
    block = entry_block(text, "terms", name)
    if block is None:
        return visit.problem(visit.say.say("There is no term set %(name)s.", name=name), 404)
    if not visit.posted:
        return _terms_page(visit, name, block)
    wanted = "".join(f"{line.rstrip()}\n" for line in visit.form.get("block", [""])[0].splitlines())
    try:
        if visit.one("do") in ("delete", "apply", "rename"):
            return _decide_terms(visit, name, wanted)
        made = tuning.draft_block(visit.live, "terms", name, wanted)
        found = tuning.try_sets(visit.store, Judge(visit.settings.rules()), Judge(made.settings.rules()))
    except AseanwatchError as error:
        return _terms_page(visit, name, wanted, problem=_said(error, "terms", name))
    return _terms_page(visit, name, wanted, difference=made.difference(visit.live.path.name), found=found)


def _decide_terms(visit: Visit, name: str, block: str) -> Response:
    """Apply a term set, or take it out, unless something is to be asked first."""
    if visit.one("do") == "rename":
        done = rename(visit, "terms", name, visit.one("renamed"))
        return done if isinstance(done, Response) else _terms_page(visit, name, block, asks=done)
    made = None if visit.one("do") == "delete" else tuning.draft_block(visit.live, "terms", name, block)
    asks = asks_of(visit, "terms", name, made)
    if not asks.settled(visit):
        shown = made.difference(visit.live.path.name) if made is not None else ""
        return _terms_page(visit, name, block, asks=asks, difference=shown)
    if made is None:
        return taken_out(visit, "terms", name, asks)
    with visit.store.writing() as connection:
        tuning.apply_block(connection, visit.live, "terms", name, block, visit.person.name, visit.now)
        visit.note(connection, "terms: apply", name, **asks.noted())
    return visit.to(f"/console/terms/{name}", applied(visit))


def _terms_page(visit: Visit, name: str, block: str, **more: Any) -> Response:
    given = {"difference": "", "problem": None, "asks": None, "found": None, **more}
    status = 422 if given["problem"] else 409 if given["asks"] else 200
    return visit.page("terms.html.j2", "topics", status, title=f"${name}", name=name, block=block, **given)


def changes(visit: Visit) -> Response:
    """The history of changes, and taking one back."""
    if visit.posted:
        with visit.store.writing() as connection:
            section, name = tuning.undo(connection, visit.live, visit.numbered("number"), visit.person.name, visit.now)
            visit.note(connection, "configuration: undo", f"{section}.{name}")
        return visit.to("/console/changes", f"{visit.say.say('Taken back.')} {applied(visit)}")
    with visit.store.reading() as connection:
        rows = tuning.history(connection)
    return visit.page("changes.html.j2", "topics", title=visit.say.say("Changes of the configuration"), rows=rows)
