"""What to do next: the policies in the order in which they are asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.llm import Chatter
from dialogue.scene import FOLLOW_UP
from dialogue.script import Rule, Story
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.default_intents import DefaultIntentPolicy
from policies.fallback import FallbackPolicy, PlainFallback
from policies.forms import FormPolicy, first
from policies.handover import HandOverPolicy
from policies.last_resort import LastResortPolicy
from policies.learnt import LearntPolicy
from policies.offers import OfferPolicy
from policies.options import PolicyOptions, options_of
from policies.pieces import PiecesPolicy
from policies.policy import Decision, Policy
from policies.rasa import Memoization, RasaRules, Recall
from policies.rasa.lessons import story_examples
from policies.rasa.states import Viewer
from policies.rules import RulePolicy
from policies.silence import SilencePolicy
from policies.stories import StoryPolicy

PAUSED = Decision(ACTION_LISTEN, "ensemble", "the conversation is paused")
MOST_STORIES = 1_000
"""So many stories are learnt from, evenly out of all: a further one says little, and what it shows is known by heart anyway."""
NOTHING_LEFT = Decision(ACTION_LISTEN, "ensemble", "nothing is left to do")


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Asks each policy of `order` in turn; the first that has a decision decides."""

    order: tuple[Policy, ...]
    written: tuple[Policy, ...]
    """Those that follow what is written for an intent: the rules and the stories."""

    @classmethod
    def of(cls, bot: Bot, cache: Path | None = None, chatter: Chatter | None = None) -> Ensemble:
        """The ensemble of a bot; what it learns is kept in `cache`, and `chatter` is asked as the last resort of bot.yml.

        Raises YamlError for options of config.yml that cannot be.
        """
        prompts = bot.settings.channels.voice.silence_prompts
        plain = not (bot.folder / "bot.yml").is_file()
        options = options_of(bot.policies, prompts, bot.folder / "config.yml", plain)
        chosen = replace(options, offers=bot.settings.offers, phone=bot.pipeline.phone, cache=cache)
        if chatter is not None and bot.settings.last_resort is not None:
            chosen = replace(chosen, last_resort=LastResortPolicy(bot.settings.last_resort, chatter))
        return cls.build(bot.domain, bot.rules, bot.stories, chosen)

    @classmethod
    def build(
        cls,
        domain: Domain,
        rules: tuple[Rule, ...] = (),
        stories: tuple[Story, ...] = (),
        options: PolicyOptions | None = None,
    ) -> Ensemble:
        """The ensemble from its parts."""
        chosen = options or PolicyOptions()
        if chosen.plain:
            return _plain(domain, rules, stories, chosen)
        rule_policy = RulePolicy.of(rules, domain.forms)
        written = (rule_policy, StoryPolicy.of(stories, domain, chosen.max_history, chosen.forgets))
        learnt = LearntPolicy.of(some_of(stories), domain, chosen.threshold, chosen.cache) if chosen.learnt else None
        suggested = () if learnt is None else (learnt,)
        answering = (OfferPolicy(chosen.offers, chosen.accept_intent), *written, *suggested)
        by_rule = rule_policy.answers(chosen.human_intent)
        order = (
            HandOverPolicy(domain, chosen.human_intent, chosen.accept_intent, by_rule),
            SilencePolicy(domain, chosen.silence_prompts, chosen.ask_again),
            PiecesPolicy(domain, chosen.phone),
            DefaultIntentPolicy(),
            FormPolicy(domain, rule_policy, answering),
            *answering,
            *(() if chosen.last_resort is None else (chosen.last_resort,)),
            FallbackPolicy(domain, chosen.ask_again),
        )
        return cls(order, written)

    def decide(self, state: DialogueState) -> Decision:
        """The next action, with who chose it and why; action_listen when nothing is left to do."""
        if state.paused:
            return PAUSED
        if state.follow_up is not None:
            return Decision(state.follow_up, FOLLOW_UP, "the last action asked for it")
        return first(self.order, state) or NOTHING_LEFT

    def takes_whole(self, state: DialogueState) -> bool:
        """Whether a rule or story is written for all needs of this utterance together ('a+b'); one need is always whole."""
        if len(state.needs) < 2:
            return True
        decision = first(self.written, state)
        return decision is not None and decision.action != ACTION_LISTEN


def some_of(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """All of them, or every second, third ... where they are many."""
    return stories[:: max(1, -(-len(stories) // MOST_STORIES))]


@dataclass(frozen=True, slots=True)
class NotRefused:
    """A policy that does not propose the action which has just refused to run."""

    policy: Policy

    def decide(self, state: DialogueState) -> Decision | None:
        decision = self.policy.decide(state)
        return None if decision is not None and decision.action == state.rejected else decision


def _plain(domain: Domain, rules: tuple[Rule, ...], stories: tuple[Story, ...], options: PolicyOptions) -> Ensemble:
    """The order for a bot of Rasa: its default intents, the running form, rules, stories, what stories suggest, fallback.

    In Rasa the most confident decides: rules and stories are sure (rules before stories), TED is not, the fallback still less.
    """
    order: list[Policy] = []
    written: list[Policy] = []
    viewer = Viewer.of(domain)
    shown = tuple(story_examples(stories, viewer))
    ruled = RasaRules.of(rules, shown, viewer) if options.rules else None
    if ruled is not None:
        written.append(NotRefused(ruled))
    if options.memory:
        recall = Recall(options.max_history, options.forgets)
        written.append(NotRefused(Memoization.of(shown, ruled, rules, viewer, recall)))
    if options.rules:
        order.append(DefaultIntentPolicy())
    order += written
    some = some_of(stories)
    learnt = LearntPolicy.of(some, domain, options.threshold, options.cache) if options.learnt else None
    if learnt is not None:
        order += [NotRefused(StoryPolicy.of(some, domain, options.max_history)), NotRefused(learnt)]
    if options.rules and options.fallback:
        order.append(PlainFallback(options.ask_again, options.threshold))
    return Ensemble(tuple(order), tuple(written))
