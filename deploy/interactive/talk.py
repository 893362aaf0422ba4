"""A conversation with a bot that can be taken back turn by turn, and in which meaning and actions may be laid down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from deploy.bot import SalesBot
from deploy.bot_parts import BotParts
from dialogue.events import Event
from dialogue.nlu_file import AnnotationError, parse_compound
from dialogue.reply import Reply
from dialogue.state import ACTION_LISTEN, DialogueState
from nlu.understanding import Entity, Need, Parser, Understanding
from policies.policy import Decision

CHANNEL = "console"
BY_RULES = frozenset(("phone", "quantity", "money", "period", "regex", "person", "company", "date"))
"""Sources of entities that config.yml's options find in any sentence: examples need no marks for them."""
TAUGHT = "interactive"
"""The policy's name for actions that were laid down by hand."""


class CorrectionError(ValueError):
    """A correction that cannot be; the message says why."""


@dataclass(slots=True)
class Overruled:
    """A parser that takes one sentence for what it was told."""

    parser: Parser
    meaning: Understanding | None = None

    def parse(self, text: str) -> Understanding:
        if self.meaning is not None and self.meaning.text == text:
            return self.meaning
        return self.parser.parse(text)


@dataclass(slots=True)
class LaidDown:
    """A policy that has this turn's actions done in order, and nothing else. Without any it leaves the turn to the others."""

    actions: tuple[str, ...] = ()

    def decide(self, state: DialogueState) -> Decision | None:
        if not self.actions:
            return None
        done = sum(action.policy == TAUGHT for action in state.turn_actions)
        if done < len(self.actions):
            return Decision(self.actions[done], TAUGHT, "as told")
        return Decision(ACTION_LISTEN, TAUGHT, "all that was told is done")


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn as it was taken: what was before it, the words, and what was laid down for it."""

    before: tuple[Event, ...]
    text: str
    meaning: Understanding | None = None
    actions: tuple[str, ...] = ()


@dataclass(slots=True)
class Talk:
    """The conversation. Each return to an earlier turn goes on under another name, from the events up to there."""

    parts: BotParts
    turns: list[Taken] = field(default_factory=list)
    _bot: SalesBot = field(init=False)
    _parser: Overruled = field(init=False)
    _policy: LaidDown = field(init=False)
    _round: int = 0

    def __post_init__(self) -> None:
        self._parser, self._policy = Overruled(self.parts.parser), LaidDown()
        ensemble = replace(self.parts.ensemble, order=(self._policy, *self.parts.ensemble.order))
        self._bot = SalesBot(replace(self.parts, parser=self._parser, ensemble=ensemble))

    @property
    def name(self) -> str:
        return f"{CHANNEL}-{self._round}"

    @property
    def state(self) -> DialogueState:
        return self._bot.state(self.name)

    @property
    def events(self) -> tuple[Event, ...]:
        return self._bot.events(self.name)

    def begin(self) -> Reply:
        """Start afresh with the bot's greeting."""
        self.turns.clear()
        self._round += 1
        return self._bot.start(self.name, CHANNEL)

    def say(self, text: str, meaning: Understanding | None = None, actions: tuple[str, ...] = ()) -> Reply:
        """One sentence; understood as told, answered as told, where anything is."""
        self.turns.append(Taken(self.events, text, meaning, actions))
        self._parser.meaning, self._policy.actions = meaning, actions
        try:
            return self._bot.turn(self.name, text, CHANNEL)
        finally:
            self._parser.meaning, self._policy.actions = None, ()

    def back(self) -> Taken | None:
        """Take the last turn back; None where there is none."""
        if not self.turns:
            return None
        turn = self.turns.pop()
        self._round += 1
        self.parts.store.append(self.name, turn.before)
        return turn

    def again(self, meaning: Understanding | None = None, actions: tuple[str, ...] | None = None) -> Reply:
        """The last sentence once more, with another meaning or other actions; what was told of it before still holds."""
        turn = self.back()
        if turn is None:
            raise CorrectionError("nothing was said yet")
        return self.say(turn.text, meaning or turn.meaning, turn.actions if actions is None else actions)

    def follow(self, parts: BotParts) -> Talk:
        """The same conversation with another version of the bot."""
        next_talk = Talk(parts, list(self.turns))
        next_talk._round = self._round + 1
        parts.store.append(next_talk.name, self.events)
        return next_talk


def meaning_of(marked: str, intents: tuple[str, ...], known: Understanding) -> Understanding:
    """A sentence with marks ('行|要[8核](cpu_cores)的') as it is meant to be understood. Raises CorrectionError.

    Values come from what was found before at the same place, where the marks don't say one; what rules find stays.
    """
    try:
        text, entities, cuts = parse_compound(marked, len(intents))
    except AnnotationError as fault:
        raise CorrectionError(str(fault)) from None
    if text != known.text:
        raise CorrectionError(f"without its marks the sentence must be '{known.text}', got '{text}'")
    marks = [_with_value(entity, known) for entity in entities]
    ruled = [one for one in known.entities if one.source in BY_RULES and not any(_overlap(one, mark) for mark in marks)]
    found = tuple(sorted((*marks, *ruled), key=lambda one: (one.start, one.end)))
    if len(intents) > 1 and not cuts:
        cuts = tuple(len(text) * index // len(intents) for index in range(1, len(intents)))
    bounds = [0, *cuts, len(text)]
    needs = tuple(
        Need(intent, 1.0, tuple(one for one in found if start <= one.start < end), start, end)
        for intent, start, end in zip(intents, bounds[:-1], bounds[1:], strict=True)
    )
    return Understanding(text, needs, found, 1.0, known.ranking)


def remarked(known: Understanding, words: str, entity: str) -> Understanding:
    """The understanding with these words of the sentence marked as an entity, or unmarked (''). Raises CorrectionError."""
    start = known.text.find(words) if words else -1
    if start < 0:
        raise CorrectionError(f"'{words}' is not in '{known.text}'")
    new = Entity(entity, words, words, start, start + len(words), "annotated")
    kept = [one for one in known.entities if not _overlap(one, new)]
    return replace(known, entities=tuple([*kept, new] if entity else kept))


def marked_text(understanding: Understanding, cuts: bool = True) -> str:
    """The sentence with its entities marked, and '|' where its needs begin: as nlu.yml has it. Of two that overlap the longer."""
    inserts: list[tuple[int, int, str]] = []
    marked: list[Entity] = []
    for entity in sorted(understanding.entities, key=lambda one: one.start - one.end):
        if entity.source in BY_RULES or any(_overlap(entity, other) for other in marked):
            continue
        marked.append(entity)
        extra = "".join(f', "{key}": "{value}"' for key, value in (("role", entity.role), ("group", entity.group)) if value)
        mark = f']{{"entity": "{entity.entity}"{extra}}}' if extra else f"]({entity.entity})"
        inserts += [(entity.start, 2, "["), (entity.end, 0, mark)]
    if cuts:
        inserts += [(need.start, 1, "|") for need in understanding.needs[1:]]
    text = understanding.text
    for at, _, what in sorted(inserts, reverse=True):
        text = text[:at] + what + text[at:]
    return text


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def _with_value(entity: Entity, known: Understanding) -> Entity:
    place = (entity.entity, entity.start, entity.end)
    same = next((one for one in known.entities if (one.entity, one.start, one.end) == place), None)
    return replace(entity, value=same.value) if same is not None and entity.value == entity.text else entity
