"""Asking a server, and a bot whose server is late, down or talks nonsense."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from deploy.bot import SalesBot
from deploy.bot_models import parser_for
from deploy.bot_parts import Shared, parts_of
from deploy.cli import main
from deploy.generative.figures import GenerativeMetrics
from deploy.generative.server import Generative, Server, generative_of, parser_at
from deploy.story_tests import without_model
from deploy.understanding_evaluation import parser_of
from deploy.versions.archive import Archive
from deploy.versions.loading import open_archived, read_candidate
from dialogue.bot_files import load_bot
from dialogue.llm import ChatClient, LlmSettings
from nlu.confidence import Calibration
from nlu.entities.lookups import Wording
from nlu.generative.codes import Codebook, Kind
from nlu.generative.folder import Knowledge, save
from nlu.generative.parser import Generated, Unanswered
from nlu.model_folder import ModelError
from nlu.understanding import Need, Understanding
from tests.deploy.versions.small_bot import FILES, write
from tests.dialogue.llm.server import Answer, Endpoint, endpoint

KNOWLEDGE = Knowledge(
    Codebook(("", "greet", "price"), (Kind("product_type"),)),
    (Wording("云服务器", "product_type", "cloud_server"),),
    calibration=Calibration(1.0),
    threshold=0.5,
)
PRICE = '{"n":[{"t":"云服务器多少钱","i":"C","e":[{"t":"云服务器","k":"A","v":"cloud_server"}]}]}'


def weighed(text: str, **shares: float) -> Answer:
    """An answer, not streamed, a token a character; the letter of its first intent was weighed so."""
    at = text.index('"i":"') + 5
    rows = [{"token": one, "logprob": 0.0, "top_logprobs": []} for one in text]
    rows[at]["top_logprobs"] = [{"token": code, "logprob": value} for code, value in shares.items()]
    choice = {"message": {"role": "assistant", "content": text}, "logprobs": {"content": rows}}
    return Answer(raw=json.dumps({"choices": [choice]}))


def settings(served: Endpoint, **more: Any) -> LlmSettings:
    return LlmSettings(served.url, "intent", retries=0, **{"deadline_s": 20.0, **more})


def test_the_server_is_asked_for_the_schema_and_for_odds() -> None:
    with endpoint(weighed(PRICE, A=-3.0, C=-0.1)) as served, closing(ChatClient(settings(served))) as client:
        (answer,) = Server(client, KNOWLEDGE).answers(["云服务器多少钱"])
    (asked,) = served.asked
    assert asked["model"] == "intent"
    assert asked["messages"] == [{"role": "user", "content": "云服务器多少钱"}]
    assert asked["response_format"]["json_schema"]["schema"]["properties"]["n"]["items"]["properties"]["i"] == {
        "enum": ["A", "B", "C"]
    }
    assert asked["top_logprobs"] == 20
    assert isinstance(answer, Generated)
    assert answer.text == PRICE


def test_a_sentence_becomes_needs_with_a_confidence_from_the_odds(tmp_path: Path) -> None:
    save(KNOWLEDGE, tmp_path)
    with endpoint(weighed(PRICE, A=-1.6, C=-0.2)) as served:
        found = parser_at(tmp_path, served.url).parse("云服务器多少钱")
    (need,) = found.needs
    assert need.intent == "price"
    assert need.confidence == pytest.approx(0.802, abs=0.01)
    assert [(one.entity, one.value, one.start, one.end) for one in need.entities] == [("product_type", "cloud_server", 0, 4)]


def test_many_sentences_keep_their_order() -> None:
    with endpoint(weighed(PRICE, C=0.0)) as served, closing(ChatClient(settings(served))) as client:
        answers = Server(client, KNOWLEDGE).answers(["云服务器多少钱"] * 5)
    assert [isinstance(one, Generated) for one in answers] == [True] * 5


@pytest.mark.parametrize(
    ("answer", "why"),
    [(Answer(status=500), "refused"), (Answer(("{", "}"), stalls_after=1), "late"), (Answer(raw="x"), "unreadable")],
)
def test_why_there_is_no_answer_is_told(answer: Answer, why: str) -> None:
    deadline_s = 1.0 if why == "late" else 20.0
    with endpoint(answer) as served, closing(ChatClient(settings(served, deadline_s=deadline_s))) as client:
        assert Server(client, KNOWLEDGE).answers(["多少钱"]) == [Unanswered(why)]


def test_a_server_that_fails_again_and_again_is_left_alone() -> None:
    with endpoint(Answer(status=500)) as served, closing(ChatClient(settings(served, failures=2))) as client:
        server = Server(client, KNOWLEDGE)
        assert [server.answers(["多少钱"])[0] for _ in range(3)] == [Unanswered("refused")] * 2 + [Unanswered("resting")]
    assert len(served.asked) == 2


class Classifiers:
    """Take everything for a greeting."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (Need("greet", 0.9, (), 0, len(text)),), confidence=0.9)


