"""A bot whose files may change while it talks: each conversation stays with the version that it began with.

`LiveBot` stands where a SalesBot stands and passes each turn on to the SalesBot of the right version.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asr.transcript import Transcript
from deploy.bot import SalesBot
from deploy.bot_parts import Shared
from deploy.versions.archive import Archive, Version, VersionsError
from deploy.versions.held import IDLE_S, held_version
from deploy.versions.loading import Opened, open_archived
from dialogue.bot_files import Bot, BotFaults
from dialogue.events import Event
from dialogue.reply import Reply
from dialogue.state import DialogueState
from dialogue.store import EventStore
from dialogue.wording.wording import Mouth
from nlu.model_folder import ModelError
from nlu.understanding import Understanding

log = logging.getLogger(__name__)

MOST_LOADED = 6
"""Versions in memory at once; an older one that is wanted again is opened from the archive."""


RETRY_S = 5.0
"""Between two tries to open a version that could not be: its model may come from a training or another replica."""


@dataclass(slots=True)
class Serving:
    """A version in memory, and who is with it."""

    version: Version
    opened: Opened
    bot: SalesBot
    turns: int = 0
    """Under way now."""
    conversations: dict[str, float] = field(default_factory=dict)
    """When each that is with this version was last worked on; seconds since 1970."""

    def last_used(self) -> float:
        return max(self.conversations.values(), default=0.0)


@dataclass(slots=True)
class _Work:
    """A conversation that is being worked on: whoever joins in works on the same version."""

    serving: Serving
    by: int = 0


class LiveBot:
    """All versions of one bot. Thread safe."""

    def __init__(self, folder: Path, shared: Shared, archive: Archive, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.shared = shared
        self.archive = archive
        self._clock = clock
        self._guard = threading.RLock()
        self._opening = threading.Lock()
        self._loaded: dict[str, Serving] = {}
        self._tried_at: dict[str, float] = {}
        """When a version could not be opened, by its id."""
        self._works: dict[str, _Work] = {}
        self._current: Serving | None = None

    @property
    def current(self) -> Serving:
        """The version that new conversations begin with."""
        if self._current is None:
            raise RuntimeError("no version was taken yet")
        return self._current

    @property
    def bot(self) -> Bot:
        """The files of the current version."""
        return self.current.bot.bot

    @property
    def store(self) -> EventStore:
        return self.shared.store

    def take(self, opened: Opened, version: Version) -> None:
        """Let new conversations begin with this version from now on."""
        serving = Serving(version, opened, SalesBot(opened.parts, self._clock))
        with self._guard:
            self._current = self._loaded.setdefault(opened.id, serving)
            self._current.version = version
        if self._current is not serving:  # these files had been taken up before, and are still in memory
            serving.bot.retire()
        self.let_go()

    def loaded(self) -> tuple[Serving, ...]:
        """The versions in memory, the current one first."""
        with self._guard:
            return (self.current, *(one for one in self._loaded.values() if one is not self._current))

    def turn(
        self,
        conversation: str,
        heard: str | Transcript,
        channel: str = "rest",
        metadata: Mapping[str, Any] | None = None,
        mouth: Mouth | None = None,
    ) -> Reply:
        with self._working(conversation) as bot:
            reply = bot.turn(conversation, heard, channel, metadata, mouth)
        if reply.end:
            self._forget(conversation)
        return reply

    def start(self, conversation: str, channel: str = "rest") -> Reply:
        with self._working(conversation) as bot:
            return bot.start(conversation, channel)

    def silence(self, conversation: str, channel: str = "rest") -> Reply:
        with self._working(conversation) as bot:
            return bot.silence(conversation, channel)

    def end(self, conversation: str, reason: str) -> None:
        with self._working(conversation) as bot:
            bot.end(conversation, reason)
        self._forget(conversation)

    def understand(self, text: str) -> Understanding:
        return self.current.bot.understand(text)

    def state(self, conversation: str) -> DialogueState:
        with self._working(conversation) as bot:
            state = bot.state(conversation)
        if state.ended or not state.started:
            self._forget(conversation)
        return state

    def events(self, conversation: str) -> tuple[Event, ...]:
        return self.store.events(conversation)

    def close(self) -> None:
        for serving in self.loaded():
            serving.bot.retire()
        self.shared.close()

    def let_go(self) -> None:
        """Give up versions that no conversation is with any more."""
        now = self._clock()
        with self._guard:
            for serving in self._loaded.values():
                for conversation in [name for name, at in serving.conversations.items() if now - at > IDLE_S]:
                    del serving.conversations[conversation]
            old = sorted((one for one in self._loaded.values() if one is not self._current), key=Serving.last_used)
            surplus = len(old) + 1 - MOST_LOADED
            for at, serving in enumerate(old):
                if not serving.turns and (not serving.conversations or at < surplus):
                    self._retire(serving)

    def _retire(self, serving: Serving) -> None:
        del self._loaded[serving.opened.id]
        actions = serving.opened.parts.actions
        if not any(other.opened.parts.actions is actions for other in self._loaded.values()):
            serving.bot.retire()  # a version and the one that came of its training share all but the parser
        log.info("version %d was let go", serving.version.number)

    @contextmanager
    def _working(self, conversation: str) -> Iterator[SalesBot]:
        work = self._begin(conversation)
        try:
            yield work.serving.bot
        finally:
            with self._guard:
                work.by -= 1
                work.serving.turns -= 1
                work.serving.conversations[conversation] = self._clock()
                if not work.by:
                    del self._works[conversation]

    def _begin(self, conversation: str) -> _Work:
        """Join those who work on the conversation, or settle its version by where it stands in the store."""
        while True:
            with self._guard:
                known = self._works.get(conversation)
            serving = known.serving if known else self._settled(conversation)
            with self._guard:
                if conversation not in self._works and self._loaded.get(serving.opened.id) is not serving:
                    continue  # it was let go between the two, and its connections are closed
                work = self._works.setdefault(conversation, _Work(serving))
                work.by += 1
                work.serving.turns += 1
                return work

    def _settled(self, conversation: str) -> Serving:
        expires_s = self.bot.domain.session.session_expiration_time * 60
        wanted = held_version(self.store.last(conversation), self._clock(), expires_s)
        with self._guard:
            found = self._loaded.get(wanted)
            if not wanted or (found is None and wanted.startswith(f"{self.current.version.files_id}~")):
                found = self.current  # free, or begun with what stood in for the current model
        return found or self._reopened(wanted) or self.current

    def _reopened(self, wanted: str) -> Serving | None:
        """A version from the archive, for a conversation that began before this process did, or with another replica."""
        tried_at = self._tried_at.get(wanted)
        if tried_at is not None and 0 <= self._clock() - tried_at < RETRY_S:
            return None
        with self._opening:
            with self._guard:
                found = self._loaded.get(wanted)
            if found is not None:
                return found
            try:
                version = self.archive.with_id(wanted)
                shared = self.shared
                opened = None if version is None else open_archived(self.archive, version, self.folder, lambda _bot: shared)
            except (VersionsError, BotFaults, ModelError, OSError) as fault:
                log.warning("version %s cannot be opened again, its conversations go on with the newest: %s", wanted, fault)
                opened = version = None
            if opened is None or version is None:
                self._tried_at[wanted] = self._clock()
                return None
            self._tried_at.pop(wanted, None)
            serving = Serving(version, opened, SalesBot(opened.parts, self._clock))
            with self._guard:
                return self._loaded.setdefault(opened.id, serving)

    def _forget(self, conversation: str) -> None:
        with self._guard:
            for serving in self._loaded.values():
                serving.conversations.pop(conversation, None)
        self.let_go()
