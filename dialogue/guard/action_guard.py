"""What custom actions make up themselves, checked before it is said; the bot's own responses pass as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dialogue.actions.action import ActionContext
from dialogue.bot_files import Bot
from dialogue.events import BotUttered, Event, ReplyBlocked, SlotSet
from dialogue.facts import Facts
from dialogue.guard.context import GuardContext, context_of
from dialogue.guard.guard import Guard, Verdict
from dialogue.guard.stream import guarded
from dialogue.spoken import sentences, spoken


@dataclass(frozen=True, slots=True)
class ActionGuard:
    """The guard of one bot, as the turn uses it. Thread safe."""

    guard: Guard
    facts: Facts

    def passed(self, events: Iterable[Event], action: str, context: ActionContext) -> tuple[Event, ...]:
        """The events, with what may not be said replaced or left out and recorded; what the action set may be named."""
        listed = tuple(events)
        computed = {event.name: event.value for event in listed if isinstance(event, SlotSet)}
        allowed = context_of(context.state, self.facts, computed)
        return tuple(after for event in listed for after in self._checked(event, action, allowed, context))

    def _checked(self, event: Event, action: str, allowed: GuardContext, context: ActionContext) -> Iterator[Event]:
        if not isinstance(event, BotUttered) or event.response is not None:
            yield event
            return
        stopped: list[Verdict] = []
        text = "".join(guarded(sentences(event.text), self.guard, allowed, stopped.append))
        buttons = tuple(button for button in event.buttons if self.guard.check(button.title, allowed).allowed)
        if not stopped and buttons == event.buttons:
            yield event
            return
        if text or (event.buttons and not stopped):
            yield replace(event, text=text, speech=spoken(text), buttons=buttons)
        for verdict in stopped:
            yield from self._instead(verdict, action, context, said=bool(text))

    def _instead(self, verdict: Verdict, action: str, context: ActionContext, said: bool) -> Iterator[Event]:
        """The record, and the response in place of a message of which nothing was left."""
        response = self.guard.settings.instead
        replaced = bool(response) and not said and context.responder.knows(response)
        words = "" if verdict.kind == "personal" else verdict.words
        yield ReplyBlocked(str(verdict.kind), verdict.reason, action, words, response if replaced else None)
        if replaced:
            yield context.responder.say(response, context.state, context.channel, self.facts.terms)


def guard_of(bot: Bot) -> Guard:
    """The guard of a bot's files: its facts, its settings, and its responses, which are no leaks."""
    own = (variation.text for variations in bot.domain.responses.values() for variation in variations)
    return Guard(bot.facts, bot.settings.guard, own)


def action_guard_of(bot: Bot) -> ActionGuard | None:
    """Who checks the texts of custom actions; nobody unless bot.yml's `guard` says so."""
    return ActionGuard(guard_of(bot), bot.facts) if bot.settings.guard.action_server else None