def test_what_became_of_each_sentence_is_counted() -> None:
    answers = (weighed(PRICE, C=0.0), Answer(status=500), weighed('{"n":[{"t":"别的","i":"C","e":[]}]}', C=0.0))
    with endpoint(*answers) as served:
        generative = Generative(KNOWLEDGE, ChatClient(settings(served)))
        parser = generative.over(Classifiers())
        assert [parser.parse("云服务器多少钱").intents for _ in range(3)] == [("price",), ("greet",), ("greet",)]
        generative.close()
    assert generative.counted() == {"answered": 1, "unanswered": 1, "refused": 1}


def test_metrics_tell_the_counts_and_nothing_where_no_model_is_asked() -> None:
    registry = CollectorRegistry()
    counts: dict[str, int] = {}
    registry.register(GenerativeMetrics(lambda: counts))
    assert b"outcome=" not in generate_latest(registry)
    counts["refused"] = 2
    assert b'xiangyin_generative_answers_total{outcome="refused"} 2.0' in generate_latest(registry)


SECTION = """
models:
  understanding: {{folder: adapter, server: {{url: "{url}", model: intent, deadline_s: 20, retries: 0}}}}
"""


def test_a_bot_asks_its_model_first_and_its_classifiers_where_that_is_down(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    (folder / "adapter").mkdir()
    save(KNOWLEDGE, folder / "adapter")
    file = folder / "bot.yml"
    kept = "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.startswith("models:"))
    with endpoint(weighed(PRICE, C=0.0), Answer(status=500)) as served:
        file.write_text(kept + SECTION.format(url=served.url), "utf-8")
        loaded = load_bot(folder)
        with closing(SalesBot(parts_of(loaded, Classifiers(), Shared.of(loaded, "sqlite://")))) as bot:
            assert [bot.understand("云服务器多少钱").intents for _ in range(2)] == [("price",), ("greet",)]
            bot.turn("王女士", "云服务器多少钱")
            assert len(served.asked) == 3
        tested = without_model(loaded)
        with closing(SalesBot(parts_of(tested, Classifiers(), Shared.of(tested, "sqlite://")))) as bot:
            assert bot.understand("云服务器多少钱").intents == ("greet",)
        assert len(served.asked) == 3


def test_a_version_from_the_archive_asks_the_same_adapter(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    (tmp_path / "adapter").mkdir()
    save(KNOWLEDGE, tmp_path / "adapter")
    section = SECTION.format(url="http://127.0.0.1:9/v1").replace("folder: adapter", "folder: ../adapter")
    write(folder, {**FILES, "bot.yml": FILES["bot.yml"] + section})
    candidate = read_candidate(folder)
    parser_for(candidate.bot)
    archive = Archive(tmp_path / "versions")
    version = archive.record(candidate.files, candidate.bot.version, "start")
    opened = open_archived(archive, version, folder, lambda bot: Shared.of(bot, "sqlite://"))
    assert opened is not None
    assert opened.parts.generative is not None
    assert opened.parts.generative.knowledge == KNOWLEDGE
    SalesBot(opened.parts).close()


def test_a_bot_whose_adapter_is_not_there_is_told_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    file = folder / "bot.yml"
    kept = "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.startswith("models:"))
    file.write_text(kept + SECTION.format(url="http://127.0.0.1:9/v1"), "utf-8")
    with pytest.raises(ModelError, match=str(folder / "adapter")):
        generative_of(load_bot(folder))


def test_an_adapters_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="architecture: generative"):
        parser_at(tmp_path, "http://127.0.0.1:9/v1")


def test_a_model_of_another_kind_is_not_asked_at_a_server(tmp_path: Path) -> None:
    (tmp_path / "model.yml").write_text("runtime: linear\n", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        parser_of(tmp_path, "http://127.0.0.1:9/v1")
