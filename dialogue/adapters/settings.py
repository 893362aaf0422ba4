"""What bot.yml says of adapters (`adapters:`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dialogue.adapters.names import word
from dialogue.adapters.trial.metrics import LIMITS, HarmLimit, Plan
from dialogue.yaml_file import nearest

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
MOST_ALPHA = 0.2
"""A trial that ends by chance more often than once in five tells nothing."""


@dataclass(frozen=True, slots=True)
class TrialSettings:
    """How a version on trial is watched."""

    decide_by: int = 300
    """Conversations of the trial by which harm of the size that matters is to be found."""
    harm: Mapping[str, HarmLimit] = field(default_factory=dict)
    """Metrics watched otherwise than by default; the others stay as they are. {alpha: 0}: reported, never a reason."""
    history: int = 10_000
    """Conversations of the version in use from before the trial that count with it, where they agree; 0: none do."""
    history_days: float = 28.0
    """How old they may be: whole weeks, since days of the week differ."""
    quiet_s: float = 1800.0
    """A conversation without an end counts as over after so many seconds of silence."""

    def __post_init__(self) -> None:
        for name in self.harm:
            if name not in LIMITS:
                raise ValueError(f"'harm' has no metric '{name}'{nearest(name, LIMITS)}; there are {', '.join(LIMITS)}")
        total = sum(limit.alpha for limit in self.plan.harm.values())
        if total > MOST_ALPHA:
            raise ValueError(f"the 'alpha' of all metrics add up to {total:.3f}; together they may have {MOST_ALPHA}")
        if self.decide_by < 50:
            raise ValueError(f"'decide_by' must be 50 conversations or more, got {self.decide_by}")
        if self.history < 0 or self.history_days <= 0 or self.quiet_s <= 0:
            raise ValueError("'history' must be 0 or more, 'history_days' and 'quiet_s' above 0")

    @property
    def plan(self) -> Plan:
        """The looks and limits that these settings make."""
        return Plan(self.decide_by, {**LIMITS, **self.harm})


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """The adapters of this bot, and the model servers that are to hold them. Without a `tenant` the bot has none."""

    tenant: str = ""
    """Whose bot this is. The names of its adapters on a model server begin with it; no two bots may share one."""
    folder: str = ".xiangyin/adapters"
    """Where their files are kept, relative to the bot's folder."""
    served_from: str = ""
    """The same folder as the model servers see it, where that is another path (a volume of a container)."""
    replicas: tuple[str, ...] = ()
    """Addresses of the model servers, up to and with /v1; none: the one of `models: {llm: ...}`."""
    key_env: str = ""
    """Environment variable with their key; none: that of `models: {llm: ...}`."""
    base: str = ""
    """Folder of the base model, relative to the bot's: adapters trained on another one are refused."""
    base_hash: str = ""
    """SHA-256 of the base (`base: {sha256: ...}` of an adapter's model.yml), where its folder is not on this machine."""
    max_lora_rank: int = 16
    """What the model servers were started with (vLLM: --max-lora-rank, by default 16)."""
    persona_slot: str = "persona"
    department_slot: str = "department"
    """Slots that say which persona and department speak; set in mid-call, the next turn has the adapter of the new one."""
    preference_slot: str = "preferences"
    """Slot with what the customer was heard to prefer: the tags of adapters, a list or one."""
    satisfaction_slot: str = "satisfaction"
    """Slot with the customer's satisfaction, 1 to 5."""
    look_s: float = 10.0
    """How often the conversations that ended, the registry and the model servers are looked at."""
    linger_s: float = 3600.0
    """How long a version that was replaced stays loaded, for the conversations that began on it."""
    trial: TrialSettings = field(default_factory=TrialSettings)

    def __post_init__(self) -> None:
        if self.tenant:
            word(self.tenant, "'tenant'")
        for url in self.replicas:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError("'replicas' must be addresses that begin with http:// or https:// and end with /v1")
        if any(urlsplit(url).username for url in self.replicas):
            raise ValueError("'replicas' must hold no user and password; name the variable with the key in 'key_env'")
        if self.key_env and not _NAME.fullmatch(self.key_env):  # the message must not quote it: it may be the key
            raise ValueError("'key_env' must be the name of an environment variable (LLM_KEY), not the key itself")
        if self.base_hash and not re.fullmatch(r"[0-9a-f]{64}", self.base_hash):
            raise ValueError("'base_hash' must be a SHA-256: 64 hexadecimal digits")
        if self.max_lora_rank < 1:
            raise ValueError(f"'max_lora_rank' must be 1 or more, got {self.max_lora_rank}")
        if self.look_s <= 0 or self.linger_s < 0:
            raise ValueError("'look_s' must be above 0 and 'linger_s' 0 or more")
