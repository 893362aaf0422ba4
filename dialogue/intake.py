"""What an utterance does to what is remembered: values, corrections, what is turned down, which configuration is meant.

For bots with a `state:` section in bot.yml; the others keep their slots as Rasa does (dialogue.slots).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dialogue.asked import turned_down
from dialogue.bot_files import Bot
from dialogue.configurations import Shelf, all_configurations, choose_named, named, opened, pointed
from dialogue.corrections import change_at, is_correction
from dialogue.domain import Domain
from dialogue.events import Event, SlotSet, UserUttered
from dialogue.meaning import INQUIRY, PRICE, Meaning, leaves_it
from dialogue.negation import NOT
from dialogue.references import POINTING, find
from dialogue.slots import extract, filled_by
from dialogue.state import DialogueState
from dialogue.track import track
from nlu.understanding import Entity, Need, Understanding

_ASKS_OF_OTHER_THINGS = frozenset({"requirement", "integration", "complaint", "contact", "deny"})
"""Needs in which a product's name is mostly no wish for it: 能备份我们的数据库吗 changes no server into a database."""
_ALL = re.compile(r"一共|总共|合计|加起来|加埋|拢共|一起|都|全")


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes utterances in for one bot."""

    domain: Domain
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def meaning(self) -> Meaning:
        return Meaning(self.domain, self.shelf)

    def meant(self, state: DialogueState, heard: Understanding) -> Understanding:
        """The understanding with what the words and the conversation add to it; `state` is the one before the utterance."""
        return self.meaning.meant(state, heard)

    def first(self, state: DialogueState, said: UserUttered, whole: bool) -> tuple[Event, ...]:
        """What the utterance changes before its first need is answered; `state` is the one after it was tracked.

        Of several needs that are answered one by one (not `whole`), those from the first on that speaks of another
        configuration wait until their turn (`later`).
        """
        events: list[Event] = []
        if self.shelf.settings.dropped and state.value(self.shelf.settings.dropped) is not None:
            events.append(SlotSet(self.shelf.settings.dropped, None))
        waiting = () if whole else self._waiting(state, said)
        held = {id(entity) for index in waiting for entity in state.needs[index].entities}
        spans = {(entity.start, entity.end) for index in waiting for entity in state.needs[index].entities}
        now = tuple(one for one in said.understanding.entities if id(one) not in held and (one.start, one.end) not in spans)
        end = state.needs[waiting[0]].start if waiting else len(said.text)
        needs = state.needs[: waiting[0]] if waiting else state.needs
        return (*events, *self._taken(_after(state, events), said, Part(said.text[:end], now, needs, whole=not waiting)))

    def later(self, state: DialogueState, said: UserUttered, index: int) -> tuple[Event, ...]:
        """What a need changes when its turn comes, where `first` left it; else nothing."""
        if index not in self._waiting(state, said):
            return ()
        need = state.needs[index]
        return self._taken(state, said, Part(said.text[need.start : need.end], need.entities, (need,), whole=False))

    def _waiting(self, state: DialogueState, said: UserUttered) -> tuple[int, ...]:
        """The needs from the first on (but not the first of all) that points at a configuration of its own."""
        for index, need in enumerate(state.needs[1:], start=1):
            reference = find(said.text[need.start : need.end])
            points = reference is not None and reference.kind in POINTING
            before = state.needs[:index]
            if points or self._new_kind(before, need) or self._changes(before, need):
                return tuple(range(index, len(state.needs)))
        return ()

    def _changes(self, before: Iterable[Need], need: Need) -> bool:
        """Whether the need names another value for what one before it named: by the month first, then by the year."""
        told = {(slot, one.value) for earlier in before for one in earlier.entities for slot in self._slots(one)}
        now = {(slot, one.value) for one in need.entities for slot in self._slots(one)}
        return bool({slot for slot, _ in now - told} & {slot for slot, _ in told})

    def _slots(self, entity: Entity) -> set[str]:
        return named(self.domain, self.shelf, (entity,))

    def _new_kind(self, before: Iterable[Need], need: Need) -> bool:
        """Whether the need names another kind of thing than those before it in the sentence."""
        told = {kind for one in before for kind in self._kinds(one.entities) if one.intent not in _ASKS_OF_OTHER_THINGS}
        named = self._kinds(need.entities)
        return bool(told) and bool(named) and need.intent not in _ASKS_OF_OTHER_THINGS and not told.intersection(named)

    def _taken(self, state: DialogueState, said: UserUttered, part: Part) -> tuple[Event, ...]:
        entities = tuple(one for one in self._meaning(state, part) if not self._counts_those_told(state, part, one))
        events: list[Event] = [*self._placed(state, part, entities)]
        events += self._forgotten(_after(state, events), part, entities)
        wanted = tuple(entity for entity in entities if entity.role != NOT)
        text = said.text if part.whole else ""
        as_said = replace(said, understanding=replace(said.understanding, entities=wanted), text=text or part.text)
        events += extract(self.domain, _after(state, events), as_said)
        events += self._wished(_after(state, events), wanted)
        return (*events, *self._dropped(_after(state, events), part, entities))

    def _meaning(self, state: DialogueState, part: Part) -> tuple[Entity, ...]:
        """The entities that count: a product's name in a need that asks of other things changes no product spoken of."""
        wished = any(self._kinds(need.entities) for need in state.needs if need.intent not in _ASKS_OF_OTHER_THINGS)
        if state.value(self.shelf.settings.kind) is None and not wished:
            return part.entities
        spans = {
            (entity.start, entity.end, entity.entity)
            for need in part.needs
            if need.intent in _ASKS_OF_OTHER_THINGS
            for entity in need.entities
            if self._fills_kind(entity)
        }
        return tuple(entity for entity in part.entities if (entity.start, entity.end, entity.entity) not in spans)

    def _counts_those_told(self, state: DialogueState, part: Part, entity: Entity) -> bool:
        """Whether a number counts the configurations that stand side by side (两台一共多少), not how many of one are wanted."""
        count = self.shelf.settings.count
        if not count or count not in filled_by(self.domain, entity.entity):
            return False
        side_by_side = sum(self.shelf.settings.row in slots for slots in all_configurations(state, self.shelf).values())
        return side_by_side > 1 and entity.value == side_by_side and bool(_ALL.search(part.text))

    def _placed(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Which configuration is spoken of."""
        bare = not entities and [need.intent for need in part.needs] == [INQUIRY]
        reference = find(part.text, loosely=bare)
        sized = bool(named(self.domain, self.shelf, entities))
        if reference is not None and reference.kind == "another":
            beside = state.value(self.shelf.settings.row) is not None
            return opened(state, self.shelf, reference.words, self._kind_slot(entities)) if sized and beside else ()
        if reference is not None and reference.kind == "any" and not leaves_it(state, reference, self.shelf):
            return ()
        if reference is not None:
            found = pointed(self._of_named_kind(state, entities), self.shelf, reference)
            if found:
                return found
        return self._other_kind(state, part, entities)

    def _of_named_kind(self, state: DialogueState, entities: tuple[Entity, ...]) -> DialogueState:
        """The state in which the kind of thing that the sentence names is spoken of: the cheapest server is a server."""
        kinds = self._kinds(entities)
        if len(kinds) != 1 or state.value(self.shelf.settings.kind) is not None:
            return state
        return track(state, SlotSet(self.shelf.settings.kind, next(iter(kinds)), "said"))

    def _other_kind(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Another kind of thing is a configuration of its own, unless it takes the place of the one spoken of."""
        settings = self.shelf.settings
        before, kinds = state.value(settings.kind), self._kinds(entities)
        if before is None or len(kinds) != 1 or before in kinds or state.value(settings.row) is None:
            return ()
        if state.slots[settings.kind].before in kinds:
            return ()  # back to what it was before it was put right
        parked = [
            name for name, slots in state.configurations.items() if settings.kind in slots and slots[settings.kind].value in kinds
        ]
        changed = change_at(part.text)
        told_before = next(one for one in entities if self._fills_kind(one)).end <= changed
        if changed >= 0 and not (parked and told_before):
            return ()
        if parked and (changed >= 0 or named(self.domain, self.shelf, entities) <= {settings.kind, *settings.carried}):
            return choose_named(state, self.shelf, parked[-1], part.text)
        return opened(state, self.shelf, next(one.text for one in entities if self._fills_kind(one)), (settings.kind,))

    def _forgotten(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Sizes of before that no longer hold, since the thing was described anew."""
        settings = self.shelf.settings
        told = named(self.domain, self.shelf, entities)
        sizes = [slot for slot in settings.configuration if slot != settings.kind and slot not in settings.carried]
        said_now = [slot for slot in sizes if slot in told]
        if settings.kind not in told or not said_now:
            return ()
        again = len(said_now) > 1 or any(state.value(slot) is not None for slot in said_now)
        anew = is_correction(part.text) or (again and any(need.intent == PRICE for need in part.needs))
        old = [slot for slot in sizes if slot not in told and state.value(slot) is not None]
        return tuple(SlotSet(slot, None, "said", part.text) for slot in old if anew)

    def _wished(self, state: DialogueState, wanted: tuple[Entity, ...]) -> tuple[Event, ...]:
        """The lists of what was asked for, with what this sentence adds."""
        found = []
        for slot, name in self.shelf.settings.wishes.items():
            before = _listed(state, slot)
            new = [entity for entity in wanted if entity.entity == name and entity.value not in before]
            if new:
                values = [*before, *dict.fromkeys(entity.value for entity in new)]
                found.append(SlotSet(slot, values, "said", "、".join(entity.text for entity in new)))
        return tuple(found)

    def _dropped(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """What the sentence turns down leaves the slots that hold it; earlier needs for it are refused."""
        gone = tuple(entity for entity in entities if entity.role == NOT)
        if not gone:
            return ()
        found: list[Event] = []
        for entity in gone:
            for slot in sorted(filled_by(self.domain, entity.entity)):
                if state.value(slot) == entity.value:
                    found.append(SlotSet(slot, None, "said", part.text))
        for slot, name in self.shelf.settings.wishes.items():
            before = _listed(state, slot)
            left = [value for value in before if value not in {one.value for one in gone if one.entity == name}]
            if left != before:
                found.append(SlotSet(slot, left or None, "said", part.text))
        if self.shelf.settings.dropped and len(gone) == len(entities):
            words = "、".join(dict.fromkeys(entity.text for entity in gone))
            found.append(SlotSet(self.shelf.settings.dropped, words, "said", part.text))
        return (*found, *turned_down(state.asked, state.turn, ((one.entity, one.value) for one in gone)))

    def _kinds(self, entities: Iterable[Entity]) -> set[object]:
        return {entity.value for entity in entities if entity.role != NOT and self._fills_kind(entity)}

    def _kind_slot(self, entities: Iterable[Entity]) -> tuple[str, ...]:
        return (self.shelf.settings.kind,) if self._kinds(entities) else ()

    def _fills_kind(self, entity: Entity) -> bool:
        kind = self.shelf.settings.kind
        return bool(kind) and kind in filled_by(self.domain, entity.entity)


def intake_of(bot: Bot) -> Intake | None:
    """How a bot with a `state:` section takes utterances in; None for one that keeps its slots as Rasa does."""
    settings = bot.settings.state
    return Intake(bot.domain, Shelf.of(settings, bot.facts.tables)) if settings.configuration else None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an utterance that is taken in at once, its entities and needs."""

    text: str
    entities: tuple[Entity, ...]
    needs: tuple[Need, ...]
    whole: bool


def _listed(state: DialogueState, slot: str) -> list[object]:
    value = state.value(slot)
    return list(value) if isinstance(value, (list, tuple)) else []


def _after(state: DialogueState, events: Iterable[Event]) -> DialogueState:
    for event in events:
        state = track(state, event)
    return state
