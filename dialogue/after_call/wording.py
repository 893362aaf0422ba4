"""Sections in the house's own voice: a language model words them, the guard reads every sentence, the template stands in."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogue.adapters.adapters import Adapters, wish_of
from dialogue.adapters.choosing import STANDARD, Choice
from dialogue.after_call.account import Account
from dialogue.after_call.house import House
from dialogue.after_call.settings import DocumentWording, Section
from dialogue.after_call.vetting import context_for
from dialogue.guard import Verdict, guarded
from dialogue.guard.figures import figures
from dialogue.guard.reading import read
from dialogue.llm import ChatRequest, Chatter, LlmError, Said
from dialogue.responses import fill_in
from dialogue.spoken import sentences
from dialogue.style.prompts import prompt_of

log = logging.getLogger(__name__)

ASKED = "请用您一贯的口吻把下面这段话写给客户，意思不变，不加新的内容：\n{text}"
_TIMES_LONGER, _LONGER = 2, 60
"""A wording of more than twice the template's characters and these says what the template doesn't."""
_CLOSE = 1e-6
_SHOWN = 12
"""Characters by which a section without a heading is known again."""


@dataclass(slots=True)
class DocumentWords:
    """Words the sections of one account's documents; `notes` say where the template stood in, and why."""

    chatter: Chatter
    choice: Choice
    settings: DocumentWording
    account: Account
    house: House
    notes: list[str] = field(default_factory=list)

    def __call__(self, section: Section, text: str) -> str:
        """Another wording of a section's text; the text itself where the model's is late, wrong or not to be said."""
        try:
            answer = self.chatter.complete(self._request(text))
        except LlmError as fault:
            return self._instead(section, text, fault.kind)
        stopped: list[Verdict] = []
        passed = guarded(sentences(answer), self.house.guard, context_for(self.account, self.house), stopped.append)
        words = "".join(passed).strip()
        if stopped:
            return self._instead(section, text, stopped[0].reason)
        why = unfit(words, text)
        return self._instead(section, text, why) if why else words

    def _request(self, text: str) -> ChatRequest:
        prompt = prompt_of(self._persona(), self._facts(), "写方案")
        messages = (Said("system", prompt), Said("user", fill_in(ASKED, {"text": text}.get)))
        return ChatRequest(
            messages, max_tokens=self.settings.max_tokens, model=self.choice.model, deadline_s=self.settings.deadline_s
        )

    def _persona(self) -> str:
        """What the model is told of its part: by these settings, else by the bot's `personas`."""
        personas = self.house.bot.settings.personas
        spoken = wish_of(self.account.state, self.house.bot.settings.adapters).persona
        told = self.settings.persona or personas.get(spoken) or personas.get(STANDARD, "")
        return fill_in(told, self.house.bot.facts.terms.get)

    def _facts(self) -> Sequence[str]:
        """What the house recommends. Nothing of the client's own goes to the model."""
        return [str(one.row.row.get("name") or one.row.row.get("id")) for one in self.account.standing]

    def _instead(self, section: Section, text: str, reason: str) -> str:
        log.info("a section of a document has the template's words: %s", reason)
        known = {"heading": section.heading or text[:_SHOWN], "reason": reason}
        self.notes.append(fill_in(self.house.settings.texts["unworded"], known.get))
        return text


def choice_of(account: Account, adapters: Adapters | None, base: str) -> Choice:
    """Whose words: the tenant's adapter by persona, department and preferences heard; that of the call, where it had one."""
    if adapters is None:
        return Choice(base)
    return adapters.choose(account.session.conversation, account.state)


def unfit(words: str, text: str) -> str:
    """Why other words can't stand for a text; '' where they can: a figure is missing, or they are none, or too many."""
    if not words:
        return "no words"
    if len(words) > _TIMES_LONGER * len(text) + _LONGER:
        return "too long"
    told = figures(read(words).text)
    wanted = figures(read(text).text)
    lost = [
        one
        for one in wanted
        if not any(one.kind == two.kind and math.isclose(one.value, two.value, abs_tol=_CLOSE) for two in told)
    ]
    return "a figure is missing" if lost else ""
