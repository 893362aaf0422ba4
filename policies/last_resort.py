"""A language model chooses what to do, of actions listed for it, where nobody else knows. Off unless bot.yml asks for it.

It chooses and says nothing: the words are the bot's own responses. What it is shown holds no personal data.
"""

from __future__ import annotations

import json
import logging
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.events import BotUttered, UserUttered
from dialogue.llm import ChatRequest, Chatter, LastResortSettings, LlmError, Said
from dialogue.state import DialogueState
from nlu.personal_data.scrub import scrub_conversation
from policies.policy import Decision
from policies.trail import is_silence

NAME = "last_resort"
NONE = "none"
LONGEST = 300
"""Characters of one line that are shown: more says nothing new, and thousands would take seconds to be cleaned."""
_OF_A_NUMBER = f"{string.ascii_letters}{string.digits}@._-+ 零〇一二三四五六七八九幺两"
_CONFIDENCE = 0.5
"""Stated on the tracker; a model's own figures are no probabilities."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastResortPolicy:
    """Asked after all others but the fallback, which goes on where the model is late, wrong, or finds nothing fitting."""

    settings: LastResortSettings
    chatter: Chatter

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or is_silence(state.latest) or state.actions or state.active_loop is not None:
            return None
        if any(action.policy == NAME for action in state.turn_actions):
            return None  # once a sentence: another wait would be heard
        try:
            chosen = self._chosen(self.chatter.complete(self._request(state)))
        except LlmError as fault:
            log.info("the last resort has no answer: %s", fault)
            return None
        if chosen is None:
            return None
        reason = f"no rule or story knows; the language model chose it of {len(self.settings.actions)}"
        return Decision(chosen, NAME, reason, _CONFIDENCE)

    def _request(self, state: DialogueState) -> ChatRequest:
        listed = "\n".join(f"- {name}: {when}" for name, when in {**self.settings.actions, NONE: "以上都不合适"}.items())
        heard = ", ".join(need.intent for need in state.needs) or "没有听懂"
        system = f"{self.settings.instructions}\n动作：\n{listed}\n\n机器人的理解：{heard}"
        return ChatRequest((Said("system", system), *self._conversation(state)), schema(tuple(self.settings.actions)))

    def _conversation(self, state: DialogueState) -> tuple[Said, ...]:
        """The last things said, without personal data."""
        told = [event for event in state.history if isinstance(event, (UserUttered, BotUttered)) and event.text.strip()]
        shown = told[-self.settings.utterances :]
        clean, _ = scrub_conversation([_shortened(event.text) for event in shown])
        return tuple(
            Said("user" if isinstance(event, UserUttered) else "assistant", one.text)
            for event, one in zip(shown, clean, strict=True)
        )

    def _chosen(self, answer: str) -> str | None:
        """The action of an answer; None for 'none' and for what is not listed."""
        try:
            data = json.loads(answer)
        except ValueError:
            data = None
        chosen = data.get("action") if isinstance(data, dict) else None
        if isinstance(chosen, str) and chosen in self.settings.actions:
            return chosen
        if chosen != NONE:
            log.warning("the last resort answered something that is not on its list")
        return None


def _shortened(text: str) -> str:
    """The beginning of a very long line, without the number or word in which it is cut: half of a number is not known as one."""
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip(_OF_A_NUMBER)


def schema(actions: tuple[str, ...]) -> Mapping[str, Any]:
    """JSON Schema of an answer: one of the actions, or none."""
    return {
        "type": "object",
        "properties": {"action": {"type": "string", "enum": [*actions, NONE]}},
        "required": ["action"],
        "additionalProperties": False,
    }
