"""Test stories of a bot of Rasa, held against its rules and stories as `rasa test` does; understanding is counted apart.

Such a bot's custom actions may be nowhere near, and its stories write what they do; so nothing is carried out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from deploy.bot_models import parser_for
from deploy.story_diff import Line, StoryReport, StoryResult
from dialogue.bot_files import Bot
from dialogue.pattern import same_needs
from dialogue.script import NOT_UNDERSTOOD, Story, UserStep
from dialogue.state import ACTION_LISTEN
from nlu.understanding import Parser
from policies.ensemble import Ensemble
from policies.rehearsal import Rehearsed, rehearse


def rehearse_bot(bot: Bot, stories: Sequence[Story], progress: Callable[[str], None] | None = None) -> StoryReport:
    """A verdict for every story, and what of their texts is understood otherwise."""
    results = tuple(_result(story, steps) for story, steps in rehearse(Ensemble.of(bot), bot.domain, stories))
    return StoryReport(results, tuple(_misunderstood(bot, stories, progress)))


def _result(story: Story, steps: Sequence[Rehearsed]) -> StoryResult:
    """Both sides in the order of the story; action_listen is told only where it makes the difference."""
    expected: list[Line] = []
    got: list[Line] = []
    users = deque((step.place.line, step) for step in story.steps if isinstance(step, UserStep) and step.place is not None)
    for step in steps:
        # the bot listens on the line of the utterance that follows
        while users and (users[0][0] < step.place.line or (users[0][0] == step.place.line and step.wanted != ACTION_LISTEN)):
            number, heard = users.popleft()
            expected.append(Line(_said(heard), number))
            got.append(Line(_said(heard), number))
        if not (step.right and step.wanted == ACTION_LISTEN):
            why = "" if step.right else f"{step.decision.policy}: {step.decision.reason}"
            expected.append(Line(f"action: {step.wanted}", step.place.line))
            got.append(Line(f"action: {step.decision.action}", step.place.line, why))
    return StoryResult(story.name, story.place, tuple(expected), tuple(got))


def _said(step: UserStep) -> str:
    intents = " or ".join("+".join(needs) or NOT_UNDERSTOOD for needs in step.alternatives)
    return f"user: {step.text}  ({intents})" if step.text is not None else f"intent: {intents}"


def _misunderstood(bot: Bot, stories: Iterable[Story], progress: Callable[[str], None] | None) -> Iterator[str]:
    """Each text of a story whose needs or annotated entities are not those that the story gives it."""
    said = [step for story in stories for step in story.steps if isinstance(step, UserStep) and step.text and step.alternatives]
    if not said or not bot.training.examples:
        return
    parser: Parser = parser_for(bot, progress)
    for step in dict.fromkeys(replace(step, place=None) for step in said):
        heard = parser.parse(step.text or "")
        got = heard.intents
        if not any(same_needs(got, wanted) for wanted in step.alternatives):
            wanted = " or ".join("+".join(needs) or NOT_UNDERSTOOD for needs in step.alternatives)
            yield f"'{step.text}' means {wanted}, but is understood as {'+'.join(got) or NOT_UNDERSTOOD}"
        found = {(entity.entity, entity.start, entity.end) for entity in heard.entities}
        for entity in step.annotated:
            if (entity.entity, entity.start, entity.end) not in found:
                yield f"'{step.text}' names the {entity.entity} '{entity.text}', which is not found there"
