"""The model asked at a server: what bot.yml's `models: understanding:` names, or `--url` of an evaluation."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.bot_files import Bot
from dialogue.llm import ChatClient, ChatRequest, LlmError, LlmSettings, Said
from nlu.generative.codes import schema
from nlu.generative.folder import Knowledge, load
from nlu.generative.likelihood import Weighed
from nlu.generative.parser import Generated, GenerativeParser, Outcome, Unanswered, most_tokens
from nlu.understanding import Parser

log = logging.getLogger(__name__)

_WEIGHED = 20
"""Tokens told in each place: the most that servers give unasked."""
_AT_ONCE = 8
"""Sentences asked side by side where many are to be read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Asks one adapter of a server. Thread safe."""

    client: ChatClient
    knowledge: Knowledge

    def answers(self, texts: Sequence[str]) -> Sequence[Generated | Unanswered]:
        """In the order of the texts; where the server is late, busy or down, why."""
        if len(texts) == 1:
            return [self._answer(texts[0])]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self._answer, texts))

    def _answer(self, text: str) -> Generated | Unanswered:
        form = schema(self.knowledge.book, len(text))
        request = ChatRequest((Said("user", text),), form, max_tokens=most_tokens(text), likely=_WEIGHED)
        written, tokens = "", []
        try:
            for piece in self.client.pieces(request):
                said = [token.text for token in piece.tokens]
                if "".join(said) != piece.text:  # of a rare character only the last token writes something
                    said = [*[""] * (len(said) - 1), piece.text]
                tokens += [Weighed(text, one.others) for text, one in zip(said, piece.tokens, strict=False)]
                written += piece.text
        except LlmError as fault:
            return Unanswered(fault.kind)
        return Generated(written, tuple(tokens))


@dataclass(frozen=True, slots=True)
class Generative:
    """A bot's understanding by a language model; its connections end with `close`. `counts`: sentences by what became of them."""

    knowledge: Knowledge
    client: ChatClient
    counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def over(self, classifiers: Parser) -> GenerativeParser:
        """A parser that asks the model, and the classifiers where it fails."""
        return GenerativeParser(self.knowledge, Server(self.client, self.knowledge), classifiers, self.note)

    def note(self, outcome: Outcome, why: str) -> None:
        """Count a sentence; that the classifiers had to answer is logged, without what was said."""
        with self._lock:
            self.counts[outcome] += 1
        if outcome != "answered":
            log.info("understood by the classifiers: the model's answer is %s (%s)", outcome, why)

    def counted(self) -> dict[str, int]:
        """The counts at this moment."""
        with self._lock:
            return dict(self.counts)

    def close(self) -> None:
        """Let the connections go."""
        self.client.close()


def generative_of(bot: Bot) -> Generative | None:
    """What bot.yml names, if anything. Raises ModelError where the adapter's folder is not there or cannot be read."""
    settings = bot.settings.models.understanding
    if settings is None:
        return None
    return Generative(load(bot.folder / settings.folder), ChatClient(settings.server))


def parser_at(folder: Path, url: str, deadline_s: float = 30.0) -> GenerativeParser:
    """An adapter's folder, asked under the folder's name at a server, with nobody to fall back on: for measuring. Raises
    ModelError and ValueError."""
    knowledge = load(folder)
    client = ChatClient(LlmSettings(url, folder.resolve().name, deadline_s=deadline_s))
    return GenerativeParser(knowledge, Server(client, knowledge))
