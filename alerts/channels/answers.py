"""Reads the answers of chats: many refuse inside an answer 200, each in its own words. Pure.

Codes and words are those of the services' own documentation; `CODES` says what each means. For an
unknown code the HTTP status decides, and a refusal inside a 200 counts as a refusal of this
message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from alerts.channels.failures import Failure, class_of_status
from crawler.net.http import retry_after_of

GONE, REJECTED, TOO_LARGE = Failure.GONE, Failure.REJECTED, Failure.TOO_LARGE
THROTTLED, UNREACHABLE = Failure.THROTTLED, Failure.UNREACHABLE


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """An HTTP answer of a chat's server: status, headers by their names in lower case, the beginning of its body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: its class, the words without secrets, and how long the server asks us to wait."""

    failure: Failure
    why: str
    retry_after: timedelta | None = None
    proofs: int = 1


FLAKY = 3
"""How often a server must fail on a message, and accept others, until the message is the cause."""
_TENCENT: dict[str, Failure] = {
    "-1": UNREACHABLE, "45009": THROTTLED, "45033": THROTTLED, "45002": TOO_LARGE,
    "40008": REJECTED, "40058": REJECTED, "44004": REJECTED, "40035": REJECTED,
    "93000": GONE, "93004": GONE, "93008": GONE, "40001": GONE, "40014": GONE, "41001": GONE,
}  # fmt: skip
_LARK: dict[str, Failure] = {
    "11232": THROTTLED, "11233": THROTTLED, "99991400": THROTTLED, "230020": THROTTLED, "1000004": THROTTLED, "1000005": THROTTLED,
    "230025": TOO_LARGE, "19001": GONE, "19021": GONE, "19022": GONE, "19007": GONE, "19024": REJECTED, "19002": REJECTED,
}  # fmt: skip
_SLACK = {
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded"), THROTTLED),
    **dict.fromkeys(("msg_too_long", "msg_blocks_too_long", "too_many_attachments", "text_too_long"), TOO_LARGE),
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"), UNREACHABLE),
    **dict.fromkeys(
        ("no_service", "no_service_id", "no_team", "team_disabled", "invalid_token", "channel_not_found", "channel_is_archived",
         "is_archived", "action_prohibited", "posting_to_general_channel_denied", "posting_to_channel_denied", "not_in_channel",
         "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed", "no_permission", "missing_scope",
         "user_not_found", "access_denied", "restricted_action", "team_access_not_granted"),
        GONE,
    ),
}  # fmt: skip
CODES: dict[str, Mapping[str, Failure]] = {
    "wecombot": _TENCENT,
    "wechat": _TENCENT,
    "dingtalk": {
        "-1": UNREACHABLE, "130101": THROTTLED, "410100": THROTTLED, "460101": TOO_LARGE, "40035": REJECTED,
        "430101": REJECTED, "430102": REJECTED, "430103": REJECTED, "430104": REJECTED, "400105": REJECTED, "310000": REJECTED,
        "300001": GONE, "300005": GONE, "400013": GONE, "400101": GONE, "400102": GONE, "400106": GONE, "33001": GONE,
    },
    "feishu": _LARK,
    "lark": _LARK,
    "discord": {
        "10015": GONE, "10003": GONE, "50027": GONE, "50013": GONE, "50001": GONE, "50035": REJECTED, "50006": REJECTED,
        "200000": REJECTED, "240000": REJECTED, "20028": THROTTLED,
    },
    "slack": _SLACK,
}  # fmt: skip
"""By service (Apprise's name of it) and code: what the code means."""

