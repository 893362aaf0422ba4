"""Makes every model server hold exactly the adapters that are wanted: what vLLM loads at run time is lost at its restart.

vLLM's protocol: GET /v1/models, POST /v1/load_lora_adapter {lora_name, lora_path}, POST /v1/unload_lora_adapter {lora_name}; it
takes the last two only with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from dialogue.adapters.names import belongs_to

log = logging.getLogger(__name__)

ATTEMPTS = 3
PAUSE_S = 0.5
"""Before the second attempt; each further pause is twice as long. A server that needs longer is met again in the next round."""
ASKED_WITHIN_S, LOADED_WITHIN_S = 5.0, 60.0
"""A list comes at once; an adapter of 300 MB is read from a network file system in some seconds."""
_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)


class ReplicaError(Exception):
    """A model server that cannot be asked, or refused; the message says what it answered. `again`: it may be different later."""

    def __init__(self, what: str, again: bool = False) -> None:
        super().__init__(what)
        self.again = again


@dataclass(frozen=True, slots=True)
class Wanted:
    """An adapter as a server is to hold it: by this name, from this path as the server sees it."""

    name: str
    path: PurePosixPath


@dataclass(frozen=True, slots=True)
class Drift:
    """What a round found at one server, and what became of it. Names are those of the server."""

    replica: str
    loaded: tuple[str, ...] = ()
    unloaded: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """What is not as wanted after the round, a line each."""

    @property
    def settled(self) -> bool:
        return not self.faults


class Replica(Protocol):
    """One model server."""

    @property
    def url(self) -> str: ...

    def adapters(self) -> frozenset[str]:
        """The names of the adapters that it holds. Raises ReplicaError."""
        ...

    def load(self, adapter: Wanted) -> None:
        """Raises ReplicaError."""
        ...

    def unload(self, name: str) -> None:
        """Raises ReplicaError."""
        ...


def reconcile(replica: Replica, wanted: Iterable[Wanted], tenant: str, sleep: Callable[[float], None] = time.sleep) -> Drift:
    """Load what is missing, unload what this tenant no longer wants; other tenants' adapters are left alone. Raises nothing."""
    by_name = {adapter.name: adapter for adapter in wanted}
    try:
        held = _tried(replica.adapters, sleep)
    except ReplicaError as fault:
        return Drift(replica.url, faults=(str(fault),))
    loaded, unloaded, faults = [], [], []
    for name in sorted(name for name in held if belongs_to(name, tenant) and name not in by_name):
        try:  # first, since a server has room for so many
            _tried(lambda name=name: replica.unload(name), sleep)  # type: ignore[misc]
            unloaded.append(name)
        except ReplicaError as fault:
            faults.append(f"{name} is not unloaded: {fault}")
    for name in sorted(set(by_name) - held):
        try:
            _tried(lambda name=name: replica.load(by_name[name]), sleep)  # type: ignore[misc]
            loaded.append(name)
        except ReplicaError as fault:
            faults.append(f"{name} is not loaded: {fault}")
    return Drift(replica.url, tuple(loaded), tuple(unloaded), tuple(faults))


def _tried(work: Callable[[], Any], sleep: Callable[[float], None]) -> Any:  # Any: what the work gives
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except ReplicaError as fault:
            if not fault.again or attempt == ATTEMPTS - 1:
                raise
            sleep(PAUSE_S * 2.0**attempt)
    return None


class VllmReplica:
    """A vLLM server, by its address up to and with /v1. Connections stay open until `close`."""

    def __init__(self, url: str, key_env: str = "", environment: Mapping[str, str] = os.environ) -> None:
        self.url = url.rstrip("/")
        self._key_env = key_env
        self._environment = environment
        self._opened: Any = None  # an httpx.Client; imported when it is first needed

    def adapters(self) -> frozenset[str]:
        listed = self._json(self._ask("GET", "models"))
        models = listed.get("data")
        if not isinstance(models, list):
            raise ReplicaError("answered /v1/models with something else than a list of models")
        # an adapter is a model that has a parent; the base has none
        return frozenset(str(model["id"]) for model in models if isinstance(model, dict) and model.get("parent"))

    def load(self, adapter: Wanted) -> None:
        answer = self._ask("POST", "load_lora_adapter", {"lora_name": adapter.name, "lora_path": str(adapter.path)})
        if answer.status_code == 400 and adapter.name in self.adapters():
            return  # another of our processes was faster
        self._fine(answer)

    def unload(self, name: str) -> None:
        answer = self._ask("POST", "unload_lora_adapter", {"lora_name": name})
        if answer.status_code in (400, 404) and name not in self.adapters():
            return
        self._fine(answer)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        import httpx

        if self._opened is None:
            self._opened = httpx.Client(follow_redirects=False)
        within_s = ASKED_WITHIN_S if body is None else LOADED_WITHIN_S
        try:
            return self._opened.request(method, f"{self.url}/{path}", json=body, headers=self._headers(), timeout=within_s)
        except httpx.HTTPError as fault:
            raise ReplicaError(f"does not answer ({type(fault).__name__})", again=True) from None

    def _headers(self) -> Mapping[str, str]:
        if not self._key_env:
            return {}
        if not self._environment.get(self._key_env):
            raise ReplicaError(f"the environment variable '{self._key_env}' is not set")
        return {"Authorization": f"Bearer {self._environment[self._key_env]}"}

    def _json(self, answer: Any) -> dict[str, Any]:
        self._fine(answer)
        try:
            values = answer.json()
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise ReplicaError("answered with something else than JSON")
        return values

    def _fine(self, answer: Any) -> None:
        if answer.status_code == 200:
            return
        why = _why(answer)
        if answer.status_code == 404 and answer.request.method == "POST" and not why:
            why = ": it loads no adapters at run time; start it with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"
        raise ReplicaError(f"answered {answer.status_code}{why}", again=answer.status_code in _TRY_AGAIN)


def _why(answer: Any) -> str:
    """What the server says is wrong, as far as it is one short line."""
    try:
        told = answer.json()
        message = (told.get("error") or told).get("message") or ""
    except (ValueError, AttributeError):
        return ""
    line = " ".join(str(message).split())[:200]
    return f": {line}" if line.isprintable() and line else ""
