"""Who writes up the conversations of a bot: by its files as they are now, in the voice that its bot.yml lets speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dialogue.adapters.adapters import Adapters
from dialogue.after_call.account import Account
from dialogue.after_call.house import House
from dialogue.after_call.report import Report, not_worded, report_of
from dialogue.after_call.session import Session
from dialogue.after_call.wording import DocumentWords, choice_of
from dialogue.bot_files import Bot
from dialogue.llm import ChatClient, LlmSettings


class Writers:
    """Writes reports by the version of a bot that its files are at."""

    def __init__(self, bot: Callable[[], Bot], adapters: Adapters | None = None) -> None:
        self._bot = bot
        self._adapters = adapters
        self._house: House | None = None
        self._client: ChatClient | None = None

    def house(self) -> House:
        """Of the bot as its files say now."""
        bot, known = self._bot(), self._house
        if known is None or known.bot is not bot:
            self._house = known = House.of(bot)
        return known

    def report(self, session: Session, worded: bool = True) -> Report:
        """A session, written up; where `worded`, by the language model that bot.yml lets word documents, if any."""
        return report_of(session, self.house(), self._wording if worded else not_worded)

    def _wording(self, account: Account) -> DocumentWords | None:
        house = self.house()
        settings, llm = house.settings.wording, house.bot.settings.models.llm
        if settings is None or llm is None:
            return None
        client = self._client_of(replace(llm, deadline_s=settings.deadline_s))
        return DocumentWords(client, choice_of(account, self._adapters, llm.model), settings, account, house)

    def close(self) -> None:
        """Let the model's connections go."""
        if self._client is not None:
            self._client.close()

    def _client_of(self, settings: LlmSettings) -> ChatClient:
        """A client of its own: a model that fails documents must not be left alone by the calls."""
        if self._client is None or self._client.settings != settings:
            self.close()
            self._client = ChatClient(settings)
        return self._client