_WORDS: tuple[tuple[str, re.Pattern[str], Failure], ...] = (
    ("telegram", re.compile(r"too long", re.I), TOO_LARGE),
    ("telegram", re.compile(
        r"chat not found|upgraded to a supergroup|peer_id_invalid|no rights|not enough rights|administrator rights|topic_closed"
        r"|thread not found|chat_write_forbidden|kicked|blocked by the user|not a member|deactivated|unauthorized|bot can't", re.I
    ), GONE),
    ("discord", re.compile(r"or fewer in length|BASE_TYPE_MAX_LENGTH", re.I), TOO_LARGE),
    ("dingtalk", re.compile(r"sign not match|not in whitelist|token is not exist|timestamp", re.I), GONE),
    ("feishu", re.compile(r"too many request|frequency|rate limit", re.I), THROTTLED),
    ("lark", re.compile(r"too many request|frequency|rate limit", re.I), THROTTLED),
    ("feishu", re.compile(r"bad request", re.I), REJECTED),
    ("lark", re.compile(r"bad request", re.I), REJECTED),
    ("workflows", re.compile(r"HTTP error 429|throttl", re.I), THROTTLED),
    ("workflows", re.compile(r"HTTP error 413|too large", re.I), TOO_LARGE),
    ("", re.compile(r"too long|too large|exceeds? (?:the )?max|length limit|maximum length|[过過]长|超[长長]|[长長]度超", re.I), TOO_LARGE),
    ("", re.compile(r"too fast|too many requests|rate.?limit|frequen(?:cy|tly)|throttl|[频頻][繁率]|限流|[过過]快", re.I), THROTTLED),
    ("", re.compile(r"\bbusy|timed? ?out|unavailable|internal (?:server )?error|maintenance|繁忙|超时|逾時|[维維][护護]", re.I), Failure.FORBIDDEN),
)  # fmt: skip
"""Where a code says less than the words beside it; the first that fits. An empty service stands for all.

Words of trouble on the other side may be those of an outage or of this message: which one shows when others are taken.
"""

_YES: dict[str, Any] = {
    "feishu": 0, "lark": 0, "pushplus": 200, "serverchan": 0, "pushdeer": 0, "wxpusher": 1000, "bark": 200, "spugpush": 200,
}  # fmt: skip
"""Services whose ``code`` says whether a message was taken, with the code that means yes."""
_BY_STATUS = {"telegram": {401: GONE, 404: GONE}}
"""Services whose status speaks of the bot or its chat, never of the text."""
_FAILED = frozenset({"error", "err", "fail", "failed", "failure", "rejected", "refused", "denied"})
"""What gateways of no service that is known here say of a message that they did not take, as a status or a result."""
_SECRET = re.compile(r"https?://\S+|[A-Za-z0-9_-]{24,}")


def refusal_of(service: str, answer: ChatAnswer, *, refused: bool = False) -> Refusal | None:
    """What a chat's answer means; None where it took the message.

    Args:
        service: Apprise's name of it, such as wecombot.
        answer: what its server said.
        refused: whether it is known to be a no, so that only which one is asked.
    """
    values = _values(answer.body)
    code, words = _said(service, values, answer.body if values is None else b"")
    # WeCom, DingTalk, Feishu, Slack and others answer 200 and refuse in the body.
    ok_status = 200 <= answer.status < 300
    refused_inside = values is not None and _says_no(service, values)
    # Teams' webhooks answer 200 with an error in plain words
    # where the connector behind them failed.
    failed_in_words = (
        ok_status
        and service in ("workflows", "msteams")
        and "webhook message delivery failed" in words.lower()
    )
    if ok_status and not (refused or refused_inside or failed_in_words):
        return None
    wait = retry_after_of(answer.headers.get("retry-after")) or _wait_inside(values)
    failure = _class(service, answer.status, code, words, asks_to_wait=wait is not None)
    said = " ".join(f"{code} {words}".split())[:200]
    # Some servers repeat the token or the address of the bot in their words.
    why = f"the chat answered {answer.status}" + (f": {_SECRET.sub('…', said)}" if said else "")
    is_trouble = answer.status >= 500 or (ok_status and failure == Failure.FORBIDDEN)
    return Refusal(failure, why, wait, FLAKY if is_trouble else 1)


