"""What all sections of config.yaml have in common: they are frozen, closed to unknown keys, and share types of values."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator
from pydantic.json_schema import GenerateJsonSchema

from crawler.config.references import FromEnvironment
from crawler.config.values import check_host_name, check_network, check_readable
from crawler.judging.territories import UnknownTerritoryError, countries_of, unknown_territory

LANG_PATTERN = r"^[a-z]{2}$"
COUNTRY_PATTERN = r"^([0-9]{3}|[A-Z][A-Z0-9_]+)$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
URL_PATTERN = r"^https?://[^\s/]+"


def known_territory(code: str) -> str:
    """The code of a country, region or group, if it is one.

    Raises:
        UnknownTerritoryError: it is none.
    """
    if not countries_of(code):
        raise UnknownTerritoryError(unknown_territory(code))
    return code


Lang = Annotated[str, Field(pattern=LANG_PATTERN)]
FrameLanguage = Literal["en", "id", "vi", "th", "zh"]
"""What the frame around the news can be written in: each has a catalogue in ``alerts/locale``."""
Country = Annotated[str, Field(pattern=COUNTRY_PATTERN), AfterValidator(known_territory)]
"""The code of a country (ISO 3166-1), or of a region or group of countries."""
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=80)]
Url = Annotated[str, Field(pattern=URL_PATTERN), AfterValidator(check_readable)]
HostName = Annotated[str, AfterValidator(check_host_name)]
Network = Annotated[str, AfterValidator(check_network)]


Secret = Annotated[SecretStr, FromEnvironment(only=True)]
"""A secret; it must come from the environment."""
_KINDS: dict[Any, str] = {
    int: "a number",
    float: "a number",
    str: "text (in quotes)",
    timedelta: "a duration such as 15m",
}


def _choices_of(kind: Any) -> str:
    """The values of a choice, in words."""
    choices = [str(choice) for choice in get_args(kind) if isinstance(choice, str)]
    return f"{', '.join(choices)}" if choices else "another value"


def _schema_name(class_name: str) -> str:
    """What the JSON Schema calls a section: ``ChannelSettings`` is ``Channel`` there, as it was when it was first published."""
    return class_name.removesuffix("Settings") or class_name


def _keys_of(annotation: Any) -> str:
    """What to write where a section is meant; empty where none is."""
    kinds = (annotation, *get_args(annotation))
    section = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)
    names = list(section.model_fields) if section is not None else []
    return f"keys of its own, such as {names[0]}:; leave it out for what is usual" if names else ""


class _SchemaOfSections(GenerateJsonSchema):
    """Writes the JSON Schema with the published names of the sections."""

    def normalize_name(self, name: str) -> str:
        return _schema_name(super().normalize_name(name))


class Section(BaseModel):
    """A part of config.yaml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, model_title_generator=lambda model: _schema_name(model.__name__)
    )

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The JSON Schema, as pydantic's own method gives it, with the published names."""
        return super().model_json_schema(*args, **{"schema_generator": _SchemaOfSections, **kwargs})

    @field_validator("*", mode="before")
    @classmethod
    def _no_boolean_is_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields.get(info.field_name or "")
        # To pydantic `true` is the number 1: `port: true` would pass.
        if (
            isinstance(value, bool)
            and field is not None
            and bool not in (field.annotation, *get_args(field.annotation))
        ):
            raise ValueError(
                f"{str(value).lower()} is a yes or no; allowed here: {_KINDS.get(field.annotation) or _keys_of(field.annotation) or _choices_of(field.annotation)}"
            )
        return value
