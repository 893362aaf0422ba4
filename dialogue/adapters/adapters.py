"""The adapters of a running bot: the roster as it stood a moment ago, from which choosing takes no time."""

from __future__ import annotations

from dialogue.adapters.adapter import Roster
from dialogue.adapters.choosing import Choice, Choosing, Wish
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.state import DialogueState


class Adapters:
    """What a bot asks for the name of the model to use. Thread safe: `refresh` puts a whole new roster in place of the old."""

    def __init__(self, registry: Registry, settings: AdapterSettings, base: str) -> None:
        """`base` is the name of the model without an adapter. Raises StoreError."""
        self.registry = registry
        self.settings = settings
        self._base = base
        self._roster = registry.roster()

    @property
    def roster(self) -> Roster:
        return self._roster

    def refresh(self) -> Roster:
        """Read the registry anew. Raises StoreError."""
        self._roster = self.registry.roster()
        return self._roster

    def choose(self, conversation: str, state: DialogueState, wish: Wish | None = None) -> Choice:
        """The adapter for the next words of a conversation, by its slots where nothing else is wished; no store is asked.

        The event of a choice that is `new` must be tracked and stored with the turn: it keeps the conversation on its version.
        """
        choosing = Choosing(self._roster, self._base, self.registry.clock(), self.settings.linger_s)
        return choosing.choose(conversation, wish or wish_of(state, self.settings), state.adapters)


def wish_of(state: DialogueState, settings: AdapterSettings) -> Wish:
    """Who shall speak, as the slots that the settings name say."""

    def words(slot: str) -> tuple[str, ...]:
        value = state.value(slot)
        many = value if isinstance(value, (list, tuple)) else (value,)
        return tuple(str(one) for one in many if isinstance(one, str) and one)

    def word(slot: str) -> str:
        return next(iter(words(slot)), "")

    return Wish(word(settings.persona_slot), word(settings.department_slot), words(settings.preference_slot))
