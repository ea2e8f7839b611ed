"""A small process that others are forked from: they begin in milliseconds, and what is loaded in it is in memory once for all of them.

A process that has threads cannot be forked, for its copy would inherit the locks that they hold. So a program that will have threads
begins this one first. It has no threads, and only waits for orders at a socket. It ends with the program, however that ends, and ends all
that it forked.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Collection, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from crawler.runtime.processes import may_fork, name_process
from crawler.runtime.right_of_way import share_with_forked

_LONGEST = 65_536
"""Bytes of the longest order."""
_PATIENCE = 60.0
"""Seconds within which an order is obeyed: the first one may have to load modules on a busy machine."""
_IMPATIENCE = 1.0
"""Seconds for an order after one that was not obeyed in time."""
_FORK, _CODE = b"fork", b"code"
"""The two orders. Each has a number, which its answer has, too: what comes too late answers no later order."""
_UNKNOWN = b"?"
"""The answer where nobody knows the code of a process."""
_PR_SET_PDEATHSIG = 1
"""``prctl``: which signal a process gets when the one that forked it has ended."""


class Forked:
    """A process that was forked.

    Args:
        server: who forked it.
        pid: its number.
        descriptor: what the kernel knows it by (``pidfd``), also when its number is that of another one.
    """

    def __init__(self, server: ForkServer, pid: int, descriptor: int) -> None:
        self._server = server
        self._pid = pid
        self._descriptor = descriptor

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return not self._has_ended_within(0.0)

    def _has_ended_within(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def kill(self) -> None:
        """Kill it; nothing happens if it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def end(self, patience: float) -> int | None:
        """Wait so many seconds for its end, then kill it; gives its exit code, None where nobody knows it.

        Nothing else may be asked of it afterwards.
        """
        self._has_ended_within(patience)
        self.kill()
        code = self._server.code_of(self._pid)
        os.close(self._descriptor)
        return code


class ForkServer:
    """The process that others are forked from. It is a copy of this one, which must not have threads yet. What it forked ends with it.

    Raises:
        OSError: the system cannot do that.
    """

    def __init__(self) -> None:
        # Kernels before 5.3, and some sandboxes, have no such descriptors.
        os.close(os.pidfd_open(os.getpid()))
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._order = 0
        # What is loaded stays. A collection would write into all of it, and it would be in memory twice.
        gc.freeze()
        share_with_forked()  # whoever works in a copy waits while a page is made here
        _flush()  # what waits to be written would be written by each copy
        # Until it has said what signals do to it, they would do to it what they do here.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self._pid = os.fork()
            if self._pid == 0:
                self._orders.close()
                _serve(theirs, before)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._orders.settimeout(_PATIENCE)

    def fork(self, connection: Connection[Any, Any], modules: Sequence[str]) -> Forked:
        """Begin a process.

        Args:
            connection: the process's end of a connection. Through the other one it is first sent a function of a module and a
                tuple of arguments; it calls that with the connection and the arguments, and ends. Where this raises, close both: the
                process may still begin, and then ends.
            modules: what is loaded before, for this process and all later ones.

        Raises:
            OSError: it cannot be begun.
        """
        with self._lock:
            pid = self._obeyed(_FORK, " ".join(modules), connection.fileno())
            if pid <= 0:
                raise OSError(-pid, os.strerror(-pid))
            # Before the next order: until then its number is that of no other process.
            return Forked(self, pid, os.pidfd_open(pid))

    def code_of(self, pid: int) -> int | None:
        """The exit code of a process that has ended or was killed, minus the signal that ended it; None where nobody knows it."""
        with self._lock, suppress(OSError, ValueError):
            return self._obeyed(_CODE, str(pid))
        return None

    def end(self) -> None:
        """End it, and what it forked."""
        with self._lock:
            self._orders.close()
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)

    def _obeyed(self, order: bytes, about: str, *descriptors: int) -> int:
        """Give an order, and wait for its answer."""
        self._order += 1
        message = b"%b %d %b" % (order, self._order, about.encode())
        socket.send_fds(self._orders, [message], descriptors)
        try:
            while answer := self._orders.recv(64):
                number, _, said = answer.partition(b" ")
                if int(number) == self._order:
                    self._orders.settimeout(_PATIENCE)
                    return int(said)
        except TimeoutError:
            self._orders.settimeout(_IMPATIENCE)
            raise
        raise ConnectionResetError("the process that forks others has ended")


