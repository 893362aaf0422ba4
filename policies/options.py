"""What config.yml and bot.yml say about the policies; everything has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogue.message import message
from dialogue.yaml_file import Place, YamlError, place_of
from policies.policy import Policy


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """Options of the ensemble. The intents are those of the sample bot; another bot may name its own."""

    human_intent: str = "human"
    accept_intent: str = "affirm"
    max_history: int | None = 5
    """Moments (one before each action) that a story must share with the conversation; None: all of them."""
    forgets: bool = True
    """Whether a story that fits only the end of those moments counts, too (AugmentedMemoizationPolicy)."""
    learnt: bool = False
    """Whether a classifier trained on the stories decides where none fits (TEDPolicy)."""
    threshold: float = 0.3
    """How likely the classifier's action must be; below it the fallback decides. Rasa's default."""
    rules: bool = True
    """Whether rules, forms and default intents are followed (RulePolicy); a bot of Rasa may leave that out."""
    memory: bool = True
    """Whether stories are followed by heart (MemoizationPolicy, AugmentedMemoizationPolicy)."""
    fallback: bool = True
    """Whether there is a fallback at all; without one the bot waits."""
    plain: bool = False
    """A bot of Rasa without bot.yml: nobody to hand over to, no silences, and a fallback of one stage."""
    ask_again: str = "action_ask_again"
    offers: Mapping[str, str] = field(default_factory=dict)
    """bot.yml's: response, and the action done when the customer says yes to it."""
    phone: str = ""
    """The entity of telephone numbers, which may be told in pieces."""
    silence_prompts: int = 2
    """Silences that are answered with a question before the bot says goodbye."""
    last_resort: Policy | None = None
    """Asked where nobody else knows, before the fallback."""
    cache: Path | None = None
    """Where the classifier's weights are kept from one start to the next; None: nowhere."""


KEYS: Mapping[str, Mapping[str, type]] = {
    "HandOverPolicy": {"human_intent": str, "accept_intent": str},
    "MemoizationPolicy": {"max_history": int},
    "AugmentedMemoizationPolicy": {"max_history": int},
    "RulePolicy": {"core_fallback_action_name": str, "core_fallback_threshold": float, "enable_fallback_prediction": bool},
}
"""The options that are read, by the policy of config.yml that they belong to; others, such as Rasa's epochs, are left."""
ALIASES = {
    "core_fallback_action_name": "ask_again",
    "core_fallback_threshold": "threshold",
    "enable_fallback_prediction": "fallback",
}
TED_EPOCHS = 80
"""With fewer, TED has not learnt enough to be surer than Rasa's fallback: it was seen to decide nothing after 20 to 50
epochs, a third after 70, and nearly everything after 100 and 300."""
RASAS_FALLBACK = "action_default_fallback"
_WANTED = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def options_of(
    policies: Mapping[str, Mapping[str, Any]], silence_prompts: int, config: Path, plain: bool = False
) -> PolicyOptions:
    """The options that config.yml's `policies` state. Raises YamlError, with `config` as the place, for a wrong type.

    `plain`: the bot has no bot.yml, so what it does not say is as in Rasa; no policy at all stands for Rasa's usual ones.
    """
    found: dict[str, Any] = {"silence_prompts": silence_prompts, "plain": plain}
    if plain:
        found["ask_again"] = RASAS_FALLBACK
    memoization = [policies[name] for name in ("MemoizationPolicy", "AugmentedMemoizationPolicy") if name in policies]
    if memoization or plain:
        found["max_history"] = None
    found["forgets"] = "AugmentedMemoizationPolicy" in policies or not (memoization or plain)
    if plain and policies:
        found["rules"] = "RulePolicy" in policies
        found["memory"] = bool(memoization)
    found["learnt"] = _learns(policies) if plain else "TEDPolicy" in policies
    for name, options in policies.items():
        for key, kind in KEYS.get(name, {}).items():
            value = options.get(key)
            if value is None:
                continue
            if not _fits(value, kind):
                place = place_of(next(option for option in options if option == key), Place(config, 1))
                owner = message("'{key}' of {name}", key=key, name=name)
                told = message("{what} must be {kind}, got {got}", what=owner, kind=message(_WANTED[kind]), got=repr(value))
                raise YamlError(place, told)
            found[ALIASES.get(key, key)] = value
    return PolicyOptions(**found)


def _fits(value: Any, kind: type) -> bool:
    """Whether an option's value is of its kind. (Any: it is what YAML holds.)"""
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, kind) or (kind is float and isinstance(value, int))


def _learns(policies: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether Rasa's own TED would come to decisions; no policy at all stands for Rasa's usual ones."""
    if not policies:
        return True
    epochs = policies.get("TEDPolicy", {}).get("epochs", 1)
    return isinstance(epochs, int) and epochs >= TED_EPOCHS
