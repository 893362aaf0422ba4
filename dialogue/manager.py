"""The dialogue state for callers who hold their own loop: update it, read it, reset it. A front over track and slots."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dialogue.asked import AskedNeed
from dialogue.configurations import Shelf
from dialogue.domain import Domain, Slot, SlotMapping
from dialogue.events import ActionExecuted, BotUttered, Event, NeedSettled, NeedStatus, UserUttered
from dialogue.intake import Intake
from dialogue.state import DialogueState, SlotValue
from dialogue.state_settings import StateSettings
from dialogue.track import initial_state, track
from dialogue.understanding_json import entity_of
from dialogue.yaml_file import Place
from nlu.understanding import Entity, EntityValue, Guess, Need, Understanding

Entities = Mapping[str, EntityValue] | Sequence[Entity | Mapping[str, Any]]
"""Values by entity name, or entities as nlu gives them, or as Rasa writes them in JSON."""


class DialogueStateManager:
    """Intent, entities and history of one conversation.

    >>> manager = DialogueStateManager()
    >>> _ = manager.update_state("1000并发的云服务器", "product_inquiry", {"concurrency": 1000})
    >>> manager.update_state("那这个的年费是多少", "price_inquiry", {"billing_period": "year"}).value("concurrency")
    1000
    """

    def __init__(self, domain: Domain | None = None, conversation: str = "default", shelf: Shelf | None = None) -> None:
        """`domain` says which entities fill which slots; without one each entity fills a slot of its own name. `shelf` says
        what makes up one configuration, and where its rows stand; without one every slot belongs to it.
        """
        self._domain = domain
        self._conversation = conversation
        self._shelf = shelf
        self._known: dict[str, Entity] = {}
        self.state = self._initial()

    def update_state(self, user_input: str, intent: str | Sequence[str], entities: Entities = ()) -> DialogueState:
        """Take in one utterance. New values win, all else that was said before stays. No intent ('') is not understood."""
        names = tuple(intent.split("+")) if isinstance(intent, str) and intent else tuple(intent)
        found = tuple(_entities(entities, user_input))
        understanding = Understanding(
            user_input,
            tuple(Need(name, 1.0, found, 0, len(user_input)) for name in names),
            found,
            1.0 if names else 0.0,
            tuple(Guess(name, 1.0) for name in names),
        )
        intake = self._intake(found)
        said = UserUttered(user_input, intake.meant(self.state, understanding), channel="api")
        self.state = track(self.state, said)
        for event in intake.first(self.state, said, whole=True):
            self.state = track(self.state, event)
        return self.state

    def settle(self, status: NeedStatus, intent: str | None = None) -> DialogueState:
        """Note what became of the open needs of the last utterance, or of those with this intent only."""
        for need in self.state.asked:
            if need.status == "open" and (need.intent == intent or (intent is None and need.turn == self.state.turn)):
                self.state = track(self.state, NeedSettled(status, need.turn, need.index))
        return self.state

    def _intake(self, found: Sequence[Entity]) -> Intake:
        self._known |= {entity.entity: entity for entity in found}
        domain = self._domain or _domain_of(self._known.values())
        filled = tuple(slot.name for slot in domain.slots.values() if any(one.type == "from_entity" for one in slot.mappings))
        return Intake(domain, self._shelf or Shelf(StateSettings(configuration=("", *filled))))

    def record(self, event: Event) -> DialogueState:
        """Take in what the bot did: an answer (BotUttered), a looked-up value (SlotSet), ..."""
        self.state = track(self.state, event)
        return self.state

    def reset_state(self) -> None:
        """Forget everything."""
        self.state = self._initial()

    def get_state(self) -> dict[str, Any]:
        """The state as a plain dict: intent, entities, history, needs, slots (value, turn, words, source), and beside them
        need_list, configurations, configuration (the name of the current one), offered and replaced (docs/operators.md).
        """
        return plain_state(self.state)

    def _initial(self) -> DialogueState:
        return initial_state(self._conversation, self._domain or Domain())


def plain_state(state: DialogueState) -> dict[str, Any]:
    """A state as a plain dict, for JSON and for people. A slot said in an earlier turn is shown as inherited.

    `needs` are those of the last utterance, `need_list` all of the conversation with what became of each.
    """
    said = state.latest.understanding.entities if state.latest else ()
    return {
        "intent": state.intent,
        "entities": _plain_entities(said),
        "history": [_told(event) for event in state.history],
        "needs": [dataclasses.asdict(need) | {"entities": _plain_entities(need.entities)} for need in state.needs],
        "slots": {name: _slot(slot, state.turn) for name, slot in state.slots.items()},
        "need_list": [_asked(need) for need in state.asked],
        "configurations": _configurations(state),
        "configuration": state.current,
        "offered": list(state.offered),
        "replaced": {name: slot.before for name, slot in state.slots.items() if slot.before is not None},
    }


def _asked(need: AskedNeed) -> dict[str, Any]:
    values = [{"entity": entity, "value": value} for entity, value in need.values]
    return {"turn": need.turn, "intent": need.intent, "words": need.words, "entities": values, "status": need.status}


def _configurations(state: DialogueState) -> dict[str, Any]:
    """Every configuration by name, in the order in which they were opened; none as long as there is but one."""
    if not state.configurations:
        return {}
    group = {slot for slots in state.configurations.values() for slot in slots} | set(state.grouped)
    now = {name: slot for name, slot in state.slots.items() if name in group}
    known = sorted({**state.configurations, state.current: now}.items(), key=lambda item: int(item[0]))
    return {name: {slot: _slot(value, state.turn) for slot, value in slots.items()} for name, slots in known}


def source_of(slot: SlotValue, turn: int) -> str:
    """Where a slot's value comes from, seen from a turn: what was said before is inherited."""
    return "inherited" if slot.source == "said" and slot.turn < turn else slot.source


def _plain_entities(entities: Iterable[Entity]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(entity) for entity in entities]


def _slot(slot: SlotValue, turn: int) -> dict[str, Any]:
    return {"value": slot.value, "turn": slot.turn, "words": slot.words, "source": source_of(slot, turn)}


def _told(event: UserUttered | BotUttered | ActionExecuted) -> dict[str, Any]:
    match event:
        case UserUttered():
            return {"role": "user", "text": event.text, "intents": list(event.understanding.intents)}
        case BotUttered():
            return {"role": "bot", "text": event.text, "response": event.response}
        case ActionExecuted():
            return {"role": "action", "name": event.name, "policy": event.policy, "reason": event.reason}


def _entities(entities: Entities, text: str) -> Iterable[Entity]:
    if isinstance(entities, Mapping):
        for name, value in entities.items():
            yield _placed(Entity(name, value, str(value), 0, 0, "given"), text)
        return
    for entity in entities:
        yield entity if isinstance(entity, Entity) else entity_of(entity)


def _placed(entity: Entity, text: str) -> Entity:
    """The entity with its span where its value stands word for word in the text."""
    start = text.find(entity.text)
    return dataclasses.replace(entity, start=max(start, 0), end=start + len(entity.text) if start >= 0 else 0)


def _domain_of(entities: Iterable[Entity]) -> Domain:
    """A domain in which each of these entities fills a slot of its own name."""
    nowhere = Place(Path(), 0)
    return Domain(
        slots={
            entity.entity: Slot(entity.entity, "any", nowhere, mappings=(SlotMapping("from_entity", entity=entity.entity),))
            for entity in entities
        }
    )
