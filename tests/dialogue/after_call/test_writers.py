"""Documents in the voice of a tenant's adapter, from a model server that really answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.adapters.adapters import Adapters
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.after_call.document import markdown
from dialogue.after_call.house import House
from dialogue.after_call.session import Session, stored_sessions
from dialogue.after_call.settings import AfterCallSettings, DocumentWording
from dialogue.after_call.writers import Writers
from dialogue.bot_files import Bot
from dialogue.events import SlotSet
from dialogue.llm import LlmSettings
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter
from tests.dialogue.after_call.talks import Talk, sample
from tests.dialogue.llm.server import Answer, endpoint

WORDS = "谢谢您的信任，方案已经给您整理好了，请您过目。"


def bot_with(url: str) -> Bot:
    settings = sample().settings
    models = replace(settings.models, llm=LlmSettings(url, "base", retries=0))
    own = AfterCallSettings(wording=DocumentWording(deadline_s=5.0))
    return replace(sample(), settings=replace(settings, models=models, after_call=own))


def adapters_of(tenant: str) -> Adapters:
    """Two live voices, told apart by the preferences that they suit."""
    registry = Registry(EventStore("sqlite://"), tenant)
    for name, tag in (("v1-warm", "warm"), ("v1-crisp", "crisp")):
        registry.add(adapter(name, tags=(tag,)))
        registry.promote(name)
    return Adapters(registry, AdapterSettings(tenant=tenant), "base")


@pytest.fixture(scope="module")
def session(talk: Talk, house: House) -> Session:
    return stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1]


@pytest.mark.parametrize(("tenant", "preference", "voice"), [("north", "warm", "v1-warm"), ("south", "crisp", "v1-crisp")])
def test_the_voice_is_the_tenants_by_the_preference_heard(tenant: str, preference: str, voice: str, session: Session) -> None:
    liked = replace(session, events=(*session.events, SlotSet("preferences", [preference])))
    with endpoint(Answer((WORDS,))) as server:
        writers = Writers(lambda: bot_with(server.url), adapters_of(tenant))
        report = writers.report(liked)
        writers.close()
    assert report.adapter == voice
    assert {asked["model"].partition("@")[0] for asked in server.asked} == {f"{tenant}/{voice}"}
    assert WORDS in markdown(report.documents[-1])


def test_without_adapters_the_base_words_them_and_by_hand_nobody_need_be_asked(session: Session) -> None:
    with endpoint(Answer((WORDS,))) as server:
        writers = Writers(lambda: bot_with(server.url))
        assert WORDS in markdown(writers.report(session).documents[-1])
        asked = len(server.asked)
        assert server.asked[-1]["model"] == "base"
        assert WORDS not in markdown(writers.report(session, worded=False).documents[-1])
        assert len(server.asked) == asked
        writers.close()


def test_a_model_that_is_down_leaves_the_templates(session: Session) -> None:
    with endpoint(Answer(status=503)) as server:
        writers = Writers(lambda: bot_with(server.url))
        report = writers.report(session)
        writers.close()
    assert "感谢您的咨询" in markdown(report.documents[-1])
    assert report.documents[-1].notes == ("「感谢您的咨询。根据您在沟」用的是模板原文：busy",)
