"""What a bot that talks is made of: one version of its files, and what all versions share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bot_models import cache_folder
from deploy.generative.server import Generative, generative_of
from dialogue.actions.action import Action, Responder
from dialogue.actions.catalogue import action_server_of, actions_of
from dialogue.actions.remote import ActionServer
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.opening import adapters_of
from dialogue.asked import roles_of
from dialogue.bot_files import Bot
from dialogue.events import NeedStatus
from dialogue.guard.action_guard import ActionGuard, action_guard_of
from dialogue.intake import Intake, intake_of
from dialogue.llm import ChatClient
from dialogue.locks import ConversationLocks, ThreadLocks, locks_of
from dialogue.responses import DomainResponder
from dialogue.store import EventStore
from dialogue.wording.wording import Wording, wording_of
from nlu.understanding import Parser
from policies.ensemble import Ensemble


@dataclass(frozen=True, slots=True)
class BotParts:
    """What a SalesBot is made of; tests put their own in."""

    bot: Bot
    parser: Parser
    ensemble: Ensemble
    actions: Mapping[str, Action]
    responder: Responder
    store: EventStore
    locks: ConversationLocks = field(default_factory=ThreadLocks)
    server: ActionServer | None = None
    """Who carries out the custom actions; its connections end with the bot."""
    llm: ChatClient | None = None
    """The language model of bot.yml; its connections end with the bot, too."""
    adapters: Adapters | None = None
    """Who says which adapter of the language model a conversation has."""
    generative: Generative | None = None
    """The language model that understands, where bot.yml has one; `parser` answers where it fails."""
    version: str = ""
    """What the events are marked with; empty: the hash of the bot's files."""
    intake: Intake | None = field(init=False)
    """How utterances are taken in, where bot.yml says more of it than Rasa's files can."""
    roles: Mapping[str, NeedStatus] = field(init=False)
    """Which responses ask back or refuse."""
    guard: ActionGuard | None = field(init=False)
    """Who checks the texts of custom actions, where bot.yml wants it."""
    wording: Wording | None = field(init=False)
    """What words replies, where bot.yml lets a language model do so."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "intake", intake_of(self.bot))
        object.__setattr__(self, "roles", roles_of(self.bot.settings.actions))
        object.__setattr__(self, "guard", action_guard_of(self.bot))
        object.__setattr__(self, "wording", wording_of(self.bot, self.llm, self.adapters))


@dataclass(frozen=True, slots=True)
class Shared:
    """What all versions of a bot have in common: where conversations are kept, and who may work on one."""

    store: EventStore
    locks: ConversationLocks
    adapters: Adapters | None = None
    """The adapters of the language model, where the bot has any."""

    @classmethod
    def of(cls, bot: Bot, store_url: str | None = None, clock: Callable[[], float] = time.time) -> Shared:
        """Open the bot's store and locks, as bot.yml names them. Raises StoreError, LocksError, RegistryError."""
        locks = locks_of(bot.settings.store.locks)
        store = EventStore(store_url or bot.settings.store_url(bot.folder), clock)
        try:
            return cls(store, locks, adapters_of(bot, store, clock))
        except ValueError:
            store.close()
            locks.close()
            raise

    def close(self) -> None:
        self.store.close()
        self.locks.close()


def parts_of(bot: Bot, parser: Parser, shared: Shared, version: str = "", cache: Path | None = None) -> BotParts:
    """A bot as it was read, made ready to talk; what it learns of stories is kept in `cache`, by default in its own folder.

    Raises BotFaults for what its endpoints.yml and actions lack.
    """
    server = action_server_of(bot)
    llm = None if bot.settings.models.llm is None else ChatClient(bot.settings.models.llm)
    return BotParts(
        bot=bot,
        parser=parser,
        ensemble=Ensemble.of(bot, (cache or cache_folder(bot.folder)) / "policies", llm),
        actions=actions_of(bot, server),
        responder=DomainResponder(bot.domain),
        store=shared.store,
        locks=shared.locks,
        server=server,
        llm=llm,
        adapters=shared.adapters,
        generative=generative_of(bot),
        version=version,
    )
