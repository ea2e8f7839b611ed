"""What in the section of assistants hardly works as it was meant: each with its key, and a cure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from importlib.util import find_spec
from urllib.parse import urlsplit

from crawler.config.assist_settings import AssistantSettings, AssistSettings
from crawler.config.secret_advice import is_placeholder
from crawler.config.settings import Settings
from crawler.config.values import format_duration
from crawler.runtime.argos_models import how_to_install, missing_pairs, models_folder
from crawler.runtime.extras import how_to_add
from crawler.runtime.public_addresses import AllowedHosts

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
_PACKAGES = {"argos": "argostranslate", "openai": "openai"}
"""The package that a kind needs; the extra is called as the kind."""
_UNREAD = {
    "argos": ("url", "key", "model", "price_in", "price_out"),
    "libretranslate": ("model", "price_in", "price_out"),
    "openai": (),
    "demo": ("url", "key", "model", "price_in", "price_out"),
}
"""The keys that a kind does not read."""
_ADDRESSES = {"libretranslate": "http://127.0.0.1:5000", "openai": "http://127.0.0.1:11434/v1"}
_TRANSLATES_ONLY = ("libretranslate", "argos")
_WITHOUT_MODELS = {"km": "Khmer", "lo": "Lao", "my": "Burmese"}
"""Languages of our news for which Argos, whose models LibreTranslate uses, has none (index of autumn 2026)."""
_WANT_KEYS = (
    "openai.com",
    "libretranslate.com",
    "openrouter.ai",
    "mistral.ai",
    "deepseek.com",
    "groq.com",
    "together.xyz",
)
_MOST_TOGETHER = 50
"""Passages in one request that a language model still keeps apart, and answers before it is cut off."""
_LONGEST_WAIT = timedelta(minutes=5)
_SHOWN = 3


def assist_advice(settings: Settings) -> Found:
    """Warnings, each with its key. Values may come from the environment, so that none is repeated."""
    assist = settings.assist
    if not assist.enabled:
        yield from _without_kind(assist)
        return
    places: tuple[Key, ...] = (("assist",), *(("assist", "also", i) for i in range(len(assist.also))))
    for place, one in zip(places, assist.assistants, strict=True):
        yield from _assistant(place, one)
    yield from _languages(settings)
    yield from _budget(assist)
    yield from _second_reader(assist)
    if assist.fresh <= timedelta(0):
        yield ("assist", "fresh"), "0s makes all news too old to be sent; write such as 3d"


def _without_kind(assist: AssistSettings) -> Found:
    given = sorted(assist.model_fields_set - {"kind"})
    if given:
        yield (
            ("assist", given[0]),
            "has no effect without an assistant; write kind: beside it (argos, libretranslate or openai), or leave it out",
        )


def _assistant(place: Key, one: AssistantSettings) -> Found:
    if not one.kind:
        yield (
            (*place, "kind"),
            "is missing, so that this assistant is never asked; write argos, libretranslate or openai",
        )
        return
    package = _PACKAGES.get(one.kind)
    # Without loading it: that takes half a second.
    if package is not None and find_spec(package) is None:
        yield (*place, "kind"), f"nothing is asked until its package is there; add it: {how_to_add(one.kind)}"
    for name in _UNREAD.get(one.kind, ()):
        if name in one.model_fields_set:
            yield (*place, name), f"has no effect on the kind {one.kind}; leave it out"
    if one.kind in _ADDRESSES:
        yield from _address(place, one)
    yield from _asked(place, one)


def _asked(place: Key, one: AssistantSettings) -> Found:
    """What is asked of it, and how."""
    if one.kind == "openai" and not one.model:
        yield (*place, "model"), "is missing; write the name of a model that the server has, such as qwen3:8b"
    if one.kind in _TRANSLATES_ONLY:
        for i, task in enumerate(one.tasks):
            if task != "translate":
                yield (
                    (*place, "tasks", i),
                    f"{one.kind} only translates; write translate here, and an assistant of kind openai for {task} under also:",
                )
    if one.timeout <= timedelta(0):
        yield (*place, "timeout"), "0s ends every request before it begins; write such as 60s"
    if one.kind == "openai" and one.batch > _MOST_TOGETHER:
        yield (
            (*place, "batch"),
            f"more than {_MOST_TOGETHER} passages at once are mixed up or cut off by most models; write such as 16",
        )


def _address(place: Key, one: AssistantSettings) -> Found:
    if one.url is None:
        yield (*place, "url"), f"is missing: where it answers; write such as {_ADDRESSES[one.kind]}"
        return
    parts = urlsplit(one.url)
    key = one.key.get_secret_value().strip()
    host = parts.hostname or ""
    if "@" in parts.netloc:
        yield (
            (*place, "url"),
            "holds a user or a password, which is never sent; leave it out, and put a key under key: ${NAME}",
        )
    if key and parts.scheme == "http" and _is_public(host):
        yield (*place, "url"), "sends the key in the clear over the internet; write https://"
    if key and is_placeholder(key) and _is_public(host):
        yield (*place, "key"), "is a placeholder; put the real key into the environment"
    if not key and any(f".{host}".endswith(f".{site}") for site in _WANT_KEYS):
        yield (
            (*place, "key"),
            "is missing, without which it refuses us; write ${ASSIST_KEY}, and the key into the environment",
        )


def _is_public(host: str) -> bool:
    hosts = AllowedHosts()
    return hosts.host_allowed(host) and not hosts.is_inner_name(host)


def _languages(settings: Settings) -> Found:
    assist = settings.assist
    translators = [a for a in assist.assistants if not a.tasks or "translate" in a.tasks]
    if not translators or any(a.kind not in _TRANSLATES_ONLY for a in translators):
        return
    for i, lang in enumerate(assist.languages):
        if lang in _WITHOUT_MODELS:
            yield (
                ("assist", "languages", i),
                f"there are no models into {_WITHOUT_MODELS[lang]} for {' and '.join(a.kind for a in translators)}; add an assistant"
                " of kind openai under also:, or leave it out",
            )
    spoken = {s.lang for s in settings.sources if s.lang and s.enabled and s.assist}
    yield from _unread(settings, translators, spoken & set(_WITHOUT_MODELS))
    if any(a.kind != "argos" for a in translators) or find_spec(_PACKAGES["argos"]) is None:
        return
    sent = sorted(spoken - set(_WITHOUT_MODELS))
    wanted = [to for to in assist.languages or ("en",) if to not in _WITHOUT_MODELS]
    missing = missing_pairs((lang, to) for lang in sent for to in wanted if lang != to)
    if missing:
        shown = ", ".join(f"{lang} into {to}" for lang, to in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        yield (
            ("assist", "kind"),
            f"there are no models for {shown}{more} in {models_folder()}; add them: {how_to_install(missing)}",
        )


def _unread(settings: Settings, translators: Sequence[AssistantSettings], langs: Collection[str]) -> Found:
    """Languages of sources that no model of these kinds reads; an operator's own model of Argos does."""
    wanted = settings.assist.languages or ("en",)
    own = any(a.kind == "argos" for a in translators)
    unread = [lang for lang in sorted(langs) if not own or missing_pairs((lang, to) for to in wanted)]
    if not unread:
        return
    names = [_WITHOUT_MODELS[lang] for lang in unread]
    said = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    count = sum(s.enabled and s.assist and s.lang in unread for s in settings.sources)
    yield (
        ("assist", "kind"),
        f"there are no models for {said}, which {count} {'source writes' if count == 1 else 'sources write'}, so that their news stays as it is;"
        " add an assistant of kind openai under also: (aseanwatch assist status says what a server of yours reads)",
    )


