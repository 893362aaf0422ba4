"""What a sentence means in its conversation: what it turns down, puts right, points at, or asks for without naming it.

Understanding and state in, understanding out; for bots with a `state:` section in bot.yml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dialogue.asked import SUPPLEMENT
from dialogue.configurations import Shelf, named, neighbour, pointed, usual
from dialogue.corrections import is_correction, opener
from dialogue.domain import Domain
from dialogue.negation import NOT, marked, refuses
from dialogue.references import POINTING, Reference, find
from dialogue.slots import filled_by
from dialogue.state import DialogueState
from nlu.understanding import Entity, Guess, Need, Understanding

INQUIRY = "product_inquiry"
PRICE = "price_inquiry"
PURCHASE = "purchase"
AFFIRM = "affirm"
DENY = "deny"
CHITCHAT = "chitchat"
GOODBYE = "goodbye"
THANK = "thank"
HUMAN = "human"
CONTACT = "contact"
OBJECTION = "objection"
REQUIREMENT = "requirement"
WORDING = "wording"
"""The source of an entity that no name gave away, only the way of asking."""
_QUESTIONS = frozenset({INQUIRY, PRICE, SUPPLEMENT, PURCHASE, "requirement", "integration", "discount", "trial", "comparison"})
_ENDS_NO_CALL = _QUESTIONS | {"complaint", HUMAN, CONTACT}
"""Beside these a goodbye must be said in so many words."""
_WANTS_MORE = _ENDS_NO_CALL | {OBJECTION}
"""Behind these words of thanks a caller waits for an answer, and not for 'you are welcome'."""
_POLITE = frozenset({AFFIRM, DENY, CHITCHAT, THANK})
_LONGEST_TAG = 3
_PRICE_WORDS = re.compile(
    r"多少|多钱|几钱|几多钱|几钿|好多钱|什么价|啥价|怎么卖|咋卖|点卖|哪能卖|怎么收|咋收|点收|怎么算|咋算|价格|年费|月费|收费|价钱"
)
_AROUND_A_POINTER = re.compile(r"[\s,，.。!！?？]|还是|那就|那|就|要|选|换|用|来|定|嗯|好|吧|呢|啊|啦|喇|嘛|呗|的|咯|呀")
_MARKS = " ,，.。!！?？~"
_OF_A_CONFIGURATION = frozenset({SUPPLEMENT, PRICE, INQUIRY})
_GUESSES = 2
"""Where so many likeliest meanings of what was not understood are of a configuration, and it names a part of one, it is meant."""
_VAGUE = frozenset({"discount", "supplement_demand", "product_inquiry", "requirement", "affirm", "chitchat", "deny"})
"""What 'a cheaper one' or 'the second' may be taken for; it asks for a product."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Finds it for one bot."""

    domain: Domain
    shelf: Shelf

    def meant(self, state: DialogueState, heard: Understanding) -> Understanding:
        """The understanding with what the words and the conversation add to it; `state` is the one before the utterance."""
        text = heard.text
        if not text.strip():
            return heard
        entities = marked(text, heard.entities)
        needs = tuple(self._need(state, text, replace(need, entities=marked(text, need.entities))) for need in heard.needs)
        needs = tuple(part for need in needs for part in self._parted(text, need))
        needs = self._without_farewell(text, self._without_openers(state, text, entities, _without_tags(text, needs)))
        if not needs:
            needs = self._pointing(state, text, entities, heard.confidence) or self._half_heard(state, heard, entities)
            needs = needs or self._asked_by_words(state, heard, entities)
        needs = tuple(self._about_a_configuration(self._named_by_words(text, need)) for need in _taking_leave(needs))
        needs = tuple(self._about_the_customer(state, need) for need in needs)
        told = tuple(entity for need in needs for entity in need.entities if entity.source == WORDING)
        entities = (*entities, *told)
        if needs == heard.needs and entities == heard.entities:
            return heard
        kept = () if needs == heard.needs else tuple(Guess(need.intent, need.confidence) for need in needs[:1])
        others = tuple(guess for guess in heard.ranking if not kept or guess.intent != kept[0].intent)
        return Understanding(text, needs, entities, heard.confidence, (*kept, *others))

    def _need(self, state: DialogueState, text: str, need: Need) -> Need:
        """A need that only turns something down, or that points at a configuration, is what it comes to."""
        words = text[need.start : need.end] or text
        refusable = self.shelf.settings.refusable.get(need.intent, ())
        if refuses(text, refusable, need.start, need.end or len(text)):
            return replace(need, intent=DENY)
        if need.entities and all(entity.role == NOT for entity in need.entities):
            return replace(need, intent=SUPPLEMENT)
        reference = find(words)
        if reference is not None and state.active_loop is None and self._only_points(state, words, reference):
            return replace(need, intent=SUPPLEMENT)
        told = named(self.domain, self.shelf, need.entities)
        others = any(entity.role != NOT and not named(self.domain, self.shelf, (entity,)) for entity in need.entities)
        if reference is None or others or need.intent not in _VAGUE or state.active_loop is not None:
            return need
        if reference.kind == "any":
            return replace(need, intent=INQUIRY) if leaves_it(state, reference, self.shelf) else need
        if reference.kind == "another":
            return replace(need, intent=INQUIRY) if told else need
        if reference.kind in ("cheaper", "dearer"):
            near = need.start > 0 or neighbour(state, self.shelf, dearer=reference.kind == "dearer") is not None
            return replace(need, intent=INQUIRY) if near else need
        if reference.kind == "both" and pointed(state, self.shelf, reference):
            return replace(need, intent=PURCHASE)
        if reference.kind in POINTING and pointed(state, self.shelf, reference):
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
        corrected = [entity for entity in entities if entity.role != NOT and named(self.domain, self.shelf, (entity,))]
        if opener(text) and corrected:
            return (Need(SUPPLEMENT, refused[0].confidence, entities, 0, len(text)),)
        return needs

    def _without_farewell(self, text: str, needs: tuple[Need, ...]) -> tuple[Need, ...]:
        """Who asks something is not about to hang up: a goodbye beside a question counts only with a farewell at the end."""
        farewells = self.shelf.settings.farewells
        others = tuple(need for need in needs if need.intent != GOODBYE)
        asks = any(need.intent in _ENDS_NO_CALL for need in others)
        leaves = not farewells or text.rstrip(" ,，.。!！~了啦喇哦啊哈").endswith(farewells)
        return others if asks and not leaves else needs

    def _parted(self, text: str, need: Need) -> tuple[Need, ...]:
        """A question for a feature or system that holds a configuration and its price in a clause before is two needs."""
        asked_as = self.shelf.settings.asked_as.get(need.intent)
        own = [one.start for one in need.entities if asked_as is not None and one.entity == asked_as.entity]
        cut = max((text.rfind(mark, need.start, min(own)) for mark in ",，"), default=-1) if own else -1
        before = tuple(one for one in need.entities if one.end <= cut)
        told = named(self.domain, self.shelf, before)
        asks = bool(_PRICE_WORDS.search(text, need.start, max(cut, need.start))) or bool(told - {self.shelf.settings.kind})
        if cut <= need.start or self.shelf.settings.kind not in told or not asks:
            return (need,)
        first = Need(PRICE, need.confidence, before, need.start, cut)
        rest = tuple(one for one in need.entities if one.end > cut)
        return (first, replace(need, entities=rest, start=cut + 1))

    def _named_by_words(self, text: str, need: Need) -> Need:
        """A need that names nothing, with the row that its words ask for as an entity."""
        asked_as = self.shelf.settings.asked_as.get(need.intent)
        wordings = self.shelf.wordings.get(need.intent)
        if asked_as is None or wordings is None or any(entity.entity == asked_as.entity for entity in need.entities):
            return need
        words = text[need.start : need.end] or text
        row = wordings.nearest(words)
        if row is None:
            return need
        found = Entity(asked_as.entity, row, words, need.start, need.start + len(words), WORDING)
        return replace(need, entities=(*need.entities, found))

    def _only_points(self, state: DialogueState, words: str, reference: Reference) -> bool:
        """Whether hardly more is said than 'the dearest' or 'the second one then', whatever it was understood as."""
        if reference.kind not in ("number", "cheapest", "dearest", "before"):
            return False
        rest = words[: reference.start] + words[reference.end :]
        return not _AROUND_A_POINTER.sub("", rest) and bool(pointed(state, self.shelf, reference))

    def _about_a_configuration(self, need: Need) -> Need:
        """'Is there a hall in Beijing' asks for no feature: it is of the configuration, as it names nothing else."""
        asked_as = self.shelf.settings.asked_as.get(need.intent)
        told = named(self.domain, self.shelf, need.entities)
        others = any(entity.entity == asked_as.entity for entity in need.entities) if asked_as else True
        return need if others or not told or need.intent != REQUIREMENT else replace(need, intent=SUPPLEMENT)

    def _about_the_customer(self, state: DialogueState, need: Need) -> Need:
        """A change of what a form asked for (号码改成139..., 不对,是139...) is one of the contact data, none of goods."""
        asked = {slot for form in self.domain.forms.values() for slot in form.required_slots}
        told = [filled_by(self.domain, entity.entity) for entity in need.entities if entity.role != NOT]
        ours = bool(told) and all(slots and set(slots) <= asked for slots in told)
        known = any(state.value(slot) is not None for slots in told for slot in slots)
        changes = need.intent == SUPPLEMENT or (need.intent == DENY and known)
        return replace(need, intent=CONTACT) if ours and changes and CONTACT in self.domain.intents else need

    def opens(self, state: DialogueState, index: int) -> bool:
        """Whether this need is a mere 'well', 'good' or 'excuse me' (唔該,有冇…; 谢谢,那一年多少) in front of what is wanted."""
        intent = state.needs[index].intent
        later = {need.intent for need in state.needs[index + 1 :]}
        if intent == THANK:
            return bool(later & _WANTS_MORE)
        return intent == AFFIRM and bool(later & _QUESTIONS) and state.active_loop is None

    def _is_refusal(self, words: str) -> bool:
        return any(refuses(words, told) for told in self.shelf.settings.refusable.values())

    def _half_heard(self, state: DialogueState, heard: Understanding, entities: tuple[Entity, ...]) -> tuple[Need, ...]:
        """A part of a configuration in words that were else not understood (a recogniser's slips) changes what is spoken of."""
        guesses = heard.ranking[:_GUESSES]
        told = named(self.domain, self.shelf, entities)
        if not told or not guesses or state.active_loop is not None or state.value(self.shelf.settings.row) is None:
            return ()
        if any(guess.intent not in _OF_A_CONFIGURATION for guess in guesses):
            return ()
        return (Need(guesses[0].intent, heard.confidence, entities, 0, len(heard.text)),)

    def _asked_by_words(self, state: DialogueState, heard: Understanding, entities: tuple[Entity, ...]) -> tuple[Need, ...]:
        """A question that was not understood but may be for a row, and names one or is asked as people ask for it."""
        guesses = [guess.intent for guess in heard.ranking[:_GUESSES]]
        for intent, asked_as in self.shelf.settings.asked_as.items():
            named_here = any(entity.entity == asked_as.entity and entity.role != NOT for entity in entities)
            wordings = self.shelf.wordings.get(intent)
            near = wordings is not None and wordings.nearest(heard.text) is not None
            if intent in guesses and state.active_loop is None and (named_here or near):
                return (Need(intent, heard.confidence, entities, 0, len(heard.text)),)
        return ()

    def _pointing(self, state: DialogueState, text: str, entities: tuple[Entity, ...], confidence: float) -> tuple[Need, ...]:
        """A sentence that was not understood but points at something, or leaves the choice to the bot."""
        reference = find(text, loosely=True)
        if reference is None or state.active_loop is not None:
            return ()
        whole = Need(INQUIRY, max(confidence, 0.5), entities, 0, len(text))
        if reference.kind == "any":
            return (whole,) if leaves_it(state, reference, self.shelf) else ()
        if reference.kind == "another":
            return (whole,) if named(self.domain, self.shelf, entities) else ()
        if not pointed(state, self.shelf, reference):
            return ()
        intents = {"cheaper": INQUIRY, "dearer": INQUIRY, "both": PURCHASE}
        return (replace(whole, intent=intents.get(reference.kind, SUPPLEMENT)),)


