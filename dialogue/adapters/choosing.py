"""Which adapter words what is said next in a conversation: by department, persona and preferences, and by the draw of a trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogue.adapters.adapter import Adapter, Roster, Trial
from dialogue.events import AdapterChosen

STANDARD = "standard"
"""The persona that speaks where another is wished for that no adapter has."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who shall speak, as far as it is known."""

    persona: str = ""
    department: str = ""
    preferences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """`model` goes into the request. `event` is to be recorded where it is `new`; None: this bot has no adapter for it."""

    model: str
    event: AdapterChosen | None = None
    new: bool = False

    @property
    def adapter(self) -> str:
        """The adapter's name, '' for the base alone."""
        return "" if self.event is None else self.event.adapter


@dataclass(frozen=True, slots=True)
class Choosing:
    """What choosing goes by at one moment. `base` is the model's name without an adapter."""

    roster: Roster
    base: str
    now: float = 0.0
    linger_s: float = 0.0

    def choose(self, conversation: str, wish: Wish, recorded: Mapping[str, AdapterChosen]) -> Choice:
        """`recorded` is what was drawn in this session, by line: it stands until that version can no longer be had."""
        line = self._line(wish)
        if line is None:
            return Choice(self.base)
        before = recorded.get(line)
        if before is not None and self._stands(before):
            return Choice(self._model(before.adapter), before)
        drawn = self._drawn(line, conversation)
        return Choice(self._model(drawn.adapter), drawn, new=drawn != before)

    def _line(self, wish: Wish) -> str | None:
        """The line that fits best; among equals the first by name."""
        ranks = {adapter.line: rank for adapter in self._leading() if (rank := fit(adapter, wish)) is not None}
        return min(ranks, key=lambda line: (*(-points for points in ranks[line]), line), default=None)

    def _leading(self) -> Iterable[Adapter]:
        """What each line is told by: its version in use, else the one on trial."""
        by_line = {adapter.line: adapter for adapter in self.roster.adapters if adapter.status == "trial"}
        return (by_line | {adapter.line: adapter for adapter in self.roster.adapters if adapter.status == "live"}).values()

    def _stands(self, before: AdapterChosen) -> bool:
        """Whether a conversation may stay: a trial that was ended takes its conversations with it, unless it was promoted."""
        if not before.adapter:
            return before.trial == self._trial_id(before.line)
        adapter = self.roster.find(before.adapter)
        if adapter is None:
            return False
        if adapter.status in ("live", "trial"):
            return True
        return before.arm == "live" and self.roster.lingers(adapter, self.now, self.linger_s)

    def _drawn(self, line: str, conversation: str) -> AdapterChosen:
        trial, live = self.roster.trial_of(line), self.roster.live(line)
        if trial is None:
            return AdapterChosen(line, "" if live is None else live.name, "base" if live is None else "live")
        if trial.takes(conversation):
            return AdapterChosen(line, trial.adapter, "trial", trial.id)
        return AdapterChosen(line, trial.control, "live" if trial.control else "base", trial.id)

    def _trial_id(self, line: str) -> str:
        trial: Trial | None = self.roster.trial_of(line)
        return "" if trial is None else trial.id

    def _model(self, adapter: str) -> str:
        found = self.roster.find(adapter) if adapter else None
        return self.base if found is None else self.roster.served(found)


def fit(adapter: Adapter, wish: Wish) -> tuple[int, int, int] | None:
    """Points for department, persona and preferences; None where it must not speak."""
    department = _points(adapter.department, wish.department, ())
    persona = _points(adapter.persona, wish.persona, (STANDARD,))
    if department is None or persona is None:
        return None
    return department, persona, len(set(adapter.tags) & set(wish.preferences))


def _points(has: str, wished: str, stands_in: tuple[str, ...]) -> int | None:
    if has == wished:
        return 3
    if not has:
        return 2
    if has in stands_in:
        return 1
    return None if wished else 0
