"""What models answer, as the forms that are asked for. An answer is read strictly: what does not fit its form is none."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from crawler.assist.model import AssistError, CheckRequest, Opinion, Statement

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_THOUGHT = "(?:think|thinking|thought|reasoning)"
# Templates of some models begin the thoughts themselves, so that only the end of them is in the answer.
_THOUGHTS = re.compile(rf"\A\s*(?:<{_THOUGHT}>|(?![\s{{\[`])).*?</{_THOUGHT}>", re.DOTALL)
_FENCE = re.compile(r"\A```[a-zA-Z]*[ \t]*\n(.*?)\n?[ \t]*```\Z", re.DOTALL)


def _printable(words: str) -> str:
    if _UNPRINTABLE.search(words):
        # PostgreSQL keeps no NUL, and none of the others is part of a text.
        raise ValueError("holds control characters")
    return words.strip()


Words = Annotated[str, Field(max_length=20_000), AfterValidator(_printable)]
"""A text of a machine: no longer than any passage could become, without control characters, without blanks around it."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TranslatedPassage(_Form):
    """The translation of the passage with that id."""

    id: int
    text: Words


class Translations(_Form):
    """The answer to the task ``translate``."""

    translations: list[TranslatedPassage] = Field(max_length=1_000)


class AnsweredStatement(_Form):
    """A sentence of a brief, with the numbers of the reports that say it."""

    text: Words
    reports: list[int] = Field(min_length=1, max_length=50)


class BriefSentences(_Form):
    """The answer to the task ``brief``."""

    statements: list[AnsweredStatement] = Field(min_length=1, max_length=2)


class SecondReading(_Form):
    """The answer to the task ``check``. What decides comes first, so that a model looks for it before it judges."""

    report: int
    quote: Words
    name: Words
    places: list[Words] = Field(max_length=20)
    stage: Words
    verdict: Literal["yes", "no", "unsure"]


F = TypeVar("F", bound=_Form)


def answered(form: type[F], content: str) -> F:
    """An answer of a model in its form. Thoughts before it and the fence of a code block around it are left out.

    Raises:
        AssistError: it does not fit; its words are not repeated.
    """
    try:
        said = json.loads(_bare(content), object_pairs_hook=_without_repeats, parse_constant=_no_number)
        return form.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        raise AssistError(
            "unreadable", f"the answer does not fit the form that was asked for ({place}: {first['type']})"
        ) from None
    except (ValueError, RecursionError):
        raise AssistError("unreadable", "the answer is no JSON") from None


def texts_in(content: str, count: int) -> tuple[str | None, ...]:
    """The translations of so many passages in their order; None where one is missing or empty.

    Raises:
        AssistError: there is none at all, one of a passage that there is not, or two of one.
    """
    texts: dict[int, str] = {}
    for one in answered(Translations, content).translations:
        if not 1 <= one.id <= count or one.id in texts:
            raise AssistError("unreadable", f"the answer has the passage {one.id} twice, or there is none")
        texts[one.id] = one.text
    if not any(texts.values()):
        raise AssistError("unreadable", "the answer has no translation")
    return tuple(texts.get(number) or None for number in range(1, count + 1))


def statements_in(content: str, numbers: Collection[int]) -> tuple[Statement, ...]:
    """The statements of a brief.

    Raises:
        AssistError: one is empty, or names another report than these.
    """
    found = answered(BriefSentences, content).statements
    if not all(one.text and set(one.reports) <= set(numbers) for one in found):
        raise AssistError("unreadable", "a statement is empty, or names a report that there is not")
    return tuple(Statement(one.text, tuple(dict.fromkeys(one.reports))) for one in found)


def opinion_in(content: str, request: CheckRequest) -> Opinion:
    """The opinion on a candidate.

    Raises:
        AssistError: it names a stage or a report that there is not.
    """
    found = answered(SecondReading, content)
    if found.stage and found.stage not in request.stages:
        raise AssistError("unreadable", "the answer names a stage that there is not")
    is_there = any(report.number == found.report for report in request.reports)
    if not is_there and (found.quote or found.verdict == "yes"):
        raise AssistError("unreadable", f"the answer names the report {found.report}, which there is not")
    places = tuple(place for place in found.places if place)
    return Opinion(found.verdict, found.name, places, found.stage, found.quote, found.report)


def schema_of(form: type[_Form]) -> dict[str, Any]:
    """The JSON Schema of an answer, in the part of the language that strict servers take."""
    schema: dict[str, Any] = _plain(form.model_json_schema())
    return schema


def _plain(schema: Any) -> Any:
    """A schema without what strict servers refuse or need not read: titles, lengths, and references instead of what they mean."""
    definitions = schema.get("$defs", {})

    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return plain(definitions[part["$ref"].rpartition("/")[2]])
        return {
            name: _named(value) if name == "properties" else plain(value)
            for name, value in part.items()
            if name not in _LEFT_OUT
        }

    def _named(properties: dict[str, Any]) -> dict[str, Any]:
        return {name: plain(value) for name, value in properties.items()}

    return plain(schema)


_LEFT_OUT = {"$defs", "title", "description", "maxLength", "minItems", "maxItems"}


def _bare(content: str) -> str:
    bare = _THOUGHTS.sub("", content, count=1).strip()
    fenced = _FENCE.match(bare)
    return fenced[1] if fenced else bare


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