def _taking_leave(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """'I have to think about it, goodbye' wants no answer to its reason: the goodbye counts, and so does a wish for a person."""
    names = [need.intent for need in needs]
    if HUMAN in names:
        return tuple(need for need in needs if need.intent not in _POLITE)  # 算了,还是让人工来: the person is what is wanted
    if OBJECTION not in names or not {OBJECTION, GOODBYE, *_POLITE}.issuperset(names):
        return needs
    if GOODBYE not in names[1:]:
        return tuple(need for need in needs if need.intent != AFFIRM)  # 行,我先了解一下: no yes to what was offered
    return tuple(need for need in needs if need.intent not in (OBJECTION, AFFIRM))


def _without_tags(text: str, needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """A short yes or no behind a question is a part of the question (能连上金蝶不, 可以吗), not an answer to anything."""
    asked = next((need.start for need in needs if need.intent in _QUESTIONS), len(text))
    return tuple(
        need
        for need in needs
        if need.intent not in (AFFIRM, DENY)
        or need.start <= asked
        or len(text[need.start : need.end].strip(_MARKS)) > _LONGEST_TAG
    )


def leaves_it(state: DialogueState, reference: Reference, shelf: Shelf) -> bool:
    """Whether '随便' answers a question for a product or a size: something of the kind was asked for and is still open."""
    if reference.kind != "any" or state.active_loop is not None or usual(state, shelf) is None:
        return False
    topics = (INQUIRY, PRICE, SUPPLEMENT)
    return any(need.status == "open" and need.intent in topics and need.turn <= state.turn for need in state.asked)
