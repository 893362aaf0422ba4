"""What a language model is asked to word: the prompt, the facts that its words must tell, the question that stays asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.events import BotUttered
from dialogue.facts import Row
from dialogue.forms import question_names
from dialogue.guard.context import context_of
from dialogue.responses import fill_in
from dialogue.state import DialogueState
from dialogue.style.prompts import prompt_of
from dialogue.wording.carrying import Facts, facts_of, is_name, whole_sentences
from dialogue.wording.settings import WordedResponse
from dialogue.wording.values import filled, others_of, phrase, row_of
from nlu.personal_data.scrub import scrub_conversation

STANDARD = "standard"
"""The persona of bot.yml whose words stand where the one that speaks has none."""
_LONGEST = 200
"""Characters of the customer's words that the model is shown."""
_QUESTION = re.compile(r"(?:[?？]|吗[。！!]?)[”’」』）)\"]*$")


@dataclass(frozen=True, slots=True)
class Task:
    """One response to be worded. `question` is what it asks and everything behind: said after the model's words, as it is."""

    response: str
    prompt: str
    instructions: str
    """The prompt without its facts: what nobody is to hear."""
    said: str
    """The customer's words that are being answered, without personal data."""
    values: Mapping[str, str]
    facts: Facts
    question: str = ""
    keep: tuple[str, ...] = ()

    def keeps(self, words: str) -> bool:
        """Whether words ask what the response asks, where the model may ask it itself."""
        return all(re.search(one, words) for one in self.keep)


def task_of(bot: Bot, message: BotUttered, state: DialogueState, persona: str = "") -> Task | None:
    """What is to be worded of a message; None where its own words are to be said."""
    settings, response = bot.settings.wording, message.response
    entry = None if settings is None or response is None else settings.of(response)
    said = _words_answered(state)
    if entry is None or response is None or not said or not message.text.strip():
        return None
    body, question = (message.text, "") if entry.keep else parted(message.text)
    asks = response in bot.settings.offers or is_form_question(bot.domain, response)
    if not body or (asks and not question and not entry.keep):
        return None
    values = filled(bot.domain.responses.get(response, ()), message.text)
    others = {name: others_of(name, value, bot.facts) for name, value in values.items() if is_name(value)}
    told, facts = _persona(bot, persona), facts_of(body, values, entry, others)
    prompt = prompt_of(told, _phrases(bot, entry, body, values, state), entry.state)
    return Task(response, prompt, prompt_of(told, (), entry.state), said, values, facts, question, entry.keep)


def parted(text: str) -> tuple[str, str]:
    """A text as what stands before its first question, and the rest."""
    sentences = whole_sentences(text)
    first = next((at for at, one in enumerate(sentences) if asks(one)), len(sentences))
    return "".join(sentences[:first]), "".join(sentences[first:])


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return _QUESTION.search(sentence.strip()) is not None


def is_form_question(domain: Domain, response: str) -> bool:
    """Whether a response asks for a slot of a form."""
    return any(response in question_names(form, slot) for form in domain.forms.values() for slot in form.required_slots)


def _persona(bot: Bot, persona: str) -> str:
    personas = bot.settings.personas
    return fill_in(personas.get(persona) or personas.get(STANDARD, ""), bot.facts.terms.get)


def _phrases(bot: Bot, entry: WordedResponse, body: str, values: Mapping[str, str], state: DialogueState) -> tuple[str, ...]:
    """What the model is told: the facts of the entry that can be filled in, else the response itself."""
    row = row_of(values, bot.facts) or _row_spoken_of(bot, state)

    def known(name: str) -> Any:
        if name in values:
            return values[name]
        return next((one for one in (row.get(name), state.value(name), bot.facts.terms.get(name)) if one is not None), None)

    if entry.facts is None:
        told = [sentence.rstrip("。！!") for sentence in whole_sentences(body)]
    else:
        told = [one for template in entry.facts if (one := phrase(template, known))]
    return tuple(dict.fromkeys(one.replace("；", "，") for one in told))


def _row_spoken_of(bot: Bot, state: DialogueState) -> Row:
    rows = context_of(state, bot.facts).rows
    return rows[0].row if rows and len(state.offered) == 1 else {}


def _words_answered(state: DialogueState) -> str:
    """The customer's words of the need that is being answered, else all of them; '' after a silence or a button."""
    text, need = "" if state.latest is None else state.latest.text.strip(), state.focus
    if not text or text.startswith("/"):
        return ""
    part = text[need.start : need.end] if need is not None and state.need is not None and need.end > need.start else text
    clean, _ = scrub_conversation([part[: 2 * _LONGEST]])  # a number cut in half here is cut off below
    return clean[0].text[:_LONGEST].strip(" ，,。")
