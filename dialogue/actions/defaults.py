"""The actions that every bot of Rasa has without a word in its files, beside those of dialogue.actions.built_in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.domain import Domain
from dialogue.events import BotUttered, Button, Event, UtteranceReverted
from dialogue.slots import extract
from dialogue.state import DialogueState

DEFAULT = "utter_default"
ASK_REPHRASE = "utter_ask_rephrase"
OUT_OF_SCOPE = "/out_of_scope"
AFFIRM_WORDS = "您的意思是“{intent}”吗？"
REPHRASE_WORDS = "不好意思，我没听明白，您能换个说法吗？"


@dataclass(frozen=True, slots=True)
class Retrieve:
    """utter_INTENT of a retrieval intent: says the response of the very kind that was heard (utter_faq/prices)."""

    intent: str
    terms: Mapping[str, Any] = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        response = f"utter_{self._kind(context.state)}"
        if not context.responder.knows(response):
            return ()
        return (context.responder.say(response, context.state, context.channel, self.terms),)

    def _kind(self, state: DialogueState) -> str:
        """The likeliest kind of this intent: that of the need in focus, else the best of the ranking."""
        needs = (state.focus,) if state.focus is not None else state.needs
        heard = [need.intent for need in needs if need is not None]
        ranking = () if state.latest is None else state.latest.understanding.ranking
        named = (*heard, *(guess.intent for guess in ranking))
        return next((name for name in named if name.startswith(f"{self.intent}/")), self.intent)


@dataclass(frozen=True, slots=True)
class DefaultFallback:
    """action_default_fallback: says utter_default and takes the utterance back, so that stories go on as if it were not."""

    terms: Mapping[str, Any] = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        if not context.responder.knows(DEFAULT):
            return (UtteranceReverted(),)
        return (context.responder.say(DEFAULT, context.state, context.channel, self.terms), UtteranceReverted())


@dataclass(frozen=True, slots=True)
class Back:
    """action_back: this utterance and the one before count for nothing."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:  # noqa: ARG002
        return (UtteranceReverted(), UtteranceReverted())


@dataclass(frozen=True, slots=True)
class AskAffirmation:
    """action_default_ask_affirmation: asks whether the likeliest intent was meant, with buttons for yes and no."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        latest = context.state.latest
        ranking = () if latest is None else latest.understanding.ranking
        intent = next((guess.intent for guess in ranking), "")
        if not intent:
            return AskRephrase().run(context)
        text = AFFIRM_WORDS.format(intent=intent)
        return (BotUttered(text, text, buttons=(Button("是", f"/{intent}"), Button("不是", OUT_OF_SCOPE))),)


@dataclass(frozen=True, slots=True)
class AskRephrase:
    """action_default_ask_rephrase: asks for other words."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        if context.responder.knows(ASK_REPHRASE):
            return (context.responder.say(ASK_REPHRASE, context.state, context.channel, {}),)
        return (BotUttered(REPHRASE_WORDS, REPHRASE_WORDS),)


@dataclass(frozen=True, slots=True)
class ExtractSlots:
    """action_extract_slots: fills slots from the last utterance, which every turn does by itself before anything is decided."""

    domain: Domain

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        latest = context.state.latest
        return () if latest is None else extract(self.domain, context.state, latest)
