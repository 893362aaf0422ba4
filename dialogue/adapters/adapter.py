"""An adapter as the registry knows it, a trial, and the roster of both: values, and what follows from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dialogue.adapters.names import adapter_name, served_name, shown
from dialogue.yaml_file import nearest

Status = Literal["draft", "trial", "live", "retired"]
Ended = Literal["", "promoted", "rolled back", "breach"]


class RegistryError(ValueError):
    """Something asked of the registry that cannot be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One version of one line. Hashes are SHA-256, '' if unknown; times are seconds since 1970.

    `persona` and `department` say for whom it speaks ('': for all), `tags` which preferences of customers it suits.
    """

    name: str
    content: str
    rank: int
    base: str = ""
    base_hash: str = ""
    template: str = ""
    data_hash: str = ""
    persona: str = ""
    department: str = ""
    tags: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)  # Any: what YAML holds
    status: Status = "draft"
    added_at: float = 0.0
    live_at: float | None = None
    """When it was promoted last; going back to it leaves this as it is."""
    left_at: float | None = None
    """When it was taken out of use, live or on trial; None while it never was."""

    @property
    def line(self) -> str:
        """What its versions have in common: sales-negotiation of v1.2-sales-negotiation."""
        return adapter_name(self.name).line


@dataclass(frozen=True, slots=True)
class Trial:
    """An adapter that has a share of a line's new conversations; the others stay with `control` ('': the base alone)."""

    id: str
    line: str
    adapter: str
    control: str
    percent: float
    salt: str
    began_at: float
    ended_at: float | None = None
    ended: Ended = ""
    reason: str = ""

    def takes(self, conversation: str) -> bool:
        """Whether a conversation falls to the trial: by the hash of its id, and of a salt that no other trial has."""
        digest = hashlib.sha256(f"{self.salt}/{conversation}".encode(errors="surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") < self.percent / 100 * 2**64


@dataclass(frozen=True, slots=True)
class Roster:
    """All adapters of a tenant, by line and version, and the trials that run."""

    tenant: str
    adapters: tuple[Adapter, ...] = ()
    trials: tuple[Trial, ...] = ()

    def adapter(self, name: str) -> Adapter:
        """Raises RegistryError, which names the nearest."""
        found = self.find(name)
        if found is None:
            raise unknown(name, (adapter.name for adapter in self.adapters))
        return found

    def find(self, name: str) -> Adapter | None:
        return next((adapter for adapter in self.adapters if adapter.name == name), None)

    def live(self, line: str) -> Adapter | None:
        """The version of a line that is in use."""
        return next((adapter for adapter in self.adapters if adapter.status == "live" and adapter.line == line), None)

    def trial_of(self, line: str) -> Trial | None:
        return next((trial for trial in self.trials if trial.line == line), None)

    def before(self, live: Adapter) -> Adapter | None:
        """The version that was in use before this one went live."""
        earlier = [one for one in self.adapters if one.line == live.line and one.status == "retired" and one.live_at is not None]
        earlier = [one for one in earlier if (one.live_at or 0.0) < (live.live_at or 0.0)]
        return max(earlier, key=lambda one: one.live_at or 0.0, default=None)

    def lingers(self, adapter: Adapter, now: float, linger_s: float) -> bool:
        """Whether it was in use until a moment ago, so that conversations may still be on it."""
        return adapter.left_at is not None and adapter.status in ("retired", "draft") and now - adapter.left_at < linger_s

    def wanted(self, now: float, linger_s: float) -> tuple[Adapter, ...]:
        """What every model server is to hold: live, on trial, or just replaced."""
        return tuple(
            adapter for adapter in self.adapters if adapter.status in ("live", "trial") or self.lingers(adapter, now, linger_s)
        )

    def served(self, adapter: Adapter) -> str:
        """The name by which a model server knows it."""
        return served_name(self.tenant, adapter.name, adapter.content)


def unknown(name: str, known: Iterable[str]) -> RegistryError:
    """What to say of a name that is not there."""
    names = sorted(known)
    listed = f" ({', '.join(names[:10])})" if names else "; there is none yet: `xiangyin adapters add FOLDER`"
    return RegistryError(f"there is no adapter '{shown(name)}'{nearest(name, names)}{listed}")
