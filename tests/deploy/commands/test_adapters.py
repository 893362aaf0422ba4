"""The command on the adapters of a bot."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import main
from dialogue.bot_files import load_bot
from dialogue.events import AdapterChosen, HandedOver, SessionEnded, SessionStarted, SlotSet
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter_folder
from tests.dialogue.adapters.vllm_server import vllm


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    settings(folder, "adapters: {tenant: north, max_lora_rank: 16}")
    return folder


def settings(bot: Path, text: str) -> None:
    before = (bot / "bot.yml").read_text("utf-8").partition("\nadapters:")[0]
    (bot / "bot.yml").write_text(f"{before}\n{text}\n", "utf-8")


def asked(bot: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What the command tells with --json."""
    capsys.readouterr()
    assert main(["adapters", *words, "--bot", str(bot), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_an_adapter_goes_its_way_from_a_folder_to_live_and_back(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (2, 3):
        folder = adapter_folder(tmp_path / f"v1.{number}-sales", f"w{number}")
        added = asked(bot, capsys, "add", str(folder), "--department", "sales")
        assert (added["name"], added["status"], added["persona"], added["department"]) == (
            f"v1.{number}-sales",
            "draft",
            "expert",
            "sales",
        )
    assert asked(bot, capsys, "promote", "v1.2-sales")["status"] == "live"
    trial = asked(bot, capsys, "split", "v1.3-sales", "10")
    assert (trial["percent"], trial["control"]) == (10.0, "v1.2-sales")
    assert "salt" not in trial
    listed = asked(bot, capsys, "list")
    assert [(one["name"], one["status"]) for one in listed["adapters"]] == [("v1.2-sales", "live"), ("v1.3-sales", "trial")]
    assert asked(bot, capsys, "rollback", "v1.3-sales")["live"]["name"] == "v1.2-sales"
    assert asked(bot, capsys, "promote", "v1.3-sales")["status"] == "live"
    assert asked(bot, capsys, "rollback", "v1.3-sales", "--reason", "问候语不对")["live"]["name"] == "v1.2-sales"
    assert asked(bot, capsys, "retire", "v1.2-sales")["status"] == "retired"


def test_the_arms_of_a_trial_are_shown_with_their_intervals(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (2, 3):
        asked(bot, capsys, "add", str(adapter_folder(tmp_path / f"v1.{number}-sales", f"w{number}")))
    asked(bot, capsys, "promote", "v1.2-sales")
    trial = asked(bot, capsys, "split", "v1.3-sales", "25")["id"]
    with closing(EventStore(load_bot(bot).settings.store_url(bot))) as store:
        for number in range(8):
            told = AdapterChosen("sales", "v1.3-sales", "trial", trial)
            if number % 4:
                told = AdapterChosen("sales", "v1.2-sales", "live", trial)
            handed = [HandedOver("x")] if number < 3 else []
            store.append(f"c{number}", [SessionStarted(), told, *handed, SessionEnded("hangup")])
    (shown,) = asked(bot, capsys, "show", "v1.3-sales")["trials"]
    assert [(arm["adapter"], arm["conversations"]) for arm in shown["arms"]] == [("v1.3-sales", 2), ("v1.2-sales", 6)]
    figure = shown["arms"][1]["metrics"]["hand_over"]
    assert (figure["count"], figure["value"]) == (6, pytest.approx(1 / 3))
    assert figure["interval"] == [pytest.approx(0.097, abs=0.001), pytest.approx(0.700, abs=0.001)]
    assert main(["adapters", "show", "v1.3-sales", "--bot", str(bot)]) == 0
    told = capsys.readouterr().out
    assert "trial (2)" in told
    assert "0.3333 [0.09677, 0.7]" in told


def test_servers_are_brought_to_what_is_wanted_and_drift_is_told(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(bot, capsys, "add", str(adapter_folder(tmp_path / "v1.2-sales")))
    asked(bot, capsys, "promote", "v1.2-sales")
    assert main(["adapters", "sync", "--bot", str(bot)]) == 2
    assert "bot.yml names no model server" in capsys.readouterr().err
    with vllm() as server:
        settings(bot, f"adapters: {{tenant: north, replicas: ['{server.url}']}}")
        (replica,) = asked(bot, capsys, "sync")["replicas"]
        assert replica["settled"]
        assert list(server.held) == replica["loaded"]
        server.updates = False
        server.restart()
        assert main(["adapters", "sync", "--bot", str(bot)]) == 1
        assert "VLLM_ALLOW_RUNTIME_LORA_UPDATING" in capsys.readouterr().out


def test_another_persona_is_let_in(bot: Path) -> None:
    url = load_bot(bot).settings.store_url(bot)
    with closing(EventStore(url)) as store:
        store.append("call-7", [SessionStarted()])
    assert main(["adapters", "swap", "call-7", "--persona", "expert", "--bot", str(bot)]) == 0
    with closing(EventStore(url)) as store:
        assert store.events("call-7")[-1] == SlotSet("persona", "expert")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("promote", "v9-nobody"), "there is no adapter 'v9-nobody'"),
        (("show", "../../etc"), "there is no adapter '../../etc'"),
        (("add", "nowhere"), "nowhere: there is no such folder"),
        (("add", "http://169.254.169.254/x", "v1-x"), "is an address"),
        (("swap", "nobody", "--persona", "expert"), "there is no conversation 'nobody'"),
        (("swap", "nobody"), "say who shall speak"),
    ],
)
def test_what_cannot_be_is_one_line_that_says_why(
    bot: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    capsys.readouterr()
    assert main(["adapters", *words, "--bot", str(bot)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("config", "name", "told"),
    [
        ({"rank": 32}, "v1.2-sales", "its rank is 32, and the model servers load 16 at most; start them with --max-lora-rank 32"),
        ({}, "sales", "'sales' is no name of an adapter; write a version and a line, in small letters: v1.2-sales-negotiation"),
        ({"use_dora": True}, "v1.2-sales", "it is a DoRA (use_dora), which no server loads"),
    ],
)
def test_what_could_not_be_served_is_refused_before_anything_is_kept(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], config: dict[str, Any], name: str, told: str
) -> None:
    folder = adapter_folder(tmp_path / "trained", **config)
    assert main(["adapters", "add", str(folder), name, "--bot", str(bot)]) == 2
    assert told in capsys.readouterr().err
    assert not (bot / ".xiangyin/adapters").exists()


def test_a_bot_without_a_tenant_is_told_what_to_write(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(bot, "")
    assert main(["adapters", "list", "--bot", str(bot)]) == 2
    assert "adapters: {tenant: north-cloud}" in capsys.readouterr().err


def test_a_bot_that_borrows_another_tenants_database_is_refused(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(bot, capsys, "list")
    other = tmp_path / "other"
    assert main(["init", str(other)]) == 0
    settings(other, f"store: {{url: 'sqlite:///{bot}/.xiangyin/conversations.sqlite'}}\nadapters: {{tenant: south}}")
    assert main(["adapters", "list", "--bot", str(other)]) == 2
    assert "belongs to another tenant than tenant 'south'" in capsys.readouterr().err
