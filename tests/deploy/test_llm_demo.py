"""The demonstration of a model's words: what it counts, what it finds wrong, and the bot that it sets up."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.llm_demo.outcome import Outcome, Turn, transcript
from deploy.llm_demo.stage import Models, prepare
from deploy.llm_server.launch import LlmServerError
from deploy.llm_server.vllm import Vllm
from deploy.llm_server.wanted import watch_at
from dialogue.bot_files import load_bot
from dialogue.events import AdapterReplied
from dialogue.store import EventStore
from nlu.finetune.base import fingerprint
from tests.dialogue.adapters.folders import adapter_folder

MOOD = Path(__file__).parents[1] / "data/bots/mood"


def turn(voice: str = "", fault: str = "", **more: object) -> Turn:
    replied = AdapterReplied(voice or "v1.0-warm", 80.0, fault, response="utter_quote", model="demo/x", worded=bool(voice))
    return replace(Turn("多少钱", "每月229元。", (replied,), 90.0), **more)  # type: ignore[arg-type]


GOOD = (
    *(turn("v1.0-warm") for _ in range(7)),
    *(turn("v1.0-crisp") for _ in range(5)),
    turn(fault="unreachable", away=True),
    turn("v1.0-crisp"),
)


def test_a_call_that_went_well_has_no_faults() -> None:
    outcome = Outcome(GOOD, (40.0, 38.0))
    assert outcome.faults(len(GOOD)) == []
    assert (outcome.worded, outcome.json()["turns"][12]["voice"]) == (13, "template")
    assert "（template，vLLM 已停，unreachable，90 ms）" in transcript(outcome.turns)


@pytest.mark.parametrize(
    ("turns", "fault"),
    [
        (GOOD[:-1], "14 turns were to be answered, 13 were"),
        ((*(turn() for _ in range(8)), *GOOD[8:]), "the model worded 5 of 14 turns, 12 are wanted"),
        ((*GOOD[:12], turn("v1.0-crisp", away=True), GOOD[13]), "was worded by a model that was dead"),
        ((*GOOD[:12], replace(GOOD[12], waited_ms=1400.0), GOOD[13]), "waited 1400 ms for a model that was dead"),
        ((*GOOD[:12], replace(GOOD[12], wordings=()), GOOD[13]), "no turn asked the model while it was dead"),
        ((*GOOD[:13], turn()), "the model's return was not picked up"),
        (tuple(turn("v1.0-warm") if one.worded else one for one in GOOD), "two voices were to speak, heard: v1.0-warm"),
    ],
)
def test_what_went_wrong_is_told(turns: tuple[Turn, ...], fault: str) -> None:
    assert any(fault in told for told in Outcome(turns, ()).faults(len(GOOD)))


def test_the_copy_of_the_bot_has_both_voices_live_and_the_original_is_left_alone(tmp_path: Path) -> None:
    voices = {line: adapter_folder(tmp_path / line, line) for line in ("warm", "crisp")}
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text("{}", "utf-8")
    before = {path: path.read_bytes() for path in MOOD.rglob("*") if path.is_file()}
    with pytest.raises(LlmServerError, match="`make models-style` makes the base and both voices"):
        prepare(MOOD, tmp_path / "out", Models(tmp_path / "nowhere", voices, Vllm()))
    source = tmp_path / "source"
    for path, content in before.items():
        (source / path.relative_to(MOOD)).parent.mkdir(parents=True, exist_ok=True)
        (source / path.relative_to(MOOD)).write_bytes(content)
    (source / "bot.yml").write_text("profile: edge\nchannels: {voice: {barge_in: false}}\n", "utf-8")
    with pytest.raises(ValueError, match="trained on another base"):
        prepare(source, tmp_path / "out", Models(base, voices, Vllm()))
    digest = str(fingerprint(str(base)))
    voices = {line: adapter_folder(tmp_path / f"{line}2", line, base=digest) for line in ("warm", "crisp")}
    folder, port = prepare(source, tmp_path / "out", Models(base, voices, Vllm()))
    bot = load_bot(folder)
    assert bot.settings.models.llm is not None
    assert bot.settings.models.llm.url == f"http://127.0.0.1:{port}/v1"
    assert not bot.settings.channels.voice.barge_in
    with closing(EventStore(bot.settings.store_url(folder))) as store:
        watch = watch_at(bot, store, (), ours=True)
        assert watch is not None
        found = {one.name: (one.status, one.persona) for one in watch.adapters.roster.adapters}
        watch.close()
    assert found == {"v1.0-crisp": ("live", "expert"), "v1.0-warm": ("live", "standard")}
