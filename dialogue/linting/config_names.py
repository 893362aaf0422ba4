"""What config.yml's policies name: actions and intents that the bot lacks, and policies that there are not."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, place_of

POLICIES = (
    "RulePolicy",
    "MemoizationPolicy",
    "AugmentedMemoizationPolicy",
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
    "HandOverPolicy",
)
NAMED = {"core_fallback_action_name": "action", "human_intent": "intent", "accept_intent": "intent"}
"""Options that name something, and what."""


def check_config(scope: Scope) -> Iterator[Fault]:
    """Names in config.yml's policies. A policy of another name may be the operators' own, unless it is nearly one of ours."""
    file = Place(scope.bot.folder / "config.yml", 1)
    for policy, options in scope.bot.policies.items():
        close = difflib.get_close_matches(policy, POLICIES, n=1, cutoff=0.85)
        if close and policy not in POLICIES and "." not in policy:
            told = message("there is no policy '{name}'; did you mean '{close}'?", name=policy, close=close[0])
            yield Fault(place_of(policy, file), told, "policy", "warning")
        for option, value in options.items():
            if option in NAMED and isinstance(value, str):
                owner = message("policy '{name}'", name=policy)
                yield from scope.unknown(NAMED[option], value, owner, place_of(value, file), tolerated=True)
