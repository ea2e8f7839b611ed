"""The API is loaded by its first requests, in one thread however many they are, and again where that failed."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from starlette.concurrency import run_in_threadpool

from alerts.web.api.mounting import LateApi


class _Loading:
    """What is loaded when it may be, and how often that was begun."""

    def __init__(self, *failures: Exception) -> None:
        self.begun, self.may_end, self.failures = 0, threading.Event(), list(failures)
        self.answered: list[Any] = []

    def __call__(self) -> Any:
        self.begun += 1
        assert self.may_end.wait(20)
        if self.failures:
            raise self.failures.pop()

        async def app(scope: Any, *_: Any) -> None:
            self.answered.append(scope)

        return app


def late_api(loading: _Loading, monkeypatch: pytest.MonkeyPatch) -> LateApi:
    monkeypatch.setattr(LateApi, "_loaded", lambda _: loading())
    return LateApi(None, None)  # type: ignore[arg-type] - nothing of them is read before it is loaded


def test_requests_that_wait_for_it_leave_the_threads_to_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    loading = _Loading()
    api = late_api(loading, monkeypatch)

    async def ask() -> None:
        requests = [asyncio.ensure_future(api(n, None, None)) for n in range(100)]  # type: ignore[arg-type]
        await asyncio.sleep(0)
        requests[0].cancel()  # who asked first goes away
        # A page has a thread meanwhile, of which there are forty.
        assert await asyncio.wait_for(run_in_threadpool(lambda: "a page"), 20) == "a page"
        loading.may_end.set()
        await asyncio.gather(*requests, return_exceptions=True)

    asyncio.run(ask())
    assert loading.begun == 1
    assert sorted(loading.answered) == list(range(1, 100))


def test_what_cannot_be_loaded_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loading = _Loading(ImportError("an upgrade is under way"))
    loading.may_end.set()
    api = late_api(loading, monkeypatch)

    async def ask() -> None:
        with pytest.raises(ImportError, match="upgrade"):
            await api(0, None, None)  # type: ignore[arg-type]
        await api(1, None, None)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert loading.answered == [1]