def _serve(orders: socket.socket, signals: Collection[int]) -> NoReturn:
    """Obey orders until who gives them has ended.

    Args:
        orders: where they come from.
        signals: those that are to be blocked; as long as this prepares itself, all are.
    """
    running = set[int]()
    ended: dict[int, int] = {}
    try:
        name_process("forking")
        _let_go_of_files(orders.fileno())
        signal.set_wakeup_fd(-1)  # it would wake the process that this one is a copy of
        # Whoever stops the program stops its main process, which has work under way to end.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        gc.disable()
        while True:
            message, descriptors, *_ = socket.recv_fds(orders, _LONGEST, 1)
            if not message:
                break
            _collect(running, ended)
            order, number_of_order, about = message.split(b" ", 2)
            if order == _CODE:
                code = _code(int(about), running, ended)
                orders.send(b"%b %b" % (number_of_order, b"%d" % code if code is not None else _UNKNOWN))
                continue
            if descriptors:
                answer = _begun(orders, descriptors[0], about.decode().split())
                if answer > 0:
                    running.add(answer)
            else:
                answer = -errno.EMFILE  # the kernel had no number left for it
            orders.send(b"%b %d" % (number_of_order, answer))
    except ConnectionError:
        pass  # it has ended before it took an answer
    except BaseException:
        traceback.print_exc()
    finally:
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os._exit(0)


def _let_go_of_files(kept: int) -> None:
    """Let go of all open files but the standard ones and one.

    Whoever waits for the end of a pipe would wait for this process, too, and a port would stay taken. Their numbers stay taken instead:
    objects that this process inherited may still close them.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in [int(one.name) for one in Path("/dev/fd").iterdir()]:
        if number > 2 and number not in (kept, nowhere):
            # The folder itself was open while it was read.
            with suppress(OSError):
                os.fstat(number)
                os.dup2(nowhere, number, inheritable=False)


def _collect(running: set[int], ended: dict[int, int]) -> None:
    """Note which processes have ended, and how."""
    for pid in list(running):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            running.discard(pid)
            ended[pid] = os.waitstatus_to_exitcode(status)


def _code(pid: int, running: set[int], ended: dict[int, int]) -> int | None:
    if pid in running:
        _, status = os.waitpid(pid, 0)
        running.discard(pid)
        return os.waitstatus_to_exitcode(status)
    return ended.pop(pid, None)


def _begun(orders: socket.socket, descriptor: int, modules: Sequence[str]) -> int:
    """Fork a process that works; gives its number, or minus the number of the error."""
    for name in modules:
        # One that cannot be loaded is told by the process that needs it.
        with suppress(Exception):
            import_module(name)
    gc.freeze()
    _flush()  # what a module printed as it was loaded
    server = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        pid = -(error.errno or 1)
    if pid == 0:
        try:
            orders.close()
            _end_with(server)
            work(Connection(descriptor))
        finally:
            os._exit(1)  # whatever happens, it never goes on as what it is a copy of
    os.close(descriptor)
    return pid


def _end_with(server: int) -> None:
    """Let the kernel end this process when the one that forked it has ended, however that came.

    That one ends what hangs when the program ends; nobody else would, if it was killed.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != server:  # it ended before
        os._exit(1)


def work(connection: Connection[Any, Any]) -> NoReturn:
    """In a process that was begun: do what the connection says, and end."""
    code = 1
    try:
        gc.enable()
        target, arguments = connection.recv()
        target(connection, *arguments)
        code = 0
    except (EOFError, ConnectionError):
        code = 0  # who began it has ended
    except BaseException:
        traceback.print_exc()
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # There may be none, and what a program put in its place may fail in its own way.
        with suppress(Exception):
            stream.flush()


_begun_here: ForkServer | None = None


def begin() -> None:
    """Begin the process that others are forked from, where there is none yet and this process may be forked."""
    global _begun_here  # noqa: PLW0603 - one for the whole program
    if _begun_here is None and may_fork():
        with suppress(OSError, AttributeError):
            _begun_here = ForkServer()


def end() -> None:
    """End what `begin` began, where processes will seldom be needed: it has some 40 MB for nothing then. They are begun anew afterwards."""
    global _begun_here
    former, _begun_here = _begun_here, None
    if former is not None:
        former.end()


def server() -> ForkServer | None:
    """What `begin` began."""
    return _begun_here
