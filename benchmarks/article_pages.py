"""How well articles are read from pages, beside other readers: ``python -m benchmarks.article_pages [--held-back] [--seeds N]``.

The pages are those of `benchmarks.layouts`. For each group of languages: F1 of the text (pairs of neighbouring characters), the share of
headlines and teasers of other stories that were kept, the share of titles that are exactly right and of those that are right by what the
page states (`benchmarks.page_labels`), the share of right sets of authors where the label names any, the share of pages without authors
for which none was found, and CPU time a page. Then, by the product's own judgement: how many articles about something else become relevant
by what stands around them. Where a folder of real pages is at hand, it is measured instead (``--folder``): NAME.html in UTF-8 with NAME.json
of ``url`` and whatever is known of ``lang``, ``group``, ``text``, ``title`` and ``authors`` (an empty list: the page names none).
"""

from __future__ import annotations

import argparse
import json
import logging
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median

import trafilatura
from lxml import html as lxml_html
from trafilatura.metadata import extract_metadata

from benchmarks.extraction import f1
from benchmarks.layouts import authors_of, pages
from benchmarks.page_labels import is_right_title, key, names
from crawler.model import Article
from crawler.parsing.pages import PageError, read_page
from tests.builders import NOON, shipped_judge

URL = "https://news.example/2025/11/28/story-1.html"


@dataclass(frozen=True, slots=True)
class Sample:
    """A page with what should be read of it; what is None is not measured."""

    lang: str
    layout: str
    html: str
    url: str
    text: str | None
    title: str | None
    authors: tuple[str, ...] | None
    foreign: tuple[str, ...] = ()
    named: str = ""

    @property
    def group(self) -> str:
        """The group that it was given, else that of its language."""
        return self.named or (self.lang if self.lang in ("en", "zh", "id") else "other")


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader made of a page; None where it reads no such thing."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] | None = None


def ours(html: str, url: str) -> Found:
    try:
        page = read_page(html.encode(), url=url, seen=NOON)
    except PageError:
        return Found("", "", ())
    return Found(page.text, page.title, tuple((page.author or "").split(", ")) if page.author else ())


def by_trafilatura(html: str, url: str) -> Found:
    tree = lxml_html.fromstring(html)
    metadata = extract_metadata(tree, default_url=url)
    names = tuple(filter(None, ((metadata.author if metadata else None) or "").split("; ")))
    return Found(trafilatura.extract(html, url=url) or "", metadata.title if metadata else "", names)


def by_readability(html: str, url: str) -> Found:
    import readability

    document = readability.Document(html, url=url)
    try:
        return Found(lxml_html.fromstring(document.summary()).text_content(), document.short_title())
    except ValueError:
        return Found("", document.short_title())


def by_newspaper4k(html: str, url: str) -> Found:
    import newspaper

    settings = newspaper.Config()
    settings.fetch_images = False  # it would ask the network for each
    article = newspaper.Article(url, config=settings)
    article.download(input_html=html)
    article.parse()
    return Found(article.text, article.title, tuple(article.authors))


def by_goose3(html: str, url: str) -> Found:
    import goose3

    found = goose3.Goose({"enable_image_fetching": False}).extract(url=None, raw_html=html)
    return Found(found.cleaned_text, found.title, tuple(a for a in found.authors if isinstance(a, str)))


def by_resiliparse(html: str, url: str) -> Found:
    from resiliparse.extract.html2text import extract_plain_text

    return Found(extract_plain_text(html, main_content=True, links=False, form_fields=False))


def by_justext(html: str, url: str) -> Found:
    import justext

    stops = frozenset(word for name in justext.get_stoplists() for word in justext.get_stoplist(name))
    return Found("\n".join(p.text for p in justext.justext(html.encode(), stops) if not p.is_boilerplate))


def by_boilerpy3(html: str, url: str) -> Found:
    from boilerpy3 import extractors

    return Found(extractors.ArticleExtractor(raise_on_failure=False).get_content(html))


READERS: dict[str, Callable[[str, str], Found]] = {
    "ours": ours, "trafilatura": by_trafilatura, "readability-lxml": by_readability, "newspaper4k": by_newspaper4k, "goose3": by_goose3,
    "resiliparse": by_resiliparse, "justext": by_justext, "boilerpy3": by_boilerpy3,
}  # fmt: skip


