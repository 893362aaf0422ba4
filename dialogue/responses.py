"""Words for a response: picks one of the domain's variations and fills in what the bot knows."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from dialogue.domain import Domain, ResponseVariation
from dialogue.events import BotUttered, Button, UserUttered
from dialogue.spoken import spoken
from dialogue.state import DialogueState
from dialogue.yaml_file import nearest

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}")
"""{slot} or {column} in a template; {{ and }} are braces themselves."""

Known = Callable[[str], Any]
"""The value of a placeholder, None where there is none."""


class UnknownResponse(ValueError):  # noqa: N818 -- it names the thing, as KeyError's kin do
    """A response that the domain does not list."""


class DomainResponder:
    """Says the responses of one domain. `seed` shifts which variation a conversation hears first. Thread safe."""

    def __init__(self, domain: Domain, seed: int = 0) -> None:
        self._responses = domain.responses
        self._seed = seed

    def knows(self, response: str) -> bool:
        return response in self._responses

    def say(self, response: str, state: DialogueState, channel: str, values: Mapping[str, Any] | None = None) -> BotUttered:
        """The words for this state and channel; a placeholder without a value is left out. Raises UnknownResponse.

        Variations take turns, so none is heard twice running; each conversation starts at its own.
        """
        if response not in self._responses:
            raise UnknownResponse(f"response '{response}' is not in the domain{nearest(response, self._responses)}")
        given = values or {}

        def known(name: str) -> Any:
            return given[name] if name in given else state.value(name)

        variations = _fitting(self._responses[response], state, channel)
        if not variations:
            return BotUttered("", "", response)
        start = zlib.crc32(f"{self._seed}/{state.conversation}/{response}".encode())
        said = [event for event in state.history if isinstance(event, BotUttered) and event.response == response]
        now = _said_now(response, state)
        same = _uttered(response, variations[(start + len(said) - len(now)) % len(variations)], known)
        if same.text in now:
            return same  # two needs with one answer: the turn drops the second
        return _uttered(response, variations[(start + len(said)) % len(variations)], known)


def _said_now(response: str, state: DialogueState) -> tuple[str, ...]:
    """What this response has said since the last utterance."""
    texts: list[str] = []
    for event in reversed(state.history):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and event.response == response:
            texts.append(event.own_words)
    return tuple(texts)


def placeholders(template: str) -> tuple[str, ...]:
    """The names that a template wants filled in."""
    return tuple(found.group(1) for found in PLACEHOLDER.finditer(template) if found.group(1))


def fill_in(template: str, known: Known) -> str:
    """The template with its placeholders replaced; one without a value by nothing."""

    def replaced(found: re.Match[str]) -> str:
        name = found.group(1)
        return found.group(0)[0] if name is None else readable(known(name))

    return PLACEHOLDER.sub(replaced, template)


def readable(value: Any) -> str:
    """A value as it is written for people: whole numbers without a point, lists with 、, truth as 是 and 否."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "、".join(readable(item) for item in value)
    return str(value)


def _fitting(variations: tuple[ResponseVariation, ...], state: DialogueState, channel: str) -> tuple[ResponseVariation, ...]:
    """The best kind there is: conditions that hold go before none, and the channel's own before those for all.

    Where all are for other channels, those whose conditions hold are said all the same: better than silence.
    """
    holding = [variation for variation in variations if _holds(variation, state)]
    for conditional in (True, False):
        for wanted in (channel, None):
            kind = [one for one in holding if bool(one.conditions) == conditional and one.channel == wanted]
            if kind:
                return tuple(kind)
    return tuple(holding)


def _holds(variation: ResponseVariation, state: DialogueState) -> bool:
    return all(_same(state.value(name), value) for name, value in variation.conditions.items())


def _same(value: Any, wanted: Any) -> bool:
    """As Rasa compares: text without regard to case."""
    if isinstance(value, str) and isinstance(wanted, str):
        return value.lower() == wanted.lower()
    return bool(value == wanted)


def _uttered(response: str, variation: ResponseVariation, known: Known) -> BotUttered:
    text = fill_in(variation.text, known)
    return BotUttered(
        text=text,
        speech=spoken(text),
        response=response,
        buttons=tuple(Button(fill_in(one.title, known), fill_in(one.payload, known)) for one in variation.buttons),
        image=None if variation.image is None else fill_in(variation.image, known),
        custom=variation.custom,
    )
