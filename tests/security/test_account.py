"""A signed-in person changes their password only with the current one, which ends all other sessions."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.conftest import run
from tests.security.conftest import configured
from tests.security.service import Service, running
from tests.security.visitor import Answer, Visitor

OLD, NEW = "otter violin granite", "七只青蛙过黄河去买伞"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = configured(tmp_path_factory.mktemp("account"))
    for name, role in (("ana", "operator"), ("bo", "reader"), ("cy", "operator")):
        assert run("operators", "add", name, "--role", role, cwd=folder, stdin=f"{OLD}\n").status == 0
    with running(folder) as made:
        yield made


def signed_in(place: Service, name: str, password: str = OLD) -> Visitor:
    visitor = Visitor(place.url)
    assert visitor.sign_in(name, password).status == 303
    return visitor


def change(
    visitor: Visitor, current: str, new: str, again: str | None = None, form: str | None = None
) -> Answer:
    form = visitor.ask("/console/account").form if form is None else form
    fields = {"current": current, "new": new, "again": new if again is None else again, "form": form}
    return visitor.ask("/console/account", "POST", urlencode(fields))


@pytest.mark.parametrize("name", ["ana", "bo"])
def test_a_password_is_changed_by_the_current_one_and_other_sessions_end(place: Service, name: str) -> None:
    here, elsewhere = signed_in(place, name), signed_in(place, name)
    before = {n: c.value for n, c in here.cookies.items()}
    assert change(here, OLD, NEW).status == 303
    assert here.is_in
    assert not elsewhere.is_in
    assert any("session" in n and c.value != before[n] for n, c in here.cookies.items()), (
        "this session is another one too"
    )
    assert Visitor(place.url).sign_in(name, OLD).status == 403
    assert signed_in(place, name, NEW).is_in


def test_what_is_not_right_changes_nothing(place: Service) -> None:
    visitor = signed_in(place, "cy")
    for answer, status in (
        (change(visitor, "not the current one", NEW), 403),
        (change(visitor, OLD, NEW, "something else"), 422),
        (change(visitor, OLD, "short"), 422),
        (change(visitor, OLD, "1234567890"), 422),
        (change(visitor, OLD, "aseanwatch-cy-1"), 422),
        (change(visitor, OLD, NEW, form="forged"), 403),
        (change(Visitor(place.url), OLD, NEW, form="none"), 403),
    ):
        assert answer.status == status or (
            answer.status == 303 and "/console/sign-in" in str(answer.headers["Location"])
        )
        assert OLD not in answer.text
        assert NEW not in answer.text
    assert visitor.is_in
    assert signed_in(place, "cy").is_in
    assert OLD not in place.said
    assert NEW not in place.said


def test_guessing_the_current_password_is_slowed_down(place: Service) -> None:
    visitor = signed_in(place, "cy")
    form = visitor.ask("/console/account").form
    answers = [change(visitor, f"guess number {n}", NEW, form=form) for n in range(14)]
    assert [a.status for a in answers[:4]] == [403] * 4
    assert answers[-1].status == 422
    assert "Too many attempts" in answers[-1].text


def test_signing_out_leaves_nothing_in_the_browser(place: Service) -> None:
    visitor = signed_in(place, "cy")
    form = visitor.ask("/console/account").form
    answer = visitor.ask("/console/sign-out", "POST", urlencode({"form": form}))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not visitor.is_in
