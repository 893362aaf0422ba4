"""What config.yml and bot.yml say about the policies; everything has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogue.yaml_file import Node, YamlError, read


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """Options of the ensemble. The intents are those of the sample bot; another bot may name its own."""

    human_intent: str = "human"
    accept_intent: str = "affirm"
    max_history: int = 5
    """Turns that a story must share with the conversation; Rasa's default for memoization."""
    ask_again: str = "action_ask_again"
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


def read_options(config: Path, silence_prompts: int) -> PolicyOptions:
    """The `policies:` of config.yml. Raises YamlError for an option of the wrong type; a missing file gives the defaults."""
    found: dict[str, object] = {"silence_prompts": silence_prompts}
    if config.is_file():
        policies = read(config).mapping("config.yml").get("policies")
        for item in () if policies is None else policies.items("'policies'"):
            found |= _options(item)
    return PolicyOptions(**found)  # type: ignore[arg-type]  # each value's type was looked at one by one


def _options(item: Node) -> dict[str, object]:
    given = item.mapping("a policy")
    if "name" not in given:
        raise YamlError(item.place, "a policy lacks the key 'name'")
    found: dict[str, object] = {}
    for key, kind in KEYS.get(given["name"].text("'name'"), {}).items():
        if key in given and given[key].value is not None:
            if type(given[key].value) is not kind:
                raise YamlError(given[key].place, f"'{key}' must be {_named(kind)}, got {given[key].value!r}")
            found[ALIASES.get(key, key)] = given[key].value
    return found


def _named(kind: type) -> str:
    return "a whole number" if kind is int else "text"
