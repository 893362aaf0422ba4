"""Who may work on a conversation."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

import pytest

from dialogue.locks import ConversationLocks, LocksError, RedisLocks, ThreadLocks, locks_of


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("XIANGYIN_TEST_REDIS")
    if not url:
        pytest.skip("no Redis: XIANGYIN_TEST_REDIS is not set; `make test-services` starts one")
    return url


@pytest.fixture(params=["threads", "redis"])
def replicas(request: pytest.FixtureRequest) -> Iterator[tuple[ConversationLocks, ConversationLocks]]:
    """Two that share their locks: in one process the same, else one for each replica."""
    if request.param == "threads":
        locks = ThreadLocks()
        yield locks, locks
        return
    url = request.getfixturevalue("redis_url")
    one, other = RedisLocks(url), RedisLocks(url)
    yield one, other
    one.close()
    other.close()


def test_a_second_worker_waits_until_the_first_is_done(replicas: tuple[ConversationLocks, ConversationLocks]) -> None:
    one, other = replicas
    happened: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.wait()
        with other.hold("call"):
            happened.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with one.hold("call"):
        entered.set()
        thread.join(timeout=0.2)
        assert thread.is_alive()
        happened.append("first")
    thread.join()
    assert happened == ["first", "second"]


def test_a_lock_is_given_back_when_the_work_fails(replicas: tuple[ConversationLocks, ConversationLocks]) -> None:
    one, other = replicas
    with pytest.raises(ValueError, match="broken"), one.hold("call"):
        raise ValueError("broken")
    with other.hold("call"):
        pass


def test_one_conversation_never_holds_up_another() -> None:
    locks = ThreadLocks()
    with contextlib.ExitStack() as held:
        for number in range(2_000):
            held.enter_context(locks.hold(f"call-{number}"))
    with locks.hold("call-1"):
        pass
    assert not locks._wanted, "locks of conversations that nobody works on pile up"


def test_the_lock_of_a_replica_that_died_runs_out(redis_url: str) -> None:
    dead, living = RedisLocks(redis_url, held_s=0.3), RedisLocks(redis_url)
    held = dead.hold("call-of-the-dead")
    held.__enter__()
    dead._closed.set()  # the dead renew nothing
    with living.hold("call-of-the-dead"):
        pass
    held.__exit__(None, None, None)  # no longer its own: nothing to give back, and nobody else's is taken
    with living.hold("call-of-the-dead"):
        pass
    dead.close()
    living.close()


def test_a_lock_outlasts_its_time_while_its_holder_lives(redis_url: str) -> None:
    slow, waiting = RedisLocks(redis_url, held_s=0.3), RedisLocks(redis_url)
    entered, left = threading.Event(), threading.Event()

    def second() -> None:
        entered.wait()
        with waiting.hold("slow-call"):
            assert left.is_set(), "two held it at once"

    thread = threading.Thread(target=second)
    thread.start()
    with slow.hold("slow-call"):
        entered.set()
        thread.join(timeout=1.0)
        assert thread.is_alive()
        left.set()
    thread.join()
    slow.close()
    waiting.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memcached://here", "'memcached://here' is not the address of a lock server; write e.g. redis://127.0.0.1:6379/0"),
        ("redis://:secret@127.0.0.1:1/0", "redis://127.0.0.1:1/0: no Redis answers there"),
    ],
)
def test_locks_that_cannot_be_reached_are_told_without_the_password(url: str, said: str) -> None:
    pytest.importorskip("redis")
    with pytest.raises(LocksError) as fault:
        locks_of(url)
    assert str(fault.value).startswith(said)
    assert "secret" not in str(fault.value)


def test_one_process_needs_no_server() -> None:
    assert isinstance(locks_of(""), ThreadLocks)
