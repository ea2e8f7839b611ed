"""The form to sign up, which is open to strangers: what it costs, and what bounds it (`alerts.readers.signup_limits`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.readers import challenges, signup, signup_limits
from alerts.readers.challenges import Challenge
from alerts.subscriptions import subscriptions
from alerts.subscriptions.addresses import of_stranger
from alerts.web.origin import from_another_site
from alerts.web.pages import WITH_SCRIPT, page, say_page
from alerts.web.preferences import choices, fields
from alerts.web.readers import Asked
from crawler.model import AseanwatchError

LEAST_SECONDS = 0.3
"""An answer takes at least so long, whether the address is known or not, so that the time says nothing of it."""


def front(asked: Asked) -> Response:
    """The form to sign up, where that is open."""
    say = asked.say
    title = say.say("News of China–ASEAN cooperation")
    if not asked.settings.delivery.signup:
        return say_page(asked.language, title, say.say("Subscriptions are made by the operator of this service."))
    with asked.store.reading() as connection:
        bits = signup_limits.bits_now(connection, asked.now)
    values = fields(asked.settings, asked.language, None)
    lines = [say.say("Each event once, with its sources. You get a mail to confirm; nothing comes before.")]
    own = {"title": title, "lines": lines, "button": say.say("Subscribe"), "asks_address": True, "can_end": False}
    own |= _of_challenge(challenges.write(asked.links.keys, bits, asked.now))
    return page("preferences.html.j2", asked.language, {**values, **own, "action": "/subscribe"}, headers=WITH_SCRIPT)


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a sign-up goes on only later: how long that is, and the challenge to try again with; without one it costs no less then."""

    wait: timedelta
    again: Challenge | None


def subscribe(asked: Asked) -> Response:
    """Somebody signs up."""
    say = asked.say
    if not asked.settings.delivery.signup:
        return say_page(asked.language, say.say("Subscriptions are made by the operator of this service."), status=403)
    if from_another_site(asked.request):
        return say_page(asked.language, say.say("That did not work."), status=403)
    address = _address(asked)
    wanted = {**choices(asked.form), "title": say.say("China–ASEAN cooperation")}
    _check(asked, address, wanted)
    client = asked.request.client
    request = signup_limits.request_of(asked.links.keys, address, client.host if client else "")
    challenge = challenges.read(asked.links.keys, asked.first("challenge"), asked.now)
    with asked.store.reading() as connection:  # most of a flood ends here, and holds up nobody who writes
        refused = _refusal(asked, connection, request, challenge)
    if refused is not None or challenge is None:
        return _refuse(asked, refused)
    with asked.store.writing() as connection:
        signup_limits.one_by_one(connection)
        refused = _refusal(asked, connection, request, challenge)
        if refused is None:
            mailed = signup_limits.may_mail(connection, request, asked.now)
            if not signup_limits.note(connection, challenge, request, asked.now, mailed=mailed):
                refused = _Refused(timedelta(), _new(asked, challenge.bits))
            elif mailed:
                signup.sign_up(connection, asked.settings, asked.links, address, wanted, asked.now)
    if refused is not None:
        return _refuse(asked, refused)
    return say_page(asked.language, say.say("Please look into your mail."), say.say("A link there confirms your subscription."))


def _check(asked: Asked, address: str, wanted: dict[str, Any]) -> None:
    """Refuse choices that the form does not offer, without repeating them: whoever made the request, another reads the page.

    Raises:
        AseanwatchError: one is not allowed.
    """
    try:
        subscriptions.checked(asked.settings, signup.values_of(asked.links, address, wanted))
    except AseanwatchError:
        raise AseanwatchError(asked.say.say("Something in this form is not allowed.")) from None


def _address(asked: Asked) -> str:
    try:
        return of_stranger(asked.first("address").strip(" "))
    except AseanwatchError:
        raise AseanwatchError(asked.say.say("That is no mail address.")) from None


def _refusal(asked: Asked, connection: Connection, request: signup_limits.Request, challenge: Challenge | None) -> _Refused | None:
    """Why a sign-up may not go on now; None where it may. What it says depends on nobody's being a reader."""
    too_many = signup_limits.wait_of_source(connection, request, asked.now)
    if too_many is not None:
        return _Refused(too_many, None)
    bits = signup_limits.bits_now(connection, asked.now, request.domain)
    if challenge is None or challenge.bits < bits - 1:  # a form may be open while a flood begins
        return _Refused(timedelta(), _new(asked, bits))
    wait = signup_limits.wait_for(challenge.bits)
    if challenge.is_answered(asked.first("answer")) or challenge.is_waited_out(wait, asked.now):
        return None
    return _Refused(challenge.made + wait - asked.now, challenge)


def _new(asked: Asked, bits: int) -> Challenge:
    return challenges.write(asked.links.keys, bits, asked.now)


def _refuse(asked: Asked, refused: _Refused | None) -> Response:
    """Say how to go on: later, or with one more press of a button that keeps what was filled in."""
    say = asked.say
    if refused is None or refused.again is None:
        minutes = max(1, ceil((refused.wait if refused else timedelta()).total_seconds() / 60))
        line = say.say("Too many sign-ups came from your network. Please try again in %(number)s minutes.", number=minutes)
        answer = say_page(asked.language, say.say("That did not work."), line, status=429)
        answer.headers["Retry-After"] = str(60 * minutes)
        return answer
    line = say.say("Please press the button once more; it keeps strangers from having our mail sent to others.")
    own: dict[str, Any] = {
        "title": say.say("Nearly there"),
        "lines": [line],
        "button": say.say("Subscribe"),
        "kept": list(_kept(asked)),
    }
    answer = page("again.html.j2", asked.language, own | _of_challenge(refused.again), 429, WITH_SCRIPT)
    answer.headers["Retry-After"] = str(max(1, ceil(signup_limits.wait_for(refused.again.bits).total_seconds())))
    return answer


def _kept(asked: Asked) -> Iterator[tuple[str, str]]:
    """What was filled in."""
    for name, values in asked.form.items():
        if name not in ("challenge", "answer", "do"):
            yield from ((name, value) for value in values)


def _of_challenge(challenge: Challenge) -> dict[str, Any]:
    wait = ceil(signup_limits.wait_for(challenge.bits).total_seconds())
    return {"challenge": challenge.text, "bits": challenge.bits, "wait": wait}
