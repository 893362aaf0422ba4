from __future__ import annotations

from dataclasses import replace

from policies.options import PolicyOptions
from tests.policies.talk import Talk, domain_of, read_script_text

DOMAIN = domain_of(
    """
intents: [greet, mood_great, mood_unhappy, affirm, deny, goodbye]
responses:
  utter_greet: [{text: 您好}]
  utter_cheer_up: [{text: 看看这个}]
  utter_did_that_help: [{text: 好些了吗}]
  utter_happy: [{text: 太好了}]
  utter_goodbye: [{text: 再见}]
"""
)
STORIES = """
stories:
- story: happy path
  steps: [{intent: greet}, {action: utter_greet}, {intent: mood_great}, {action: utter_happy}]
- story: sad path 1
  steps:
  - intent: greet
  - action: utter_greet
  - intent: mood_unhappy
  - action: utter_cheer_up
  - action: utter_did_that_help
  - intent: affirm
  - action: utter_happy
- story: sad path 2
  steps:
  - intent: greet
  - action: utter_greet
  - intent: mood_unhappy
  - action: utter_cheer_up
  - action: utter_did_that_help
  - intent: deny
  - action: utter_goodbye
"""
OPTIONS = PolicyOptions(learnt=True, max_history=None, plain=True, ask_again="action_default_fallback")


def talk(options: PolicyOptions = OPTIONS) -> Talk:
    return Talk(DOMAIN, read_script_text(STORIES, "stories.yml"), options=options)


def test_a_conversation_that_no_story_shows_goes_on_as_stories_suggest() -> None:
    conversation = talk()
    assert conversation.says("mood_unhappy") == ["utter_cheer_up", "utter_did_that_help"]
    assert conversation.decided[0].policy == "learnt"
    assert conversation.says("deny") == ["utter_goodbye"]
    assert conversation.says("mood_great") == ["utter_happy"]


def test_what_a_story_shows_is_not_guessed() -> None:
    conversation = talk()
    conversation.says("greet")
    assert conversation.says("mood_great") == ["utter_happy"]
    assert [action.policy for action in conversation.decided] == ["stories"]


def test_an_unlikely_action_is_left_to_the_fallback() -> None:
    conversation = talk(replace(OPTIONS, threshold=0.999))
    assert conversation.says("mood_unhappy") == ["action_default_fallback"]


def test_without_a_fallback_the_bot_waits() -> None:
    assert talk(replace(OPTIONS, threshold=0.999, fallback=False)).says("mood_unhappy") == []


def test_the_likelihood_is_told_with_the_reason() -> None:
    conversation = talk()
    conversation.says("mood_unhappy")
    first = conversation.decided[0]
    assert 0.3 <= first.confidence < 1
    assert first.reason == f"stories make it {first.confidence:.0%} likely"


def test_an_intent_of_no_story_is_not_guessed_at() -> None:
    assert talk().says("goodbye") == ["action_default_fallback"]


def test_nothing_understood_is_not_guessed_at_either() -> None:
    assert talk().says("") == ["action_default_fallback"]
