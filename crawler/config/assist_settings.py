"""The section of config.yaml that says which machine assistant is asked, for what, and how much."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

from crawler.config.references import FromEnvironment
from crawler.config.section import Lang, Secret, Section, Url
from crawler.config.values import AssistantKind, Duration

AssistTask = Literal["translate", "brief", "check"]


class AssistantSettings(Section):
    """One assistant: which, where, for what."""

    kind: AssistantKind = Field(
        "",
        description="libretranslate, argos, openai (any endpoint of its chat protocol) or demo; installed packages can add kinds; empty: none",
    )
    url: Annotated[Url | None, FromEnvironment()] = Field(None, description="where it answers")
    key: Secret = Field(SecretStr(""), description="its key, from the environment; empty: it needs none")
    model: Annotated[str, FromEnvironment()] = Field("", description="which model it is to use")
    tasks: tuple[AssistTask, ...] = Field((), description="what it is asked for; empty: all that it can")
    timeout: Duration = Field(timedelta(seconds=60), description="for each answer")
    batch: int = Field(16, ge=1, le=200, description="most passages in one request")
    price_in: float = Field(0.0, ge=0, description="money for a million tokens that it reads")
    price_out: float = Field(0.0, ge=0, description="money for a million tokens that it writes")


class AssistBudget(Section):
    """What all assistants together may take in a day (UTC); afterwards nothing is asked until the next one."""

    requests: int | None = Field(None, ge=0, description="most requests; default: no limit")
    tokens: int | None = Field(None, ge=0, description="most tokens, read and written; default: no limit")
    money: float | None = Field(
        None, ge=0, description="most money, by price_in and price_out; default: no limit"
    )


class AssistSettings(AssistantSettings):
    """Machine translation, briefs and a second reader. Off unless ``kind`` is set; nothing ever waits for it."""

    also: tuple[AssistantSettings, ...] = Field(
        (), description="further assistants; each task goes to the first that is asked for it"
    )
    languages: tuple[Lang, ...] = Field(
        (), description="into which; default: English and the languages of the subscriptions"
    )
    budget: AssistBudget = AssistBudget()
    fresh: Duration = Field(
        timedelta(days=3), description="news that is older when it comes is not sent to an assistant"
    )
    second_reader: Literal["off", "advise", "agree"] = Field(
        "off",
        description="off; advise: its opinion on doubtful bases is shown; agree: it may hold back or bring an alert within `doubtful`",
    )
    doubtful: tuple[float, float] = Field(
        (0.3, 0.8), description="how sure of a base the rules must be at least and at most for it to be asked"
    )
    patience: Duration = Field(
        timedelta(seconds=20),
        description="how long the alert of a doubtful base waits for its opinion while it answers; 0: never",
    )

    @field_validator("doubtful")
    @classmethod
    def _is_a_range(cls, value: tuple[float, float]) -> tuple[float, float]:
        low, high = value
        if not 0 <= low <= high <= 1:
            raise ValueError(
                f"from {low:g} to {high:g} is no range of a share; write two numbers from 0 to 1, the lower one first, such as [0.3, 0.8]"
            )
        return value

    @property
    def enabled(self) -> bool:
        """Whether there is an assistant."""
        return bool(self.kind)

    @property
    def assistants(self) -> tuple[AssistantSettings, ...]:
        """All that are set up, in the order in which they are asked."""
        return (self, *self.also) if self.enabled else ()
