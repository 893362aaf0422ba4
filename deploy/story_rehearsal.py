"""Test stories of a bot of Rasa, held against its rules and stories as `rasa test` does; understanding is counted apart.

Such a bot's custom actions may be nowhere near, and its stories write what they do; so nothing is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from deploy.bot_models import parser_for
from deploy.story_tests import StoryReport, StoryResult
from dialogue.bot_files import Bot
from dialogue.pattern import same_needs
from dialogue.script import NOT_UNDERSTOOD, Story, UserStep
from nlu.understanding import Parser
from policies.ensemble import Ensemble
from policies.rehearsal import Rehearsed, rehearse


def rehearse_bot(bot: Bot, stories: Sequence[Story], progress: Callable[[str], None] | None = None) -> StoryReport:
    """A verdict for every story, and what of their texts is understood otherwise."""
    results = tuple(_result(story, steps) for story, steps in rehearse(Ensemble.of(bot), bot.domain, stories))
    return StoryReport(results, tuple(_misunderstood(bot, stories, progress)))


def _result(story: Story, steps: Iterable[Rehearsed]) -> StoryResult:
    expected = tuple(f"line {step.place.line}: {step.wanted}" for step in steps)
    got = tuple(f"line {step.place.line}: {step.decision.action}{'' if step.right else _why(step)}" for step in steps)
    return StoryResult(story.name, story.place, expected, got)


def _why(step: Rehearsed) -> str:
    return f"  ({step.decision.policy}: {step.decision.reason})"


def _misunderstood(bot: Bot, stories: Iterable[Story], progress: Callable[[str], None] | None) -> Iterator[str]:
    """Each text of a story whose needs are not those that the story gives it."""
    said = [step for story in stories for step in story.steps if isinstance(step, UserStep) and step.text and step.alternatives]
    if not said or not bot.training.examples:
        return
    parser: Parser = parser_for(bot, progress)
    for step in dict.fromkeys(replace(step, place=None) for step in said):
        got = parser.parse(step.text or "").intents
        if not any(same_needs(got, wanted) for wanted in step.alternatives):
            wanted = " or ".join("+".join(needs) or NOT_UNDERSTOOD for needs in step.alternatives)
            yield f"'{step.text}' means {wanted}, but is understood as {'+'.join(got) or NOT_UNDERSTOOD}"
