"""Webhooks by the Standard Webhooks scheme (standardwebhooks.com, version 1), signed.

The id is the delivery's, so a receiver that keeps ids sees each event once. Several secrets sign
side by side while one is being replaced by another.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import urllib3
from standardwebhooks import Webhook

from alerts.channels import DeliveryError
from alerts.channels.failures import Failure, class_of_status
from alerts.digests.message import OutgoingMessage
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError
from crawler.net.guard import Guard
from crawler.net.http import HttpAnswer, NotAllowedError, post
from crawler.net.unreachable import why_unreachable


class WebhookChannel:
    """Posts each digest as one event."""

    is_mail = False
    merges = False
    side_by_side = 1
    splits = frozenset({Failure.TOO_LARGE})

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if own.url is None:
            raise AseanwatchError("a webhook needs a url")
        self._url, self._timeout = own.url.get_secret_value(), own.timeout
        self._signers = [Webhook(_key(s)) for s in own.secret.get_secret_value().split()]
        if not self._signers:
            raise AseanwatchError(
                "a webhook needs a secret, such as whsec_ and 32 bytes in base64, from the environment: ${NAME}"
            )
        self._guard = Guard(settings.crawl.allow_private)

    def send(self, outgoing: OutgoingMessage) -> None:
        """Post one event; `alerts.channels.failures.class_of_status` says what an answer means."""
        body = json.dumps(event(outgoing), ensure_ascii=False, separators=(",", ":")).encode()
        # The moment of the attempt, not of the delivery:
        # receivers refuse what is older than some minutes.
        moment = int(time.time())
        identity = outgoing.message_id.strip("<>")
        headers = {
            "Content-Type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(moment),
            "webhook-signature": signatures(self._signers, identity, moment, body),
        }
        try:
            answer = post(self._guard, self._url, body, headers, self._timeout)
        except NotAllowedError as error:
            raise DeliveryError(str(error), Failure.UNREACHABLE) from None
        except (TimeoutError, urllib3.exceptions.TimeoutError):
            # Not in doubt: a receiver recognises the repeat
            # by its id, so that it may be tried again soon.
            raise DeliveryError("the webhook did not answer in time", Failure.UNREACHABLE) from None
        except (OSError, urllib3.exceptions.HTTPError) as error:
            raise DeliveryError(
                f"the webhook cannot be reached: {why_unreachable(error)}", Failure.UNREACHABLE
            ) from None
        _judge(answer)

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """A request under way ends by its time limit, which is for all of it."""


def _judge(answer: HttpAnswer) -> None:
    failure = class_of_status(answer.status, asks_to_wait=answer.retry_after is not None)
    if failure is None:
        return
    message = f"the webhook answered {answer.status} ({_phrase(answer.status)})"
    raise DeliveryError(message, failure, answer.retry_after)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no status that RFC 9110 knows"


def event(outgoing: OutgoingMessage) -> dict[str, Any]:
    """What is posted: type, timestamp, and the digest as values."""
    message = outgoing.message
    # Notes, such as those of incidents, have no plain values.
    data = dict(message.content) or {"text": outgoing.own(message.rendered.text)}
    subject = message.rendered.subject
    return {
        "type": f"{message.kind.replace('-', '_')}.created",
        "timestamp": message.made.isoformat(),
        "data": {"subscription": message.subscription, "subject": subject, "digest": message.number, **data},
    }


def signatures(signers: Sequence[Webhook], identity: str, moment: int, body: bytes) -> str:
    """The header's value: what each signer makes of id, Unix time and body, separated by blanks."""
    at = datetime.fromtimestamp(moment, UTC)
    text = body.decode()
    return " ".join(signer.sign(identity, at, text) for signer in signers)


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:  # the scheme's own bounds
        raise AseanwatchError("secret: a webhook's secret is whsec_ and 24 to 64 bytes in base64")
    return key