def _class(service: str, status: int, code: str, words: str, *, asks_to_wait: bool) -> Failure:
    # RFC 6585, 4 and RFC 9110, 15.6.4: these statuses mean
    # the same for every service, so no code is asked.
    if status == 429 or (status == 503 and asks_to_wait):
        return THROTTLED
    if status in (500, 501):
        return Failure.FORBIDDEN  # broken, or broken by this message
    if status > 501:
        return UNREACHABLE
    from_words = next((f for name, found, f in _WORDS if name == service and found.search(words)), None)
    known = from_words or CODES.get(service, {}).get(code)
    if known is None and service in ("feishu", "lark") and code == "9499":
        known = THROTTLED  # the documentation has it for both; "bad request" was seen above
    if known is None:
        known = _BY_STATUS.get(service, {}).get(status)
    # Words that fit any service are the last resort, and
    # only where the answer speaks of this message.
    if known is None and (status < 300 or status in (400, 413, 422)):
        known = next((f for name, found, f in _WORDS if not name and found.search(words)), None)
    if known is not None:
        return known
    if status < 300:
        # Gateways that are not known here may repeat the status of the service behind them.
        says_status = service not in CODES and _is_status_of_failure(code)
        return _class(service, int(code), "", words, asks_to_wait=asks_to_wait) if says_status else REJECTED
    # Forbidden, not found and the like: who is meant, this message or all of ours, shows when others are taken.
    by_status = class_of_status(status, asks_to_wait=asks_to_wait) or REJECTED
    return (
        Failure.FORBIDDEN if 400 <= status < 500 and status != 408 and by_status == UNREACHABLE else by_status
    )


def _values(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    # Whatever a server answers is read without harm, also ten thousand brackets.
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _says_no(service: str, values: Mapping[str, Any]) -> bool:
    # Their ``code`` is not 0 for success everywhere, so each has its own.
    if service in _YES and "code" in values:
        return str(values["code"]) != str(_YES[service])
    # {"StatusCode": 0} is Lark's older form; errcode is Tencent's and Alibaba's.
    if any(str(values[name]) != "0" for name in ("errcode", "StatusCode") if values.get(name) is not None):
        return True
    flags = (values.get("ok"), values.get("success"))
    if False in flags:
        return True
    if any(str(values.get(name, "")).lower() in _FAILED for name in ("result", "status")):
        return True
    # A flag that says yes decides. Only without one is a
    # bare ``error``, or a status as code, a refusal.
    return True not in flags and (bool(values.get("error")) or _is_status_of_failure(values.get("code")))


def _is_status_of_failure(code: Any) -> bool:
    """Whether an answer 200 says inside that it is another one."""
    return str(code).isdecimal() and 400 <= int(str(code)) < 600


class _Said(NamedTuple):
    """The code and the words of an answer."""

    code: str
    words: str


def _said(service: str, values: Mapping[str, Any] | None, text: bytes) -> _Said:
    if values is None:
        words = text[:500].decode("utf-8", "replace")
        first = words.split()[0].strip(".,:").lower() if words.split() else ""
        return _Said(first if first in CODES.get(service, {}) else "", words)
    error = values.get("error")
    inner = error if isinstance(error, dict) else {}
    names = ("errcode", "error_code", "StatusCode", "code")
    code = next(
        (str(values[n]) for n in names if values.get(n) not in (None, "")), str(inner.get("code", ""))
    )
    if service == "slack" and isinstance(error, str):
        code = error
    messages = [values.get(n) for n in ("errmsg", "msg", "description", "message", "StatusMessage", "detail")]
    words = " ".join(
        str(t) for t in (*messages, error if isinstance(error, str) else inner.get("message")) if t
    )
    if service == "discord" and values.get("errors"):
        words += f" {json.dumps(values['errors'])[:1_000]}"
    return _Said(code, words)


def _wait_inside(values: Mapping[str, Any] | None) -> timedelta | None:
    """A wait that stands in the body: Telegram's parameters.retry_after, Discord's retry_after, in seconds."""
    parameters = (values or {}).get("parameters")
    wait = (values or {}).get("retry_after") or (
        parameters.get("retry_after") if isinstance(parameters, dict) else None
    )
    # ``True`` is an int in Python; NaN and infinity, which `json` reads, fail the comparison.
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 < wait < 10**7:
        return None
    return timedelta(seconds=float(wait))