def is_installed(name: str) -> bool:
    """Whether a reader can be asked. newspaper4k is installed apart from the others (requirements/bench-alone.txt)."""
    return find_spec("newspaper") is not None if name == "newspaper4k" else True


def made(held_back: bool, seeds: int) -> list[Sample]:
    """The pages of our own layouts."""
    return [
        Sample(
            p.story.lang,
            p.layout,
            p.html,
            URL,
            p.text,
            p.story.title,
            authors_of(p),
            (*p.story.others, *p.story.teasers),
        )
        for p in pages(held_back, range(seeds))
    ]


def of_folder(folder: Path) -> list[Sample]:
    """Pages of a folder, each beside a file that says what is in it."""
    found = []
    for truth in sorted(folder.glob("*.json")):
        told = json.loads(truth.read_text(encoding="utf-8"))
        html = truth.with_suffix(".html").read_text(encoding="utf-8", errors="replace")
        authors = told.get("authors")
        sample = Sample(
            told.get("lang", "en"),
            "real",
            html,
            told["url"],
            told.get("text"),
            told.get("title"),
            None if authors is None else tuple(authors),
            named=told.get("group", ""),
        )
        found.append(sample)
    return found


@dataclass(slots=True)
class Scores:
    """What a reader reached on the pages of a group."""

    text: list[float]
    foreign: list[float]
    titles: list[bool]
    stated: list[bool]
    authors: list[bool]
    nobody: list[bool]
    seconds: list[float]

    def line(self) -> str:
        """All of it, what was not measured as a dash."""
        parts = [self.text, self.foreign, self.titles, self.stated, self.authors, self.nobody]
        shown = [f"{mean(p):>8.3f}" if p else f"{'-':>8}" for p in parts]
        return "".join(shown) + f"{median(self.seconds) * 1000:>8.1f}"


def scores_of(read: Callable[[str, str], Found], samples: Iterable[Sample]) -> Scores:
    scores = Scores([], [], [], [], [], [], [])
    for sample in samples:
        begin = time.process_time()
        try:
            found = read(sample.html, sample.url)
        except Exception:  # a peer may raise anything; it has found nothing then
            found = Found()
        scores.seconds.append(time.process_time() - begin)
        if sample.text is not None:
            scores.text.append(f1(found.text, sample.text))
        own = key(sample.text)
        others = [o for o in map(key, sample.foreign) if o not in own]
        if others:
            scores.foreign.append(sum(o in key(found.text) for o in others) / len(others))
        if found.title is not None and sample.title:
            scores.titles.append(key(found.title) == key(sample.title))
            is_right = is_right_title(found.title, sample.title, sample.html)
            if is_right is not None:
                scores.stated.append(is_right)
        if found.authors is not None and sample.authors is not None:
            wanted = names(sample.authors)
            (scores.authors if wanted else scores.nobody).append(names(found.authors) == wanted)
    return scores


def relevant_by_others(samples: list[Sample], read: Callable[[str, str], Found]) -> tuple[int, int]:
    """How many articles about something else are judged relevant as they were read, and of how many."""
    others = [sample for sample in samples if not _is_relevant(sample, sample.text or "")]
    turned = 0
    for sample in others:
        try:
            turned += _is_relevant(sample, read(sample.html, sample.url).text)
        except Exception:  # as above
            continue
    return turned, len(others)


def _is_relevant(sample: Sample, text: str) -> bool:
    article = Article(sample.url, sample.title or "", text, "bench", NOON, lang_hint=sample.lang)
    return shipped_judge().classify(article).relevance.relevant


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--readers", default=",".join(name for name in READERS if is_installed(name)))
    parser.add_argument("--layouts", action="store_true", help="also by layout")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    samples = of_folder(asked.folder) if asked.folder else made(asked.held_back, asked.seeds)
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.group].append(sample)
        if asked.layouts:
            groups[f"layout {sample.layout}"].append(sample)
    print(f"{len(samples)} pages{'':34}  text F1 foreign  titles  stated authors  nobody ms/page")
    for group, members in groups.items():
        for name in asked.readers.split(","):
            print(f"{group:24} {name:20}{scores_of(READERS[name], members).line()}")
    if not asked.folder:
        for name in asked.readers.split(","):
            turned, of = relevant_by_others(samples, READERS[name])
            print(f"relevant only by what stands around: {name:20} {turned} of {of}")


if __name__ == "__main__":
    main()
