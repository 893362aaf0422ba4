"""What an utterance does to what is remembered: values, corrections, what is turned down, which configuration is meant.

For bots with a `state:` section in bot.yml; the others keep their slots as Rasa does (dialogue.slots).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dialogue.asked import SUPPLEMENT, turned_down
from dialogue.configurations import Shelf, choose_named, neighbour, opened, pointed, usual
from dialogue.corrections import is_correction, opener, replaces
from dialogue.domain import Domain
from dialogue.events import Event, SlotSet, UserUttered
from dialogue.negation import NOT, marked, refuses
from dialogue.references import Reference, find
from dialogue.slots import extract, filled_by
from dialogue.state import DialogueState
from dialogue.track import track
from nlu.understanding import Entity, Guess, Need, Understanding

INQUIRY = "product_inquiry"
PRICE = "price_inquiry"
PURCHASE = "purchase"
DENY = "deny"
CHITCHAT = "chitchat"
_ASKS_OF_OTHER_THINGS = frozenset({"requirement", "integration", "complaint", "contact"})
"""Needs in which a product's name is mostly no wish for it: 能备份我们的数据库吗 changes no server into a database."""
_VAGUE = frozenset({"discount", "supplement_demand", "product_inquiry", "requirement", "affirm", "chitchat", "deny"})
"""What 'a cheaper one' or 'the second' may be taken for; it asks for a product."""
_POINTING = frozenset({"number", "cheapest", "dearest", "before", "cheaper", "dearer", "another"})


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes utterances in for one bot."""

    domain: Domain
    shelf: Shelf = field(default_factory=Shelf)

    def meant(self, state: DialogueState, heard: Understanding) -> Understanding:
        """The understanding with what the words and the conversation add to it; `state` is the one before the utterance."""
        text = heard.text
        if not text.strip():
            return heard
        entities = marked(text, heard.entities)
        needs = tuple(self._need(state, text, replace(need, entities=marked(text, need.entities))) for need in heard.needs)
        needs = self._without_openers(state, text, entities, needs)
        if not needs:
            needs = self._pointing(state, text, entities, heard.confidence)
        if needs == heard.needs and entities == heard.entities:
            return heard
        kept = () if needs == heard.needs else tuple(Guess(need.intent, need.confidence) for need in needs[:1])
        others = tuple(guess for guess in heard.ranking if not kept or guess.intent != kept[0].intent)
        return Understanding(text, needs, entities, heard.confidence, (*kept, *others))

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
            if (reference is not None and reference.kind in _POINTING) or self._new_kind(state.needs[:index], need):
                return tuple(range(index, len(state.needs)))
        return ()

    def _new_kind(self, before: Iterable[Need], need: Need) -> bool:
        """Whether the need names another kind of thing than those before it in the sentence."""
        told = {kind for one in before for kind in self._kinds(one.entities) if one.intent not in _ASKS_OF_OTHER_THINGS}
        named = self._kinds(need.entities)
        return bool(told) and bool(named) and need.intent not in _ASKS_OF_OTHER_THINGS and not told.intersection(named)

    def _taken(self, state: DialogueState, said: UserUttered, part: Part) -> tuple[Event, ...]:
        entities = self._meaning(state, part)
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
        if state.value(self.shelf.settings.kind) is None:
            return part.entities
        spans = {
            (entity.start, entity.end, entity.entity)
            for need in part.needs
            if need.intent in _ASKS_OF_OTHER_THINGS
            for entity in need.entities
            if self._fills_kind(entity)
        }
        return tuple(entity for entity in part.entities if (entity.start, entity.end, entity.entity) not in spans)

    def _placed(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Which configuration is spoken of."""
        reference = find(part.text)
        named = self._named(entities)
        if reference is not None and reference.kind == "another":
            beside = state.value(self.shelf.settings.row) is not None
            return opened(state, self.shelf, reference.words, self._kind_slot(entities)) if named and beside else ()
        if reference is not None and reference.kind == "any" and not leaves_it(state, reference, self.shelf):
            return ()
        if reference is not None:
            found = pointed(state, self.shelf, reference)
            if found:
                return found
        return self._other_kind(state, part, entities)

    def _other_kind(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Another kind of thing is a configuration of its own, unless it takes the place of the one spoken of."""
        settings = self.shelf.settings
        before, kinds = state.value(settings.kind), self._kinds(entities)
        if before is None or len(kinds) != 1 or before in kinds or state.value(settings.row) is None or replaces(part.text):
            return ()
        parked = [
            name for name, slots in state.configurations.items() if settings.kind in slots and slots[settings.kind].value in kinds
        ]
        if parked and self._named(entities) <= {settings.kind, *settings.carried}:
            return choose_named(state, self.shelf, parked[-1], part.text)
        return opened(state, self.shelf, next(one.text for one in entities if self._fills_kind(one)), (settings.kind,))

    def _forgotten(self, state: DialogueState, part: Part, entities: tuple[Entity, ...]) -> tuple[Event, ...]:
        """Sizes of before that no longer hold, since the thing was described anew."""
        settings = self.shelf.settings
        named = self._named(entities)
        sizes = [slot for slot in settings.configuration if slot != settings.kind and slot not in settings.carried]
        said_now = [slot for slot in sizes if slot in named]
        if settings.kind not in named or not said_now:
            return ()
        again = len(said_now) > 1 or any(state.value(slot) is not None for slot in said_now)
        anew = is_correction(part.text) or (again and any(need.intent == PRICE for need in part.needs))
        old = [slot for slot in sizes if slot not in named and state.value(slot) is not None]
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

    def _need(self, state: DialogueState, text: str, need: Need) -> Need:
        """A need that only turns something down, or that points at a configuration, is what it comes to."""
        words = text[need.start : need.end] or text
        refusable = self.shelf.settings.refusable.get(need.intent, ())
        if refuses(text, refusable, need.start, need.end or len(text)):
            return replace(need, intent=DENY)
        if need.entities and all(entity.role == NOT for entity in need.entities):
            return replace(need, intent=SUPPLEMENT)
        reference = find(words)
        named = self._named(need.entities)
        others = any(entity.role != NOT and not self._named((entity,)) for entity in need.entities)
        if reference is None or others or need.intent not in _VAGUE or state.active_loop is not None:
            return need
        if reference.kind == "any":
            return replace(need, intent=INQUIRY) if leaves_it(state, reference, self.shelf) else need
        if reference.kind == "another":
            return replace(need, intent=INQUIRY) if named else need
        if reference.kind in ("cheaper", "dearer"):
            near = need.start > 0 or neighbour(state, self.shelf, dearer=reference.kind == "dearer") is not None
            return replace(need, intent=INQUIRY) if near else need
        if reference.kind == "both" and pointed(state, self.shelf, reference):
            return replace(need, intent=PURCHASE)
        if reference.kind in _POINTING and pointed(state, self.shelf, reference):
            return replace(need, intent=SUPPLEMENT)
        return need

    def _without_openers(
        self, state: DialogueState, text: str, entities: tuple[Entity, ...], needs: tuple[Need, ...]
    ) -> tuple[Need, ...]:
        """'No' in front of what is meant (不是,我说的是北京) is no need of its own, nor is a refusal beside a question."""
        refused = [need for need in needs if need.intent == DENY]
        others = tuple(need for need in needs if need.intent != DENY)
        if not refused or state.active_loop is not None:
            return needs
        if others:
            if self._is_refusal(text):
                return tuple(need for need in others if need.intent != CHITCHAT) or (refused[0],)
            return others if is_correction(text) else needs
        corrected = [entity for entity in entities if entity.role != NOT and self._named((entity,))]
        if opener(text) and corrected:
            return (Need(SUPPLEMENT, refused[0].confidence, entities, 0, len(text)),)
        return needs

    def _is_refusal(self, words: str) -> bool:
        return any(refuses(words, told) for told in self.shelf.settings.refusable.values())

    def _pointing(self, state: DialogueState, text: str, entities: tuple[Entity, ...], confidence: float) -> tuple[Need, ...]:
        """A sentence that was not understood but points at something, or leaves the choice to the bot."""
        reference = find(text)
        if reference is None or state.active_loop is not None:
            return ()
        whole = Need(INQUIRY, max(confidence, 0.5), entities, 0, len(text))
        if reference.kind == "any":
            return (whole,) if leaves_it(state, reference, self.shelf) else ()
        if reference.kind == "another":
            return (whole,) if self._named(entities) else ()
        if not pointed(state, self.shelf, reference):
            return ()
        intents = {"cheaper": INQUIRY, "dearer": INQUIRY, "both": PURCHASE}
        return (replace(whole, intent=intents.get(reference.kind, SUPPLEMENT)),)

    def _named(self, entities: Iterable[Entity]) -> set[str]:
        """The slots of a configuration that these entities fill."""
        group = set(self.shelf.settings.configuration)
        return {slot for entity in entities if entity.role != NOT for slot in filled_by(self.domain, entity.entity) & group}

    def _kinds(self, entities: Iterable[Entity]) -> set[object]:
        return {entity.value for entity in entities if entity.role != NOT and self._fills_kind(entity)}

    def _kind_slot(self, entities: Iterable[Entity]) -> tuple[str, ...]:
        return (self.shelf.settings.kind,) if self._kinds(entities) else ()

    def _fills_kind(self, entity: Entity) -> bool:
        kind = self.shelf.settings.kind
        return bool(kind) and kind in filled_by(self.domain, entity.entity)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an utterance that is taken in at once, its entities and needs."""

    text: str
    entities: tuple[Entity, ...]
    needs: tuple[Need, ...]
    whole: bool


def leaves_it(state: DialogueState, reference: Reference, shelf: Shelf) -> bool:
    """Whether '随便' answers a question for a product or a size: something of the kind was asked for and is still open."""
    if reference.kind != "any" or state.active_loop is not None or usual(state, shelf) is None:
        return False
    topics = (INQUIRY, PRICE, SUPPLEMENT)
    return any(need.status == "open" and need.intent in topics and need.turn <= state.turn for need in state.asked)


def _listed(state: DialogueState, slot: str) -> list[object]:
    value = state.value(slot)
    return list(value) if isinstance(value, (list, tuple)) else []


def _after(state: DialogueState, events: Iterable[Event]) -> DialogueState:
    for event in events:
        state = track(state, event)
    return state
