"""Wrong configurations, each with what is said of it and mended by what it says; the page of them, and the table that a test runs.

A fragment is put behind `BASE`; one that is indented continues its term sets. Lines are counted in the fragment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.config.loading import ConfigError, read_config
from crawler.config.plain import ConfigProblem
from crawler.config.warning import warnings_of

BASE = """\
crawl: {user_agent: "desk-watch/1.0 (+http://127.0.0.1/about)"}
sources:
  - {name: outlet, url: "https://outlet.example/feed", lang: en}
  - {name: gazette, url: "https://gazette.example/rss", lang: zh}
relevance: {against: [dispute], matters: [rail]}
topics:
  mine: {query: $china AND ($rail OR train)}
terms:
  china: {en: [China], zh: [中国]}
  asean_or_member: {en: [ASEAN, Laos], zh: [东盟]}
  china_asean: {en: [China-ASEAN Expo]}
  two_sides: {en: [two countries]}
  cooperation: {en: [cooperation, cooperate]}
  agreement: {en: [agreement, signed]}
  dispute: {en: [water cannon]}
  other_power: {en: [Japan]}
  base: {en: [demonstration base], zh: [示范基地]}
  launch: {en: [launched, opened]}
  established: {en: [anniversary]}
"""
RAIL = "  rail: {en: [railway, high-speed rail], zh: [铁路]}\n"


@dataclass(frozen=True, slots=True)
class WrongConfiguration:
    """A mistake: what it is, the fragment that has it, where and how it is told, and the fragment mended by that.

    Attributes:
        what: the mistake, in a few words.
        wrong: the fragment of config.yaml.
        right: the fragment with the cure applied.
        key: the key that is named; empty where YAML could not be read.
        says: a part of what is said: the cure.
        at: the line of the fragment that is named; default: the first that the cure changes.
        environment: the environment, and in ``mended`` that of the cure.
    """

    what: str
    wrong: str
    right: str
    key: str
    says: str
    at: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    mended: Mapping[str, str] | None = None

    @property
    def line(self) -> int:
        """The line of the fragment that is named."""
        if self.at is not None:
            return self.at
        pairs = zip(self.wrong.splitlines(), self.right.splitlines(), strict=False)
        return next(i for i, (one, other) in enumerate(pairs, 1) if one != other)


def said_of(fragment: str, environment: Mapping[str, str]) -> list[tuple[str, ConfigProblem]]:
    """What is said of a fragment, errors or else warnings, each with its line in the fragment."""
    before = _before(fragment)
    text = before + fragment
    try:
        loaded = read_config(text.encode(), "config.yaml", None, environment)
        found = [("warning", problem) for problem in warnings_of(loaded)]
    except ConfigError as error:
        found = [("error", problem) for problem in error.problems]
    skipped = before.count("\n")
    return [(kind, ConfigProblem(p.line - skipped, p.key, p.message)) for kind, p in found]


def _before(fragment: str) -> str:
    if fragment.startswith("  "):
        return BASE
    own = {line.partition(":")[0] for line in fragment.splitlines() if line[:1].isalpha()}
    kept, is_kept = [], True
    for line in (BASE + RAIL).splitlines(keepends=True):
        if line[:1].isalpha():
            is_kept = line.partition(":")[0] not in own
        if is_kept:
            kept.append(line)
    return "".join(kept)


def _query(what: str, wrong: str, right: str, says: str) -> WrongConfiguration:
    form = "topics:\n  mine:\n    query: {}\n".format
    quoted = (json.dumps(query, ensure_ascii=False) for query in (wrong, right))
    one, other = map(form, quoted)
    return WrongConfiguration(what, one, other, "topics.mine.query", says)


def _topic(
    what: str, wrong: str, right: str, key: str, says: str, at: int | None = None
) -> WrongConfiguration:
    head = "topics:\n  mine:\n"
    one, other = (head + "".join(f"    {line}\n" for line in body.split("\n")) for body in (wrong, right))
    return WrongConfiguration(what, one, other, f"topics.mine.{key}", says, at)


def _terms(
    what: str, wrong: str, right: str, key: str, says: str, at: int | None = None
) -> WrongConfiguration:
    one, other = ("".join(f"  {line}\n" for line in body.split("\n")) for body in (wrong, right))
    return WrongConfiguration(what, one, other, f"terms.{key}", says, at)


def _source(what: str, wrong: str, right: str, key: str, says: str, at: int | None = 2) -> WrongConfiguration:
    one, other = (f"sources:\n  - {body}\n" for body in (wrong, right))
    return WrongConfiguration(what, one, other, f"sources[0].{key}", says, at)


def _subscription(
    what: str, wrong: str, right: str, key: str, says: str, at: int | None = 2
) -> WrongConfiguration:
    one, other = (f"subscriptions:\n  - {body}\n" for body in (wrong, right))
    return WrongConfiguration(what, one, other, f"subscriptions[0].{key}", says, at)


def _line(what: str, wrong: str, right: str, key: str, says: str) -> WrongConfiguration:
    return WrongConfiguration(what, wrong + "\n", right + "\n", key, says, 1)


def _assist(
    what: str, wrong: str, right: str, key: str, says: str, at: int | None = None
) -> WrongConfiguration:
    one, other = (
        "assist:\n" + "".join(f"  {line}\n" for line in body.split("\n")) for body in (wrong, right)
    )
    environment = {"ASSIST_KEY": "k-4hG7kQ9xZ2mB5tRw"} if "${" in one + other else {}
    return WrongConfiguration(what, one, other, f"assist.{key}", says, at, environment)


def _secret(what: str, value: str) -> WrongConfiguration:
    text = 'delivery: {secret: "${WATCH_SECRET}"}\n'
    good = {"WATCH_SECRET": "pRmvR3Lw9sB0uW3nT6yK1dQ8zXc5VhJe"}
    return WrongConfiguration(
        what, text, text, "delivery.secret", "openssl rand -base64 32", 1, {"WATCH_SECRET": value}, good
    )


_MAIL = "name: desk, to: [desk@newsroom.sg]"
_LIBRE = "kind: libretranslate\nurl: 'http://127.0.0.1:5000'"
_CHAT = "kind: openai\nurl: 'http://127.0.0.1:11434/v1'\nmodel: qwen3:8b"
TABLE: dict[str, list[WrongConfiguration]] = {
    "Queries: signs of other search languages": [
        _query("a star at the beginning", "*路", "铁路, 公路", "words that end in 路"),
        _query("a star inside", "rail*line", "rail* NEAR/0 line", "write rail*, or rail* NEAR/0 line"),
        _query("a regular expression", "/rail(way|road)/", "railway, railroad", "regular expressions (/…/) are not known"),
        _query("a wildcard for one letter", "railw?y", "railw*", "write railw*"),
        _query("a wildcard of SQL", "rail%", "rail*", "write rail*"),
        _query("fuzzy search", "railway~2", "railway*", "write railway*"),
        _query("a phrase with slop", '"railway Laos"~5', "railway NEAR/5 Laos", "write NEAR/5 between the words"),
        _query("a range", "[2024 TO 2026]", "2024, 2025, 2026", "OR or commas between them"),
        _query("operators of programmers", "railway && Laos", "railway AND Laos", "write AND"),
        _query("a bar for or", "railway|road", "railway OR road", "write railway OR road"),
        _query("a plus for must", "+railway", "railway", "railway alone"),
        _query("a distance of media monitoring", "railway W/5 Laos", "railway NEAR/5 Laos", "write a NEAR/5 b"),
        _query("an ordered distance", "railway ADJ3 Laos", "railway ONEAR/3 Laos", "write a ONEAR/3 b"),
        _query("NEAR without a number", "railway NEAR Laos", "railway NEAR/10 Laos", "write a NEAR/10 b"),
        _query("ATLEAST without its number", "ATLEAST 2 (railway, road)", "ATLEAST/2 (railway, road)", "write ATLEAST/2"),
        _query("a field of Google", "intitle:railway", "title:railway", "write title:railway"),
        _query("a field in Chinese", "标题：铁路", "title:铁路", "write title:铁路"),
        _query("an operator in Chinese", "铁路 和 老挝", "铁路 AND 老挝", "write AND"),
        _query("an operator in Thai", "ทางรถไฟ หรือ ถนน", "ทางรถไฟ OR ถนน", "write OR"),
        _query("two words without quotes", "high-speed train", '"high-speed train"', "in quotes for the phrase"),
        _query("single quotes", "'joint laboratory'", '"joint laboratory"', 'write "joint laboratory"'),
        _query("a quotation mark that is not closed", "“一带一路", "“一带一路”", "is not closed"),
        _query("square brackets", "【铁路】", "“铁路”", "quotes around a phrase"),
        _query("a weight that is too large", "railway^500", "railway^50", "a number up to 99"),
        _query("a minus with a blank behind it", "Laos - football", "Laos NOT football", "write NOT"),
    ],
    "Queries: names that lead nowhere": [
        _query("a set that is not there", "$chna AND $rail", "$china AND $rail", "did you mean $china?"),
        _query("a set with a hyphen", "$china-asean AND $rail", "$china_asean AND $rail", "write $china_asean"),
        _query("a language by its name", "railway AND lang:Chinese", "railway AND lang:zh", "write lang:zh"),
        _query("a language by three letters", "railway AND lang:fil", "railway AND lang:tl", "write lang:tl"),
        _query("a language that is none", "railway AND lang:cn", "railway AND lang:zh", "did you mean lang:zh?"),
        _query("a country by its name", "railway AND country:Thailand", "railway AND country:TH", "write country:TH"),
        _query("a country of neither side", "railway AND country:JP", "railway AND country:LA", "allowed: ASEAN, BN, CN"),
        _query("a source that is not there", "railway AND source:gazete", "railway AND source:gazette", "did you mean source:gazette?"),
        _query("two languages after one field", "lang:zh,en AND railway", "(lang:zh OR lang:en) AND railway", "write (lang:zh OR lang:en)"),
    ],
    "Queries that can match nothing, or everything": [
        _query("NOT of itself", "$rail NOT $rail", "$rail NOT football", "leave the NOT out"),
        _query("NOT that swallows a longer phrase", '"railway bridge" NOT railway', '"railway bridge"', "leave the NOT out"),
        _query("a set without terms in the language of a source", "$launch", "$launch AND lang:en", "there are no terms of $launch there; add some under this language, or write AND lang:en"),
        _query("two languages at once", "lang:zh AND lang:en AND railway", "(lang:zh OR lang:en) AND railway", "write (lang:zh OR lang:en)"),
        _query("more terms than there are", "ATLEAST/5 (railway, road, port)", "ATLEAST/3 (railway, road, port)", "write ATLEAST/3"),
        _query("near to something without a place", "railway NEAR/5 lang:zh", "railway AND lang:zh", "put it outside, with AND"),
        _query("near across two fields", "title:railway NEAR/5 text:Laos", "title:(railway NEAR/5 Laos)", "put one field before both"),
        _query("only words of every text", "the, 的", "railway, 铁路", "write what the news is about"),
        _query("nothing but NOT", "-football", "railway -football", "write first what to look for"),
        _query("OR before NOT", "rice OR NOT durian", "rice NOT durian", "AND before NOT"),
        _query("one thing or its opposite", "railway AND (rice OR NOT rice)", "railway", "leave the part with NOT out"),
        _query("NOT of a group that holds the country", "country:TH NOT country:ASEAN", "country:TH", "leave the NOT out"),
        _query("NOT of a part of both", "(railway AND Laos) NOT Laos", "railway AND Laos", "leave the NOT out"),
        _query("NOT of the words of a phrase", '"railway bridge" NOT (railway AND bridge)', '"railway bridge"', "leave the NOT out"),
        _query("NOT NOT", "NOT (NOT railway)", "railway", "without NOT"),
        _query("NOT of a word of every text", "railway NOT the", "railway", "leave it out"),
        _query("NOT of a language alone", "NOT lang:zh", "railway NOT lang:zh", "write first what to look for"),
        _query("a source and another language", "source:outlet AND lang:zh", "source:outlet", "leave lang: out"),
        _query("two letters and a star", "ch* AND railway", "chin* AND railway", "write more of the word"),
        _query("a Thai letter and a star", "ก*", "การค้า*", "write more of the word"),
        _query("a single letter", "railway OR x", "railway", "write the whole word"),
        _query("near to itself", "railway NEAR/5 railway", "railway", "one of them alone"),
        _query("a field inside a field", "title:text:railway", "title:railway", "leave title: out"),
        _query("a field before a language", "title:lang:zh AND railway", "lang:zh AND railway", "leave title: out"),
        _query("every language", "lang:* AND railway", "railway", "leave it out"),
        _query("a comma before NOT", "railway, NOT durian", "railway NOT durian", "leave it out before NOT"),
        _query("a comma before a field", "railway, title:road", "railway OR title:road", "write OR in its place"),
        _query("an operator at the end", "railway AND", "railway", "leave it out"),
        _query("a parenthesis that is not closed", "(railway OR road", "(railway OR road)", "write )"),
        _query("a parenthesis too many", "railway)", "railway", "leave ) out"),
        _topic("alerts of new bases that the query refuses", "query: railway NOT new:base\nalert: new_base", "query: railway\nalert: new_base", "alert", "leave NOT new:base out", 4),
        _topic("a threshold that no score reaches", "query: durian\nthreshold: 0.9", "query: durian\nthreshold: 0.4", "threshold", "write less"),
        _topic("a threshold where nothing is counted", "query: lang:zh\nthreshold: 0.5", "query: lang:zh", "threshold", "leave the threshold out", 4),
        _topic("a threshold in percent", "query: durian\nthreshold: 30", "query: durian\nthreshold: 0.3", "threshold", "less than or equal to 1"),
        _topic("a kind of alert that is none", "query: durian\nalert: stories", "query: durian\nalert: story", "alert", "did you mean story?"),
    ],
    "Term sets": [
        _terms("a language by three letters", "rail: {eng: [railway]}", "rail: {en: [railway]}", "rail.eng", "write en"),
        _terms("Filipino as fil", "rail: {fil: [riles]}", "rail: {tl: [riles]}", "rail.fil", "write tl"),
        _terms("a country's code", "rail: {cn: [铁路]}", "rail: {zh: [铁路]}", "rail.cn", "write zh"),
        _terms("a script behind the language", "rail: {zh-Hans: [铁路]}", "rail: {zh: [铁路]}", "rail.zh-Hans", "write zh"),
        _terms("an old code", "rail: {in: [kereta]}", "rail: {id: [kereta]}", "rail.in", "write id"),
        _terms("Japan's code", "rail: {en: [railway], jp: [鉄道]}", "rail: {en: [railway], \"*\": [鉄道]}", "rail.jp", "write ja"),
        _terms("a language's name", "rail: {Vietnamese: [đường sắt]}", "rail: {vi: [đường sắt]}", "rail.Vietnamese", "write vi"),
        _terms("all languages by a word", "rail: {all: [RCEP]}", "rail: {\"*\": [RCEP]}", "rail.all", 'write "*"'),
        _terms("exceptions by another word", "rail: {en: [rail], exceptions: [guard rail]}", "rail: {en: [rail], except: [guard rail]}", "rail.exceptions", "write except"),
        _terms("a language that is never recognised", "rail: {en: [railway], la: [ferrovia]}", "rail: {en: [railway], lo: [ferrovia]}", "rail.la", "did you mean lo?"),
        _terms("a list in place of languages", "rail: [railway, 铁路]", "rail: {\"*\": [railway, 铁路]}", "rail", '{"*": [railway, 铁路]}'),
        _terms("a text in place of a list", "rail: {en: railway, zh: [铁路]}", "rail: {en: [railway], zh: [铁路]}", "rail.en", "did you mean [railway]?"),
        _terms("an empty spelling", 'rail: {en: [railway, ""]}', "rail: {en: [railway]}", "rail.en[1]", "leave the entry out"),
        _terms("a spelling of signs alone", "rail: {en: [railway, …]}", "rail: {en: [railway]}", "rail.en[1]", "leave it out"),
        _terms("a number", "rail: {en: [railway, 2030]}", "rail: {en: [railway, '2030']}", "rail.en[1]", "'2030' in quotes"),
        _terms("a spelling twice", "rail: {en: [high-speed rail, High-Speed Rail]}", "rail: {en: [high-speed rail]}", "rail.en[1]", "leave one out"),
        _terms("a single letter", "rail: {en: [r]}", "rail: {en: [rail]}", "rail.en[0]", "write the whole word"),
        _terms("a star inside a spelling", "rail: {en: [rail*way]}", "rail: {en: [rail*]}", "rail.en[0]", "write rail*"),
        _terms("an operator inside a spelling", "rail: {en: [railway OR tram]}", "rail: {en: [railway, tram]}", "rail.en[0]", "one spelling for each"),
        _terms("several spellings with Chinese commas", "rail: {zh: [铁路、高铁]}", "rail: {zh: [铁路, 高铁]}", "rail.zh[0]", "write [铁路, 高铁]"),
        _terms("a list entry with a comma", "rail:\n  en:\n    - railway, tram", "rail:\n  en:\n    - railway\n    - tram", "rail.en[0]", "write [railway, tram]", 3),
        _terms("quotation marks inside a spelling", "rail: {zh: [“高铁”]}", "rail: {zh: [高铁]}", "rail.zh[0]", "write 高铁"),
        _terms("a set that is not there", "rail: {en: [$lauch]}", "rail: {en: [$launch]}", "rail.en[0]", "did you mean $launch?"),
        _terms("a set with a full-width sign", "rail: {en: [＄launch]}", "rail: {en: [$launch]}", "rail.en[0]", "write $launch"),
        _terms("sets that contain each other", "rail: {en: [$road, train]}\nroad: {en: [$rail]}", "rail: {en: [$road, train]}\nroad: {en: [road]}", "rail", "leave out the $", 1),
        _terms("a set that nothing reads", "rail: {en: [railway]}\nroad: {en: [road]}", "rail: {en: [railway, $road]}\nroad: {en: [road]}", "road", "write $road into a query", 2),
        _terms("a set that no query can name", "rail: {en: [railway]}\nHigh-Speed: {en: [maglev]}", "rail: {en: [railway, $high_speed]}\nhigh_speed: {en: [maglev]}", "High-Speed", "did you mean high_speed?", 2),
        _terms("an exception that takes a spelling away", "rail: {en: [rail, tram], except: [rail]}", "rail: {en: [rail, tram], except: [guard rail]}", "rail.except[0]", "write a longer name"),
        _terms("a bar between two", "rail: {en: [rail|road]}", "rail: {en: [rail, road]}", "rail.en[0]", "write [rail, road]"),
        _terms("a language before a word", "rail: {en: [railway, 'lang:zh']}", "rail: {en: [railway], zh: [铁路]}", "rail.en[1]", "under the key of their language"),
        _terms("a field before a word", "rail: {en: ['title:railway']}", "rail: {en: [railway]}", "rail.en[0]", "write railway"),
        _terms("a hashtag", "rail: {en: ['#railway']}", "rail: {en: [railway]}", "rail.en[0]", "write railway"),
        _terms("a regular expression", "rail: {en: [/rail(way|road)/]}", "rail: {en: [railway, railroad]}", "rail.en[0]", "write the words"),
        _terms("an operator at the beginning", "rail: {en: [railway, NOT tram]}", "rail: {en: [railway, tram]}", "rail.en[1]", "one spelling for each: [tram]"),
        _terms("a distance", "rail: {en: [rail near/5 road]}", "rail: {en: [rail, road]}", "rail.en[0]", "one spelling for each: [rail, road]"),
        _terms("operators of programmers", "rail: {en: [rail && road]}", "rail: {en: [rail, road]}", "rail.en[0]", "one spelling for each: [rail, road]"),
        _terms("an operator in Chinese", "rail: {zh: [铁路 或 公路]}", "rail: {zh: [铁路, 公路]}", "rail.zh[0]", "write [铁路, 公路]"),
        _terms("parentheses around it", "rail: {zh: [（铁路）]}", "rail: {zh: [铁路]}", "rail.zh[0]", "write 铁路"),
        _terms("a parenthesis without its twin", "rail: {en: [railway)]}", "rail: {en: [railway]}", "rail.en[0]", "write railway"),
        _terms("a minus before it", "rail: {en: [railway, -tram]}", "rail: {en: [railway], except: [tram car]}", "rail.en[1]", "under except:"),
        _terms("a weight behind it", "rail: {en: [railway^2]}", "rail: {en: [railway]}", "rail.en[0]", "write railway"),
        _terms("a question mark for a letter", "rail: {en: [railw?y]}", "rail: {en: [railw*]}", "rail.en[0]", "write railw*"),
        _terms("a full stop behind it", "rail: {zh: [铁路。]}", "rail: {zh: [铁路]}", "rail.zh[0]", "write 铁路"),
        _terms("words joined by _", "rail: {en: [high_speed_rail]}", "rail: {en: [high speed rail]}", "rail.en[0]", "write high speed rail"),
        _terms("a sign as HTML writes it", "rail: {en: [rail &amp; road]}", "rail: {en: [rail & road]}", "rail.en[0]", "write rail & road"),
        _terms("a set among words", "rail: {en: ['tram, $launch']}", "rail: {en: [tram, $launch]}", "rail.en[0]", "[tram, $launch]"),
        _terms("an address", "rail: {en: ['https://a.sg/rail']}", "rail: {en: [railway]}", "rail.en[0]", "write the words"),
        _terms("a word of every text", "rail: {en: [railway, the]}", "rail: {en: [railway]}", "rail.en[1]", "leave it out"),
        _terms("a beginning of two letters", "rail: {en: [ra*]}", "rail: {en: [rail*]}", "rail.en[0]", "write more of the word"),
        _terms("a built-in set", "rail: {en: [railway]}\ncountry_TH: {en: [Siam]}", "rail: {en: [railway, $own_country_th]}\nown_country_th: {\"*\": [$country_TH], en: [Siam]}", "country_TH", "such as own_country_th", 2),
        WrongConfiguration("a set without spellings that a query reads", "  rail: {}\n", "  rail: {en: [railway]}\n", "topics.mine.query", "give it spellings", -12),
    ],
    "What YAML makes of it": [
        _terms("a forgotten comma between two lines", "rail: {en: [railway\n  tram]}", "rail: {en: [railway,\n  tram]}", "rail", "write a comma"),
        WrongConfiguration("a forgotten comma between quotes", '  rail: {en: ["railway" "tram"]}\n', '  rail: {en: ["railway", "tram"]}\n', "", "a comma or ] is missing"),
        WrongConfiguration("a star at the beginning of a text", "  rail: {en: [*way]}\n", "  rail: {en: ['railway']}\n", "", "put such a text in quotes"),
        WrongConfiguration("an ampersand at the beginning of a text", "  rail: {en: [railway, &Rail co]}\n", "  rail: {en: [railway, '&Rail co']}\n", "", "in quotes if it is text"),
        WrongConfiguration("an at sign at the beginning of a text", "  rail: {en: [@railway]}\n", "  rail: {en: ['@railway']}\n", "", "put such a text in quotes"),
        WrongConfiguration("a tab", "  rail:\n\ten: [railway]\n", "  rail:\n    en: [railway]\n", "", "indent by blanks"),
        WrongConfiguration("a colon inside a text", "topics:\n  mine:\n    title: Rail: news\n    query: $rail\n", 'topics:\n  mine:\n    title: "Rail: news"\n    query: $rail\n', "", "put such a text in quotes"),
        _topic("a colon inside an example", "query: $rail\nexamples:\n  match:\n    - China: railway opens", "query: $rail\nexamples:\n  match:\n    - 'China: railway opens'", "examples.match[0]", "did you mean 'China: railway opens'?"),
        WrongConfiguration("a key twice", "  rail: {en: [railway]}\n  rail: {zh: [铁路]}\n", "  rail: {en: [railway], zh: [铁路]}\n", "terms.rail", "this key stands here twice", 2),
        WrongConfiguration("a merged key", "  rail:\n    <<: {en: [railway]}\n", "  rail:\n    en: [railway]\n", "terms.rail.<<", "write out what is meant"),
        WrongConfiguration("a line that is indented otherwise", "topics:\n  mine:\n    query: $rail\n   title: Rail\n", "topics:\n  mine:\n    query: $rail\n    title: Rail\n", "", "as many blanks as they have"),
        _topic("a hashtag in a query", "query: railway #BRI", "query: railway OR BRI", "query", "write railway OR BRI"),
        _topic("a query of a hashtag", "query: #BRI", "query: BRI", "query", "write BRI"),
        _topic("a number sign in a title", "title: Rail #1\nquery: $rail", "title: 'Rail #1'\nquery: $rail", "title", "'Rail #1' in quotes", 3),
        _terms("a hashtag in a list", "rail:\n  en:\n    - railway #BRI", "rail:\n  en:\n    - railway\n    - BRI", "rail.en[0]", "as a spelling of its own", 3),
        WrongConfiguration("a part of an address as a comment", "sources:\n  - name: a\n    url: https://a.sg/ #feed\n", "sources:\n  - name: a\n    url: 'https://a.sg/#feed'\n", "sources[0].url", "write 'https://a.sg/#feed' in quotes", 3),
        WrongConfiguration("a comment inside brackets", "  rail: {en: [railway, tram #x]}\n", "  rail: {en: [railway, 'tram x']}\n", "", "put a text with # in quotes"),
        WrongConfiguration("a full-width colon", "topics:\n  mine:\n    query： $rail\n", "topics:\n  mine:\n    query: $rail\n", "topics.mine", "write query: with a plain colon"),
        WrongConfiguration("a full-width colon behind a section", "web：\n  port: 80\n", "web:\n  port: 80\n", "", "write web: with a plain colon"),
        WrongConfiguration("a full-width comma between brackets", "  rail: {en: [railway]， zh: [铁路]}\n", "  rail: {en: [railway], zh: [铁路]}\n", "", "write a plain comma"),
        _terms("full-width brackets", "rail: {en: ［railway］}", "rail: {en: [railway]}", "rail.en", "write plain [ ]"),
        _terms("full-width dashes", "rail:\n  zh:\n    － 铁路\n    － 高铁", "rail:\n  zh:\n    - 铁路\n    - 高铁", "rail.zh", "write - with a blank", 3),
        _terms("dots of a list", "rail:\n  en:\n    • railway", "rail:\n  en:\n    - railway", "rail.en", "write - with a blank", 3),
        _terms("a dash without a blank", "rail:\n  en:\n    -railway\n    -tram", "rail:\n  en:\n    - railway\n    - tram", "rail.en", "write - railway", 3),
        WrongConfiguration("a colon without a blank", "topics:\n  mine:\n    query:$rail\n", "topics:\n  mine:\n    query: $rail\n", "topics.mine", "write query: $rail"),
        WrongConfiguration("a colon without a blank in braces", "web: {port:8080}\n", "web: {port: 8080}\n", "web.port:8080", "write port: 8080"),
        WrongConfiguration("no-break spaces at the beginning", "topics:\n  mine:\n    query: $rail\n\u00a0\u00a0\u00a0\u00a0title: Rail\n", "topics:\n  mine:\n    query: $rail\n    title: Rail\n", "title", "indent by plain blanks"),
        WrongConfiguration("ideographic spaces at the beginning", "topics:\n  mine:\n    query: $rail\n\u3000\u3000title: Rail\n", "topics:\n  mine:\n    query: $rail\n    title: Rail\n", "title", "indent by plain blanks"),
        WrongConfiguration("a no-break space behind a colon", "topics:\n  mine:\n    query:\u00a0$rail\n", "topics:\n  mine:\n    query: $rail\n", "topics.mine", "with a plain blank behind it"),
        _topic("quotation marks of a word processor", "title: “Rail”\nquery: $rail", "title: Rail\nquery: $rail", "title", 'write "Rail"', 3),
        WrongConfiguration("quotation marks of a word processor around a colon", "topics:\n  mine:\n    title: “Rail: news”\n    query: $rail\n", 'topics:\n  mine:\n    title: "Rail: news"\n    query: $rail\n', "", "no quotation mark of YAML"),
        WrongConfiguration("a control character", "web:\n  port: 80\x0c\n", "web:\n  port: 80\n", "", "leave it out", 2),
        WrongConfiguration("a second file inside", "web: {port: 80}\n---\nlogs: {level: info}\n", "web: {port: 80}\nlogs: {level: info}\n", "", "leave that line out", 2),
        WrongConfiguration("names that differ by capitals", "topics:\n  mine: {query: $rail}\n  Mine: {query: road}\n", "topics:\n  mine: {query: $rail}\n  roads: {query: road}\n", "topics.Mine", "write another name"),
        WrongConfiguration("a list of topics", "topics:\n  - mine:\n      query: $rail\n", "topics:\n  mine:\n      query: $rail\n", "topics", "mine: without - before it", 1),
        WrongConfiguration("sources by their names", "sources:\n  a: {url: 'https://a.sg/feed'}\n", "sources:\n  - {name: a, url: 'https://a.sg/feed'}\n", "sources", "- name: a", 1),
        WrongConfiguration("a bracket that is not closed", "  rail: {en: [railway, tram}\n", "  rail: {en: [railway, tram]}\n", "", "a comma or ] is missing"),
    ],
    "Sources": [
        _source("a kind that is none", '{name: a, url: "https://a.sg/feed", kind: sitmap}', '{name: a, url: "https://a.sg/feed", kind: sitemap}', "kind", "did you mean sitemap?"),
        _source("a key that is none", '{name: a, url: "https://a.sg/feed", langage: en}', '{name: a, url: "https://a.sg/feed", lang: en}', "langage", "did you mean lang?"),
        _source("a language that is none", '{name: a, url: "https://a.sg/feed", lang: zz}', '{name: a, url: "https://a.sg/feed", lang: zh}', "lang", "allowed: codes of ISO 639-1"),
        _source("a country's code for its language", '{name: a, url: "https://a.sg/feed", lang: vn}', '{name: a, url: "https://a.sg/feed", lang: vi}', "lang", "did you mean vi?"),
        _source("a language by its name", '{name: a, url: "https://a.sg/feed", lang: Thai}', '{name: a, url: "https://a.sg/feed", lang: th}', "lang", "did you mean th?"),
        _source("a country that is none", '{name: a, url: "https://a.sg/feed", country: UK}', '{name: a, url: "https://a.sg/feed", country: GB}', "country", "did you mean GB?"),
        _source("a country by its name", '{name: a, url: "https://a.sg/feed", country: Laos}', '{name: a, url: "https://a.sg/feed", country: LA}', "country", "did you mean LA?"),
        _source("an address without its scheme", "{name: a, url: www.a.sg/feed}", "{name: a, url: https://www.a.sg/feed}", "url", "did you mean https://www.a.sg/feed?"),
        _source("an address that begins twice", '{name: a, url: "https://https://a.sg/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write it once"),
        _source("no address", "{name: a}", '{name: a, url: "https://a.sg/feed"}', "url", "write url:"),
        _source("a name with blanks", '{name: Vientiane Times, url: "https://a.sg/feed"}', '{name: Vientiane-Times, url: "https://a.sg/feed"}', "name", "did you mean Vientiane-Times?"),
        _source("a list page without selectors", '{name: a, url: "https://a.sg/news", kind: listing}', '{name: a, url: "https://a.sg/news", kind: listing, select: {item: li, link: a}}', "select", "select: {item: li, link: a}"),
        _source("a selector that is none", '{name: a, url: "https://a.sg/n", kind: listing, select: {item: "li[", link: a}}', '{name: a, url: "https://a.sg/n", kind: listing, select: {item: li, link: a}}', "select.item", "write such as article h2 a"),
        _source("selectors of a feed", '{name: a, url: "https://a.sg/feed", select: {item: li}}', '{name: a, url: "https://a.sg/feed", kind: listing, select: {item: li}}', "select.item", "write kind: listing"),
        _source("a search without a place for its words", '{name: a, url: "https://a.sg/rss", kind: search, query: rail}', '{name: a, url: "https://a.sg/rss?q={query}", kind: search, query: rail}', "url", "?q={query}"),
        _source("a search without words", '{name: a, url: "https://a.sg/rss?q={query}", kind: search}', '{name: a, url: "https://a.sg/rss?q={query}", kind: search, query: rail}', "query", "is missing"),
        _source("a zone that is nearly one", '{name: a, url: "https://a.sg/feed", timezone: Asia/Jakata}', '{name: a, url: "https://a.sg/feed", timezone: Asia/Jakarta}', "timezone", "did you mean Asia/Jakarta?"),
        _source("a private address", '{name: a, url: "http://10.0.0.5/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write crawl.allow_private: [10.0.0.5]"),
        _source("this machine", '{name: a, url: "http://localhost:8080/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write crawl.allow_private: [localhost]"),
        _source("this machine by its number", '{name: a, url: "http://[::1]/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write crawl.allow_private: ['::1']"),
        _source("a name of an inner network", '{name: a, url: "http://nas.local/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write crawl.allow_private: [nas.local]"),
        _source("a name without a domain", '{name: a, url: "http://intranet/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "or its public name"),
        _source("a short address", '{name: a, url: "http://8.8/feed"}', '{name: a, url: "http://8.0.0.8/feed"}', "url", "did you mean 8.0.0.8?"),
        _source("an address as one number", '{name: a, url: "http://134744072/feed"}', '{name: a, url: "http://8.8.8.8/feed"}', "url", "did you mean 8.8.8.8?"),
        _source("a port of mail", '{name: a, url: "https://a.sg:25/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "leave the port out"),
        _source("a full-width full stop", '{name: a, url: "https://a。sg/feed"}', '{name: a, url: "https://a.sg/feed"}', "url", "write a.sg"),
        _source("a sign of another keyboard at the end", '{name: a, url: "https://a.sg/feed；"}', '{name: a, url: "https://a.sg/feed"}', "url", "take it out"),
        _source("a blank inside an address", '{name: a, url: "https://a.sg/my feed"}', '{name: a, url: "https://a.sg/my%20feed"}', "url", "%20"),
        _source("quotation marks around an address", "{name: a, url: “https://a.sg/feed”}", "{name: a, url: https://a.sg/feed}", "url", "did you mean https://a.sg/feed?"),
        _source("a kind by its format", '{name: a, url: "https://a.sg/feed", kind: rss}', '{name: a, url: "https://a.sg/feed", kind: feed}', "kind", "did you mean feed?"),
        WrongConfiguration(
            "one address twice",
            'sources:\n  - {name: a, url: "https://a.sg/feed"}\n  - {name: b, url: "https://www.a.sg/feed/?utm_source=x"}\n',
            'sources:\n  - {name: a, url: "https://a.sg/feed"}\n  - {name: b, url: "https://b.sg/feed"}\n', "sources[1].url", "leave one out",
        ),
        WrongConfiguration(
            "a name twice", 'sources:\n  - {name: a, url: "https://a.sg/feed"}\n  - {name: a, url: "https://b.sg/feed"}\n',
            'sources:\n  - {name: a, url: "https://a.sg/feed"}\n  - {name: b, url: "https://b.sg/feed"}\n', "sources[1].name", "write another one",
        ),
        WrongConfiguration("nothing but disabled sources", 'sources:\n  - {name: a, url: "https://a.sg/feed", enabled: false}\n', 'sources:\n  - {name: a, url: "https://a.sg/feed", enabled: true}\n', "sources", "add or enable one", 1),
    ],
    "Subscriptions": [
        _subscription("a topic that is not there", f"{{{_MAIL}, topics: [mien]}}", f"{{{_MAIL}, topics: [mine]}}", "topics[0]", "did you mean mine?"),
        _subscription("a topic that is no more", f"{{{_MAIL}, topics: [energy]}}", f"{{{_MAIL}, topics: [mine]}}", "topics[0]", "allowed: mine"),
        _subscription("a channel that is not there", "{name: desk, channel: emial, to: [desk@newsroom.sg]}", "{name: desk, channel: email, to: [desk@newsroom.sg]}", "channel", "did you mean email?"),
        _subscription("no address", "{name: desk}", f"{{{_MAIL}}}", "to", "needs at least one address"),
        _subscription("an address that is none", "{name: desk, to: [desk at newsroom.sg]}", f"{{{_MAIL}}}", "to[0]", "write such as desk@your.domain"),
        _subscription("addresses as one text", "{name: desk, to: desk@newsroom.sg}", f"{{{_MAIL}}}", "to", "did you mean [desk@newsroom.sg]?"),
        _subscription("a placeholder for an address", "{name: desk, to: [desk@example.org]}", f"{{{_MAIL}}}", "to[0]", "write the reader's own address"),
        _subscription("two addresses in one text", "{name: desk, to: ['a@newsroom.sg, b@newsroom.sg']}", "{name: desk, to: [a@newsroom.sg, b@newsroom.sg]}", "to[0]", "did you mean [a@newsroom.sg, b@newsroom.sg]?"),
        _subscription("a full-width at sign", "{name: desk, to: [desk＠newsroom.sg]}", f"{{{_MAIL}}}", "to[0]", "did you mean desk@newsroom.sg?"),
        _subscription("an address with a link's beginning", "{name: desk, to: ['mailto:desk@newsroom.sg']}", f"{{{_MAIL}}}", "to[0]", "did you mean desk@newsroom.sg?"),
        _subscription("two dots in an address", "{name: desk, to: [desk@newsroom..sg]}", f"{{{_MAIL}}}", "to[0]", "did you mean desk@newsroom.sg?"),
        _subscription("one address twice", "{name: desk, to: [desk@newsroom.sg, Desk@newsroom.sg]}", f"{{{_MAIL}}}", "to", "leave one out"),
        _subscription("all topics taken away", f"{{{_MAIL}, except_topics: [mine]}}", f"{{{_MAIL}}}", "except_topics", "leave one out"),
        _subscription("an hour that never comes", f"{{{_MAIL}, when: daily 24:00}}", f"{{{_MAIL}, when: daily 00:00}}", "when", "did you mean daily 00:00?"),
        _subscription("an hour in another form", f"{{{_MAIL}, when: every day at 7.30am}}", f"{{{_MAIL}, when: daily 07:30}}", "when", "did you mean daily 07:30?"),
        _subscription("a weekday in full", f"{{{_MAIL}, when: monday 08:00}}", f"{{{_MAIL}, when: weekly mon 08:00}}", "when", "did you mean weekly mon 08:00?"),
        _subscription("a day off on its only day", f"{{{_MAIL}, when: weekly sun 08:00, days_off: [sun]}}", f"{{{_MAIL}, when: weekly mon 08:00, days_off: [sun]}}", "", "leaves no day"),
        _subscription("quiet hours in another form", f"{{{_MAIL}, quiet: 10pm to 7am}}", f"{{{_MAIL}, quiet: '22:00-07:00'}}", "quiet", "did you mean 22:00-07:00?"),
        _subscription("a zone by its abbreviation", f"{{{_MAIL}, timezone: WIB}}", f"{{{_MAIL}, timezone: Asia/Jakarta}}", "timezone", "did you mean Asia/Jakarta?"),
        _subscription("a language of no report", f"{{{_MAIL}, languages: [jp]}}", f"{{{_MAIL}, languages: [zh]}}", "languages[0]", "did you mean ja?"),
        _subscription("a country of neither side", f"{{{_MAIL}, countries: [JP]}}", f"{{{_MAIL}, countries: [LA]}}", "countries[0]", "allowed: ASEAN, BN"),
        _subscription("languages that its sources do not write", f"{{{_MAIL}, sources: [outlet], languages: [zh]}}", f"{{{_MAIL}, sources: [gazette], languages: [zh]}}", "languages[0]", "none of its sources is in zh"),
        _subscription("a score that no report reaches", f"{{{_MAIL}, least_score: 1}}", f"{{{_MAIL}, least_score: 0.4}}", "least_score", "write less"),
        _subscription("reports that are too old at once", f"{{{_MAIL}, fresh: 0d}}", f"{{{_MAIL}, fresh: 7d}}", "fresh", "write such as 7d"),
    ],
    "Channels and delivery": [
        WrongConfiguration("a type that is none", "delivery:\n  channels:\n    files: {type: mialdir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery.channels.files.type", "did you mean maildir?"),
        WrongConfiguration("a Maildir without a path", "delivery:\n  channels:\n    files: {type: maildir}\nsubscriptions: [{name: a, channel: files}]\n", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery.channels.files.path", "write such as path: ./mail"),
        WrongConfiguration("a webhook without a secret", "delivery:\n  channels:\n    hook: {type: webhook, url: 'https://a.sg/in'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery:\n  channels:\n    hook: {type: webhook, url: 'https://a.sg/in', secret: '${HOOK}'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery.channels.hook.secret", "secret: ${WEBHOOK_SECRET}", None, {}, {"HOOK": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}),
        WrongConfiguration("a webhook's secret in another form", "delivery:\n  channels:\n    hook: {type: webhook, url: 'https://a.sg/in', secret: '${HOOK}'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery:\n  channels:\n    hook: {type: webhook, url: 'https://a.sg/in', secret: '${HOOK}'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery.channels.hook.secret", "whsec_ and 24 to 64 bytes", 3, {"HOOK": "my webhook"}, {"HOOK": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}),
        WrongConfiguration("a key without effect", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail, hub: 'https://a.sg'}\nsubscriptions: [{name: a, channel: files}]\n", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery.channels.files.hub", "leave it out"),
        WrongConfiguration("a channel that nobody uses", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, to: [a@newsroom.sg]}]\n", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery.channels.files", "name it in one", 3),
        WrongConfiguration("a placeholder for the sender", "delivery: {from: Watch <watch@example.org>}\nsubscriptions: [{name: a, to: [a@newsroom.sg]}]\n", "delivery: {from: Watch <watch@newsroom.sg>}\nsubscriptions: [{name: a, to: [a@newsroom.sg]}]\n", "delivery.from", "write your own address"),
        WrongConfiguration("a placeholder for the pages", "delivery: {public_url: 'https://watch.example.org'}\n", "delivery: {public_url: 'https://watch.newsroom.sg'}\n", "delivery.public_url", "write the address of your pages"),
        _line("a sender that is no address", "delivery: {from: ASEAN Watch}", "delivery: {from: ASEAN Watch <watch@newsroom.sg>}", "delivery.from", "write such as Desk <desk@your.domain>"),
        _line("sign-up without an address of the pages", "delivery: {signup: true}", "delivery: {signup: true, public_url: 'https://watch.newsroom.sg'}", "delivery.public_url", "write the address of your pages"),
        _line("a user name without a password", "delivery: {smtp: {username: watch}}", "delivery: {smtp: {username: ''}}", "delivery.smtp.password", "write ${SMTP_PASSWORD}"),
        _line("STARTTLS at the port of TLS", "delivery: {smtp: {host: mail.newsroom.sg, port: 465, security: starttls}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 465, security: tls}}", "delivery.smtp.security", "write tls"),
        _line("TLS at the port of STARTTLS", "delivery: {smtp: {host: mail.newsroom.sg, port: 587, security: tls}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 587, security: starttls}}", "delivery.smtp.security", "write starttls"),
        _line("TLS between servers", "delivery: {smtp: {host: mail.newsroom.sg, port: 25, security: tls}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 25, security: starttls}}", "delivery.smtp.security", "write starttls"),
        _line("mail in the clear", "delivery: {smtp: {host: mail.newsroom.sg, port: 587}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 587, security: starttls}}", "delivery.smtp.security", "write starttls"),
        _line("the port of IMAP", "delivery: {smtp: {host: mail.newsroom.sg, port: 993, security: tls}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 465, security: tls}}", "delivery.smtp.port", "465 with tls"),
        _line("SSL", "delivery: {smtp: {host: mail.newsroom.sg, port: 465, security: ssl}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 465, security: tls}}", "delivery.smtp.security", "did you mean tls?"),
        _line("a mail server with its port", "delivery: {smtp: {host: 'mail.newsroom.sg:25'}}", "delivery: {smtp: {host: mail.newsroom.sg, port: 25}}", "delivery.smtp.host", "under port:"),
        _line("a mail server as an address", "delivery: {smtp: {host: 'smtp://mail.newsroom.sg'}}", "delivery: {smtp: {host: mail.newsroom.sg}}", "delivery.smtp.host", "write the name of the mail server alone"),
        _line("a sender without a domain", "delivery: {from: watch@newsroom}", "delivery: {from: watch@newsroom.sg}", "delivery.from", "write your own"),
        _line("a sender without angle brackets", "delivery: {from: ASEAN Watch watch@newsroom.sg}", "delivery: {from: ASEAN Watch <watch@newsroom.sg>}", "delivery.from", "did you mean ASEAN Watch <watch@newsroom.sg>?"),
        WrongConfiguration("a webhook without http", "delivery:\n  channels:\n    hook: {type: webhook, url: 'ftp://a.sg/in', secret: '${HOOK}'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery:\n  channels:\n    hook: {type: webhook, url: 'https://a.sg/in', secret: '${HOOK}'}\nsubscriptions: [{name: a, channel: hook}]\n", "delivery.channels.hook.url", "begins with https://", 3, {"HOOK": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}),
        WrongConfiguration("a channel called email", "delivery:\n  channels:\n    email: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, to: [a@newsroom.sg]}]\n", "delivery:\n  channels:\n    files: {type: maildir, path: /tmp/mail}\nsubscriptions: [{name: a, channel: files}]\n", "delivery.channels.email", "write another name", 3),
        _line("a rate in another form", "delivery: {rates: {gmail.com: 60 per minute}}", "delivery: {rates: {gmail.com: 60/m}}", "delivery.rates.gmail.com", "did you mean 60/m?"),
        _line("a rate of nobody", "delivery: {rates: {gmail: 60/m}}", "delivery: {rates: {gmail.com: 60/m}}", "delivery.rates.gmail", "write such as gmail.com"),
        _line("a secret in the file", "delivery: {secret: pRmvR3Lw9sB0uW3nT6yK1dQ8}", "delivery: {secret: '${WATCH_SECRET:-pRmvR3Lw9sB0uW3nT6yK1dQ8}'}", "delivery.secret", "allowed: ${NAME}"),
        _secret("a secret that is a placeholder", "changeme"),
        _secret("a secret that is too short", "h7Kq2"),
        _secret("a secret of words", "our little secret of the newsroom"),
        WrongConfiguration("a secret that is not set", 'delivery: {secret: "${WATCH_SECRET}"}\n', 'delivery: {secret: "${WATCH_SECRET}"}\n', "delivery.secret", "set it or give a default", 1, {}, {"WATCH_SECRET": "pRmvR3Lw9sB0uW3nT6yK1dQ8zXc5VhJe"}),
    ],
    "Assistants": [
        _assist("a kind that is none", "kind: lama\nurl: 'http://127.0.0.1:11434/v1'\nmodel: qwen3:8b", "kind: openai\nurl: 'http://127.0.0.1:11434/v1'\nmodel: qwen3:8b", "kind", "allowed: argos"),
        _assist("a server by its own name", "kind: ollama\nurl: 'http://127.0.0.1:11434/v1'\nmodel: qwen3:8b", "kind: openai\nurl: 'http://127.0.0.1:11434/v1'\nmodel: qwen3:8b", "kind", "did you mean openai?"),
        _assist("an address without a kind", "url: 'http://127.0.0.1:5000'", "kind: libretranslate\nurl: 'http://127.0.0.1:5000'", "url", "write kind:", 2),
        _assist("a second assistant without a kind", f"{_LIBRE}\nalso:\n  - {{url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b'}}", f"{_LIBRE}\nalso:\n  - {{kind: openai, url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b'}}", "also[0].kind", "write argos, libretranslate or openai"),
        _assist("a server without an address", "kind: libretranslate\nbatch: 8", f"{_LIBRE}\nbatch: 8", "url", "write such as http://127.0.0.1:5000", 1),
        _assist("an address without http", "kind: libretranslate\nurl: '127.0.0.1:5000'", "kind: libretranslate\nurl: 'http://127.0.0.1:5000'", "url", "http://"),
        _assist("a language model without its name", "kind: openai\nurl: 'http://127.0.0.1:11434/v1'", f"{_CHAT}", "model", "such as qwen3:8b", 1),
        _assist("a model for a server that chooses itself", f"{_LIBRE}\nmodel: nllb", f"{_LIBRE}", "model", "leave it out", 4),
        _assist("a key in the file", f"{_CHAT}\nkey: k-4hG7kQ9xZ2mB5tRw", f"{_CHAT}\nkey: '${{ASSIST_KEY}}'", "key", "${"),
        _assist("a key in the clear over the internet", "kind: openai\nurl: 'http://llm.newsroom.sg/v1'\nmodel: qwen3\nkey: '${ASSIST_KEY}'\nbudget: {requests: 500}", "kind: openai\nurl: 'https://llm.newsroom.sg/v1'\nmodel: qwen3\nkey: '${ASSIST_KEY}'\nbudget: {requests: 500}", "url", "write https://"),
        _assist("a key in the address", "kind: libretranslate\nurl: 'https://watch:k-4hG7kQ9@mt.newsroom.sg'", "kind: libretranslate\nurl: 'https://mt.newsroom.sg'\nkey: '${ASSIST_KEY}'", "url", "put a key under key:"),
        _assist("a service that wants a key", "kind: openai\nurl: 'https://api.openai.com/v1'\nmodel: gpt-5-mini\nbudget: {requests: 500}", "kind: openai\nurl: 'https://api.openai.com/v1'\nmodel: gpt-5-mini\nbudget: {requests: 500}\nkey: '${ASSIST_KEY}'", "key", "write ${ASSIST_KEY}", 1),
        _assist("a task that it cannot do", f"{_LIBRE}\ntasks: [translate, brief]", f"{_LIBRE}\ntasks: [translate]", "tasks[1]", "only translates"),
        _assist("a task that is none", f"{_CHAT}\ntasks: [translation]", f"{_CHAT}\ntasks: [translate]", "tasks[0]", "did you mean translate?"),
        _assist("a language that it has no model for", f"{_LIBRE}\nlanguages: [en, lo]", f"{_LIBRE}\nlanguages: [en]", "languages[1]", "or leave it out"),
        _assist("a language by its name", f"{_LIBRE}\nlanguages: [English]", f"{_LIBRE}\nlanguages: [en]", "languages[0]", "did you mean en?"),
        _assist("a price without a budget", f"{_CHAT}\nprice_in: 0.5", f"{_CHAT}\nprice_in: 0.5\nbudget: {{money: 2}}", "budget", "has no limit", 1),
        _assist("a service of others without a budget", "kind: openai\nurl: 'https://llm.newsroom.sg/v1'\nmodel: qwen3", "kind: openai\nurl: 'https://llm.newsroom.sg/v1'\nmodel: qwen3\nbudget: {requests: 2000}", "budget", "is on the internet", 1),
        _assist("money without a price", f"{_CHAT}\nbudget: {{money: 2}}", f"{_CHAT}\nbudget: {{money: 2}}\nprice_in: 0.5", "budget.money", "write price_in", 5),
        _assist("a budget of nothing", f"{_CHAT}\nbudget: {{requests: 0}}", f"{_CHAT}\nbudget: {{requests: 500}}", "budget.requests", "nothing is ever asked"),
        _assist("a second reader that nobody is", f"{_LIBRE}\nsecond_reader: advise", f"{_LIBRE}\nsecond_reader: advise\nalso:\n  - {{kind: openai, url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b'}}", "second_reader", "under also:", 4),
        _assist("a second reader that decides", f"{_CHAT}\nsecond_reader: decide", f"{_CHAT}\nsecond_reader: agree", "second_reader", "allowed: off, advise or agree"),
        _assist("a range the wrong way round", f"{_CHAT}\ndoubtful: [0.7, 0.3]", f"{_CHAT}\ndoubtful: [0.3, 0.8]", "doubtful", "the lower one first"),
        _assist("a range in per cent", f"{_CHAT}\ndoubtful: [30, 70]", f"{_CHAT}\ndoubtful: [0.3, 0.8]", "doubtful", "two numbers from 0 to 1"),
        _assist("a range in which nothing is", f"{_CHAT}\nsecond_reader: advise\ndoubtful: [0.5, 0.5]", f"{_CHAT}\nsecond_reader: advise\ndoubtful: [0.3, 0.8]", "doubtful", "write such as [0.3, 0.8]"),
        _assist("a range of all", f"{_CHAT}\nsecond_reader: advise\ndoubtful: [0, 1]", f"{_CHAT}\nsecond_reader: advise\ndoubtful: [0.3, 0.8]", "doubtful", "costs a request"),
        _assist("alerts that wait too long", f"{_CHAT}\nsecond_reader: agree\npatience: 2h", f"{_CHAT}\nsecond_reader: agree\npatience: 20s", "patience", "write such as 20s"),
        _assist("too much in one request", f"{_CHAT}\nbatch: 150", f"{_CHAT}\nbatch: 16", "batch", "write such as 16"),
        _assist("no time for an answer", f"{_CHAT}\ntimeout: 0s", f"{_CHAT}\ntimeout: 60s", "timeout", "write such as 60s"),
        _assist("news that is too old at once", f"{_CHAT}\nfresh: 0d", f"{_CHAT}\nfresh: 3d", "fresh", "write such as 3d"),
    ],
    "Everything else": [
        WrongConfiguration("a name that nobody can say", "topics:\n  '!!!': {query: $rail}\n", "topics:\n  rail: {query: $rail}\n", "topics.!!!", "write a name that can be said"),
        WrongConfiguration("a slash in a name", "topics:\n  rail/road: {query: $rail}\n", "topics:\n  rail_road: {query: $rail}\n", "topics.rail/road", "write _ in its place"),
        _line("an address that is let through", "crawl: {user_agent: desk, allow_private: ['http://10.0.0.5']}", "crawl: {user_agent: desk, allow_private: [10.0.0.5]}", "crawl.allow_private[0]", "without http://"),
        _line("a section that is none", "shedule: {every: 15m}", "schedule: {every: 15m}", "shedule", "did you mean schedule?"),
        _line("a duration in words", "schedule: {every: 5 minutes}", "schedule: {every: 5m}", "schedule.every", "did you mean 5m?"),
        _line("a duration without a unit", "schedule: {every: 30}", "schedule: {every: 30s}", "schedule.every", "did you mean 30s?"),
        _line("a duration in weeks", "alerts: {fresh: 2 weeks}", "alerts: {fresh: 14d}", "alerts.fresh", "did you mean 14d?"),
        _line("a size in another form", "crawl: {user_agent: desk, max_size: 10 MiB}", "crawl: {user_agent: desk, max_size: 10MB}", "crawl.max_size", "did you mean 10MB?"),
        _line("a zone by its offset", "schedule: {timezone: UTC+7}", "schedule: {timezone: Asia/Bangkok}", "schedule.timezone", "did you mean Asia/Bangkok?"),
        _line("a fastest that is slower than the slowest", "schedule: {fastest: 2d}", "schedule: {fastest: 5m}", "schedule.fastest", "write the shorter time"),
        _line("news that goes before it is old", "storage: {keep: 3d}", "storage: {keep: 30d}", "storage.keep", "write at least 7d"),
        _line("a placeholder for who asks", 'crawl: {user_agent: "bot (+https://example.org/bot)"}', 'crawl: {user_agent: "bot (+http://127.0.0.1/bot)"}', "crawl.user_agent", "write your own address"),
        _line("a yes or no in another language", "delivery: {signup: ja}", "delivery: {signup: false}", "delivery.signup", "write true or false"),
        _line("a number in words", "web: {port: eighty}", "web: {port: 80}", "web.port", "write a whole number"),
        _line("an address where a host belongs", "web: {names: ['https://watch.newsroom.sg']}", "web: {names: [watch.newsroom.sg]}", "web.names[0]", "without http:// and port"),
        _line("somebody to be told, and no way", "operations: {to: [admin@newsroom.sg]}", "operations: {to: [admin@newsroom.sg], channel: email}", "operations.channel", "write channel: email"),
        _line("a store that is none", "storage: {url: aseanwatch.db}", "storage: {url: 'sqlite:///aseanwatch.db'}", "storage.url", "allowed: sqlite:///FILE"),
        _line("a set of relevance that is not there", "relevance: {against: [disputes], matters: [rail]}", "relevance: {against: [dispute], matters: [rail]}", "relevance.against", "did you mean $dispute?"),
    ],
    "What leaves nothing over": [
        _subscription("a language of no source", f"{{{_MAIL}, languages: [ja]}}", f"{{{_MAIL}, languages: [zh]}}", "languages[0]", "no source is in ja, so that nothing in it comes; add one, or write languages that there are: en, zh"),
        _subscription("one of several languages", f"{{{_MAIL}, languages: [zh, vi]}}", f"{{{_MAIL}, languages: [zh]}}", "languages[1]", "no source is in vi"),
        _subscription("a code that would become another without news", f"{{{_MAIL}, languages: ['no']}}", f"{{{_MAIL}, languages: [en]}}", "languages[0]", "no report is in no; write the language of a source: en, zh"),
        _subscription("quiet hours that leave a minute", f"{{{_MAIL}, when: instant, quiet: '00:00-23:59'}}", f"{{{_MAIL}, when: instant, quiet: '22:00-07:00'}}", "quiet", "leaves 1 min a day"),
        _subscription("quiet hours that end before they begin to help", f"{{{_MAIL}, when: hourly, quiet: '08:00-07:30'}}", f"{{{_MAIL}, when: hourly, quiet: '22:00-07:30'}}", "quiet", "leaves 30 min a day"),
        _subscription("quiet hours of a daily digest", f"{{{_MAIL}, when: daily 07:30, quiet: '22:00-07:00'}}", f"{{{_MAIL}, when: daily 07:30}}", "quiet", "has no effect on daily 07:30"),
    ],
    "Queries: signs in quotation marks": [
        _query("an operator in quotation marks", '"railway NEAR/5 Laos"', "railway NEAR/5 Laos", "write railway NEAR/5 Laos"),
        _query("a joining word in quotation marks", '"铁路 OR 公路"', "铁路 OR 公路", "write 铁路 OR 公路"),
        _query("a term set in quotation marks", '"$rail"', "$rail", "write $rail without them"),
        _query("a field in quotation marks", '"title:railway"', "title:railway", "write title:railway"),
        _query("a language in quotation marks", 'railway AND "lang:zh"', "railway AND lang:zh", "write lang:zh without them"),
        _query("a star inside a phrase", '"rail* way"', "rail* ONEAR/0 way", "write rail* ONEAR/0 way"),
        _query("two stars in a phrase", '"railway* way*"', "railway* ONEAR/0 way*", "write railway* ONEAR/0 way*"),
        _query("a weight in quotation marks", '"railway^2", road', "railway^2, road", "write railway^2"),
    ],
    "Cures that are none": [
        _query("places of no party", "$rail AND $places_JP", "$rail AND $country_JP", "JP is no party here, so that its places are not read; write $country_JP"),
        _query("people of no party", "$rail AND $people_JP", "$rail AND $country_JP", "JP is no party here, so that its people are not read"),
        _query("a country that is none", "$rail AND $country_XX", "$rail AND $country_JP", "XX is no country"),
        _query("the people of a country by another name", "$rail AND $demonyms_TH", "$rail AND $country_TH", "write $country_TH"),
        _query("one term that shall be two", "ATLEAST/2 (railway, railway)", "railway", "there is one term alone; write it without ATLEAST"),
    ],
}  # fmt: skip


def page() -> str:
    """The page of all of them, with what the program says."""
    count = sum(map(len, TABLE.values()))
    lines = [
        "# Wrong configurations\n",
        "<!-- Made from the code by `make docs`; changes here are lost. -->\n",
        f"What `aseanwatch check` says of {count} mistakes: the line, the key, and what to write instead. The console says the same"
        " of what is changed in it, and the log of `run`, `web` and `worker` and the output of `crawl` when they start. An error ends"
        " the command with status 2, and a running service keeps to what the file said before; a warning changes nothing.\n",
    ]
    for title, rows in TABLE.items():
        lines += [f"## {title}\n", "| mistake | written | said | mended |", "|---|---|---|---|"]
        lines += map(_row, rows)
        lines.append("")
    return "\n".join(lines)


def _row(row: WrongConfiguration) -> str:
    kind, problem = told(row)
    wrong, right = _different(row.wrong, row.right)
    variables = "".join(f"<br>with `{name}={value}`" for name, value in row.environment.items())
    mended = _code(right) if row.right != row.wrong else "the same, with a real one in the environment"
    place = f"line {problem.line}, " if problem.line > 0 else ""
    key = f"`{problem.key}`: " if problem.key else ""
    said = _text(problem.message)
    return f"| {row.what} | {_code(wrong)}{variables} | {kind}, {place}{key}{said} | {mended} |"


def _different(wrong: str, right: str) -> tuple[list[str], list[str]]:
    """The lines that the cure changes, of both."""
    one, other = wrong.splitlines(), right.splitlines()
    if one == other:
        return one, other
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while len(one) > 1 and len(other) > 1 and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one or ["(nothing)"], other or ["(nothing)"]


def _code(lines: list[str]) -> str:
    """Lines of YAML in a cell; several as a block that keeps its blanks."""
    if len(lines) == 1:
        return f"<code>{_text(lines[0].strip())}</code>"
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    return f"<pre>{'&#10;'.join(_text(line[margin:]) for line in lines)}</pre>"


def _text(text: str) -> str:
    """A text in a cell, of which Markdown makes nothing else."""
    signs = {sign: f"&#{ord(sign)};" for sign in "|*_`[]<>~$\\\t"}
    return "".join(signs.get(sign, sign) for sign in text.replace("&", "&amp;").replace("\n", " "))


def told(row: WrongConfiguration) -> tuple[str, ConfigProblem]:
    """What the program says of a mistake: an error or a warning, and the problem.

    Raises:
        ValueError: it says nothing of it.
    """
    return told_among(row, said_of(row.wrong, row.environment))


def told_among(row: WrongConfiguration, found: list[tuple[str, ConfigProblem]]) -> tuple[str, ConfigProblem]:
    """The same from all that it says of the fragment."""
    for kind, problem in found:
        if problem.key == row.key.rstrip(".") and row.says in problem.message:
            return kind, problem
    raise ValueError(f"{row.what}: nothing says {row.says!r} of {row.key}, but: {found}")
