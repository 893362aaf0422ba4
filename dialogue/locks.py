"""One turn of a conversation at a time: among the threads of a process, and among replicas by way of Redis.

The store's numbers (EventStore.append with `after`) already keep two replicas from interleaving turns; a lock saves the second
one from working out an answer, and from doing its actions, only to find itself overtaken.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

log = logging.getLogger(__name__)

HELD_S = 6.0
"""A replica that died loses its lock after so long; a living one renews it three times in between."""
WAITED_S = 35.0
"""How long a replica waits for another one's turn: actions on other servers may take their time."""


class ConversationLocks(Protocol):
    """Who may work on a conversation."""

    def hold(self, conversation: str) -> AbstractContextManager[None]:
        """Wait until nobody else works on it, and keep the others out."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...


class LocksError(ValueError):
    """A lock server that cannot be used; the message names it and says why."""


class ThreadLocks:
    """Locks of one process, one for each conversation that somebody works on: a slow action holds nobody else up."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._wanted: dict[str, _Wanted] = {}

    @contextmanager
    def hold(self, conversation: str) -> Iterator[None]:
        with self._guard:
            wanted = self._wanted.setdefault(conversation, _Wanted())
            wanted.by += 1
        try:
            with wanted.lock:
                yield
        finally:
            with self._guard:
                wanted.by -= 1
                if not wanted.by:
                    del self._wanted[conversation]

    def close(self) -> None:
        """There is nothing to let go."""


@dataclass(slots=True)
class _Wanted:
    """The lock of one conversation, and how many hold it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    by: int = 0


class RedisLocks:
    """Locks that replicas share (Redis' own recipe: SET NX PX with a token, released by a script; redis-py's Lock).

    Where Redis fails in mid-service, turns go on without it: the store still refuses what was overtaken.
    """

    def __init__(self, url: str, prefix: str = "xiangyin:turn:", held_s: float = HELD_S, waited_s: float = WAITED_S) -> None:
        """Connect. Raises LocksError when nothing answers there, so that a wrong address is told at the start."""
        try:
            import redis
        except ImportError:
            raise LocksError(f"{url}: the Redis client is not installed; pip install 'xiangyin[redis]'") from None
        self._fault: type[Exception] = redis.RedisError
        self._prefix, self._held_s, self._waited_s = prefix, held_s, waited_s
        self._threads = ThreadLocks()
        self._held: set[Any] = set()  # redis-py's Lock, which has no types
        self._closed = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="renew-locks", daemon=True)
        try:
            self._redis = redis.Redis.from_url(url, socket_timeout=waited_s, socket_connect_timeout=5.0)
            self._redis.ping()
        except (redis.RedisError, ValueError) as fault:
            raise LocksError(
                f"{_without_password(url)}: no Redis answers there ({fault}); see `store: locks` of bot.yml"
            ) from None
        self._renewing.start()

    @contextmanager
    def hold(self, conversation: str) -> Iterator[None]:
        with self._threads.hold(conversation):
            lock = self._redis.lock(
                self._prefix + conversation, timeout=self._held_s, blocking_timeout=self._waited_s, thread_local=False
            )
            held = self._tried(lock.acquire)
            if held:
                self._held.add(lock)
            try:
                yield
            finally:
                if held:
                    self._held.discard(lock)
                    self._tried(lock.release)

    def close(self) -> None:
        self._closed.set()
        self._renewing.join()
        self._redis.close()

    def _renew(self) -> None:
        """Keep what is held as long as this process lives: a turn may take longer than a lock."""
        while not self._closed.wait(self._held_s / 4):
            for lock in tuple(self._held):
                with contextlib.suppress(self._fault):  # given back meanwhile; or Redis is away, which the next turn tells
                    lock.reacquire()

    def _tried(self, act: Callable[[], object]) -> bool:
        try:
            return act() is not False
        except self._fault as fault:
            log.warning("the locks of Redis fail (%s); turns go on by the store's numbers alone", type(fault).__name__)
            return False


def locks_of(url: str) -> ConversationLocks:
    """The locks that bot.yml names; an empty URL means one process. Raises LocksError."""
    if not url:
        return ThreadLocks()
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise LocksError(f"'{url}' is not the address of a lock server; write e.g. redis://127.0.0.1:6379/0")
    return RedisLocks(url)


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
