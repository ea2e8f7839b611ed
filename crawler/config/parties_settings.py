"""The section of config.yaml that says between whom the cooperation is."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from crawler.config.section import Section
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.territories import parties, territory


def _several(value: Any) -> Any:
    """One name, or a list of them."""
    return [value] if isinstance(value, str | int) else value


def _named(value: Any) -> Any:
    """A code or name as it is written: YAML reads 002 as a number, and NO as "no"."""
    if value is False:
        return "NO"
    return f"{value:03d}" if isinstance(value, int) and not isinstance(value, bool) else value


def _codes(value: Any) -> Any:
    several = _several(value)
    return [territory(str(_named(one))) for one in several] if isinstance(several, list | tuple) else several


Side = Annotated[tuple[str, ...], BeforeValidator(_codes), Field(min_length=1)]


class PartiesSettings(Section):
    """Between whom cooperation is news: countries (ISO 3166), regions (UN M.49) and groups, by code or English name."""

    ours: Side = Field(
        CHINA_ASEAN.ours.codes,
        description="the side that all news is about, such as [CN, HK, MO], India or EU; the first stands for it",
    )
    theirs: Side = Field(
        CHINA_ASEAN.theirs.codes, description="the other side, such as ASEAN, Africa or [BR, AR]"
    )

    @model_validator(mode="after")
    def _are_two(self) -> PartiesSettings:
        _ = self.sides
        return self

    @cached_property
    def sides(self) -> Parties:
        """Both sides with their countries."""
        shipped = (self.ours, self.theirs) == (CHINA_ASEAN.ours.codes, CHINA_ASEAN.theirs.codes)
        return CHINA_ASEAN if shipped else parties(self.ours, self.theirs)
