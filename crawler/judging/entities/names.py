"""Names around a term: a base's full name, and the Latin-script names that tie reports together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from crawler.judging.text.dates import calendar_names
from crawler.judging.text.matching import Field, Hit
from crawler.judging.text.script import main_script, script_of
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_JOINING = {"of", "for", "and", "the", "a", "&", "dan", "untuk", "bagi", "và", "de", "da", "do", "du", "des", "para", "ng", "der",
            "für", "und"}  # fmt: skip
_HEAD_FIRST = {"id", "ms", "vi", "th", "lo", "km", "my", "tl", "fr", "pt", "es", "ar"}
_TOKEN = re.compile(r"[^\s,.;:!?()\[\]\"“”«»]+")
_HAN_STOP = re.compile(
    r".*(?:在|将|的|了|(?<!华)为|即|首个|首批|第一批|(?<![创更革])新(?![兴能加疆材型一质])|个|(?<!国)家|座|举行|举办|正式|启动|成立|揭牌|签署|建设|建立|设立|共建|打造|推进|推动|加快|是|与会|仪式|获批|批准|项目|及|等|日(?!本)|暨|当天|宣布|位于|同意|一个)"
)
_UNSPACED_STOP = re.compile("อย่างเป็นทางการ|เมื่อ|ຢ່າງເປັນທາງການ|កាលពី|នៅ|ကို|တွင်")
"""Officially, when, at: words of Thai, Lao, Khmer and Burmese that no name goes on behind."""
_LATIN_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’.-]*[\w](?:[ -][A-ZÀ-Þ0-9][\w'’.-]*[\w])*")
_PUNCTUATION = re.compile(r"[，。！？；：、（）()《》“”\"'「」『』\s,.;:!?]")


def base_name(place: Field, hit: Hit, lang: str | None, launches: Sequence[Hit] = ()) -> str:
    """The name of a base as the article writes it, grown from the word for its kind to both sides.

    Args:
        place: the headline or the text.
        hit: the word for its kind.
        lang: the text's language.
        launches: words for its coming into being; the name ends before them.
    """
    low, high = place.normal.span(hit.start, hit.end)
    before = [
        place.normal.span(h.start, h.end)[1] for h in launches if h.field == hit.field and h.end <= hit.start
    ]
    behind = [
        place.normal.span(h.start, h.end)[0] for h in launches if h.field == hit.field and h.start >= hit.end
    ]
    reach = weights().names.reach
    # A name ends at an act: in "launches the X base" the verb has a capital in many headlines.
    left = place.original[max([0, low - reach, *before]) : low]
    right = place.original[high : min([high + reach, *behind])]
    return _GROWERS.get(script_of(place.normal.text[hit.start]), _spaced_name)(
        left, place.original[low:high], right, lang
    )


def _han_name(left: str, core: str, right: str, lang: str | None) -> str:
    before = _PUNCTUATION.split(left[-weights().names.reach_han :])[-1]
    stop = _HAN_STOP.match(before)
    after = re.match(r"[（(]?[\u4e00-\u9fff]{0,4}?(?:园|区|中心|基地)", right[:6])
    return (before[stop.end() :] if stop else before) + core + (after[0] if after else "")


def _unspaced_name(left: str, core: str, right: str, lang: str | None) -> str:
    after = re.match(r"[^\s,.;:។၊။]{0,60}(?: ?[-–] ?[^\s,.;:។၊။]{1,20})?", right)
    return _UNSPACED_STOP.split(core + (after[0] if after else ""))[0][: weights().names.longest_unspaced]


def _spaced_name(left: str, core: str, right: str, lang: str | None) -> str:
    before = _grown(left, backwards=True)
    after = _grown(right, backwards=False)
    if lang in _HEAD_FIRST:
        # Heads stand first in these languages; a capitalised word
        # before one mostly begins the sentence or another name.
        before = before if before[:1].isupper() and len(before) < weights().names.before_head else ""
        after = after or _described(right)
    return re.sub(r"\s+", " ", f"{before} {core} {after}").strip(" -–'\"")


@cache
def _stops() -> frozenset[str]:
    return frozenset(table("bases.yaml")["name_stops"])


def _described(right: str) -> str:
    """What describes a place of work behind the word for it, as far as a capitalised name: "pusat riset *padi Tiongkok-Laos* di …"."""
    stops = _stops()
    words = _TOKEN.findall(re.split(r"[,.;:!?()\n\"“”]", re.sub(r"(?<=\\w) [-–] (?=[A-Z])", "-", right))[0])[
        : weights().names.description
    ]
    taken: list[str] = []
    for place, word in enumerate(words):
        if word.lower() in stops:
            break
        taken.append(word)
        if word[:1].isupper() and not (words[place + 1 : place + 2] and words[place + 1][:1].isupper()):
            return " ".join(taken)
    return ""


_GROWERS: dict[str, Callable[[str, str, str, str | None], str]] = {
    "han": _han_name,
    **dict.fromkeys(("thai", "lao", "khmer", "myanmar"), _unspaced_name),
}


def _grown(text: str, *, backwards: bool) -> str:
    """The run of capitalised words next to the term; joining words count only between two of them."""
    stop = re.compile(r"[,.;:!?()\[\]\"“”«»](?:\s|$)|[\n\"“”()]")
    cuts = list(stop.finditer(text))
    if cuts:
        text = text[cuts[-1].end() :] if backwards else text[: cuts[0].start()]
    words = _TOKEN.findall(text)
    words = words[::-1] if backwards else words
    taken: list[str] = []
    for word in words[: weights().names.most_words]:
        if not (word[:1].isupper() or word[:1].isdigit() or word.lower() in _JOINING):
            break
        taken.append(word)
    # Joining words count only between two words of the name.
    while taken and taken[-1].lower() in _JOINING:
        taken.pop()
    return " ".join(taken[::-1] if backwards else taken)


@cache
def _no_names() -> frozenset[str]:
    """Words that stand with a capital and are no names: titles, months, days of the week."""
    dated = {word for names in calendar_names() for word in names}
    return frozenset(table("surnames.yaml")["titles"]) | dated


def latin_names(text: str, lang: str | None) -> frozenset[str]:
    """The words of Latin-script proper names of a text, in lower case and of three letters at least.

    Whatever is capitalised inside a sentence, or stands in a text of another script; titles, months and days are left out.
    """
    least = weights().names.least_latin
    own_script = main_script(text) == "latin"
    found: set[str] = set()
    for match in _LATIN_NAME.finditer(text):
        before = text[: match.start()].rstrip()
        starts_sentence = not before or before[-1] in '.!?:\n—–"“'
        name = match[0]
        # A single capitalised word at the beginning of a sentence may be any word.
        if own_script and starts_sentence and " " not in name and not name.isupper():
            continue
        words = (word.removesuffix("'s").removesuffix("’s") for word in re.split(r"[\s-]", name.casefold()))
        found |= {
            word for word in words if len(word) >= least and not word[0].isdigit() and word not in _no_names()
        }
    return frozenset(found)
