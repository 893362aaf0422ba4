"""What config.yml and bot.yml say about the policies; everything has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogue.yaml_file import Place, YamlError


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """Options of the ensemble. The intents are those of the sample bot; another bot may name its own."""

    human_intent: str = "human"
    accept_intent: str = "affirm"
    max_history: int = 5
    """Turns that a story must share with the conversation; Rasa's default for memoization."""
    ask_again: str = "action_ask_again"
    offers: Mapping[str, str] = field(default_factory=dict)
    """bot.yml's: response, and the action done when the customer says yes to it."""
    phone: str = ""
    """The entity of telephone numbers, which may be told in pieces."""
    silence_prompts: int = 2
    """Silences that are answered with a question before the bot says goodbye."""


KEYS: Mapping[str, Mapping[str, type]] = {
    "HandOverPolicy": {"human_intent": str, "accept_intent": str},
    "MemoizationPolicy": {"max_history": int},
    "AugmentedMemoizationPolicy": {"max_history": int},
    "RulePolicy": {"core_fallback_action_name": str},
}
"""The options that are read, by the policy of config.yml that they belong to; others, such as Rasa's epochs, are left."""
ALIASES = {"core_fallback_action_name": "ask_again"}


def options_of(policies: Mapping[str, Mapping[str, Any]], silence_prompts: int, config: Path) -> PolicyOptions:
    """The options that config.yml's `policies` state. Raises YamlError, with `config` as the place, for a wrong type."""
    found: dict[str, Any] = {"silence_prompts": silence_prompts}
    for name, options in policies.items():
        for key, kind in KEYS.get(name, {}).items():
            value = options.get(key)
            if value is None:
                continue
            if type(value) is not kind:
                wanted = "a whole number" if kind is int else "text"
                raise YamlError(Place(config, 1), f"'{key}' of {name} must be {wanted}, got {value!r}")
            found[ALIASES.get(key, key)] = value
    return PolicyOptions(**found)
