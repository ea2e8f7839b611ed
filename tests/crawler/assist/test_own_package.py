"""An assistant of another package: the example's, which asks an organisation's gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawler.assist.model import Assistant, AssistError, Passage, TranslationRequest
from crawler.config.assist_settings import AssistantSettings
from tests.assist_servers import Fault, LoopbackServer

EXAMPLE = Path(__file__).parents[3] / "examples" / "aseanwatch_extras"
KEY = "k-9hJ2mQx7"


class Gateway(LoopbackServer):
    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        asked = json.loads(body)
        if headers.get("X-Key") != KEY:
            return Fault(401, b'{"message": "who is this?"}')
        if "壊" in asked["text"]:
            return Fault(200, b"{}")
        return Fault(200, json.dumps({"text": f"{asked['to']}: {asked['text']}"}).encode())


def test_it_translates_keeps_names_and_tells_its_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    from aseanwatch_extras.gateway import GatewayAssistant

    def asked(text: str, **names: str) -> TranslationRequest:
        return TranslationRequest((Passage(text, "id"),), "en", names)

    with Gateway() as gateway:
        own = AssistantSettings(url=gateway.address, key=SecretStr(KEY)).model_copy(
            update={"kind": "gateway"}
        )
        one: Assistant = GatewayAssistant(own)
        assert one.reads("id", "en") and not one.reads("lo", "en")
        assert one.translate(asked("Taman Indah", Indah="Beauty Park")).texts == ("en: Taman Beauty Park",)
        with pytest.raises(AssistError) as caught:
            one.translate(asked("壊"))
        assert caught.value.kind == "unreadable"
        with pytest.raises(AssistError, match="look at key") as caught:
            GatewayAssistant(own.model_copy(update={"key": SecretStr("")})).translate(asked("Taman"))
        assert caught.value.kind == "denied"