def _budget(assist: AssistSettings) -> Found:
    key, budget = ("assist", "budget"), assist.budget
    is_open = budget.requests is None and budget.tokens is None and budget.money is None
    priced = [a for a in assist.assistants if a.price_in or a.price_out]
    remote = [
        a
        for a in assist.assistants
        if a.kind == "openai" and a.url and _is_public(urlsplit(a.url).hostname or "")
    ]
    if is_open and (priced or remote):
        why = "has a price" if priced else "is on the internet"
        yield (
            key,
            f"has no limit, though an assistant {why}; write such as budget: {{requests: 2000, tokens: 2000000}}",
        )
    if budget.money is not None and not priced:
        yield (
            (*key, "money"),
            "is never reached, for no assistant has a price; write price_in and price_out, or a limit of tokens in its place",
        )
    for name in ("requests", "tokens", "money"):
        if getattr(budget, name) == 0:
            yield (
                (*key, name),
                "is 0, so that nothing is ever asked; write more, or leave it out for no limit",
            )


def _second_reader(assist: AssistSettings) -> Found:
    if assist.second_reader == "off":
        return
    can = [
        a for a in assist.assistants if a.kind not in _TRANSLATES_ONLY and (not a.tasks or "check" in a.tasks)
    ]
    if not can:
        yield (
            ("assist", "second_reader"),
            f"is {assist.second_reader}, but no assistant is asked to check; add one of kind openai under also:, or write off",
        )
    low, high = assist.doubtful
    if low == high:
        yield ("assist", "doubtful"), f"no base is between {low:g} and {high:g}; write such as [0.3, 0.8]"
    elif high - low > 0.9:
        yield (
            ("assist", "doubtful"),
            "nearly every base counts as doubtful, and costs a request; write such as [0.3, 0.8]",
        )
    if assist.second_reader == "agree" and assist.patience > _LONGEST_WAIT:
        yield (
            ("assist", "patience"),
            f"alerts of doubtful bases wait for {format_duration(assist.patience)} while it answers; write such as 20s",
        )
