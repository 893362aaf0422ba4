from __future__ import annotations

from pathlib import Path

import pytest

from deploy.auth import Key, Keys, Scope
from deploy.settings import GatewaySettings, SettingsError, bot_keys_file, expand, first_process
from dialogue.yaml_file import YamlError


def test_without_keys_no_other_machine_is_served() -> None:
    with pytest.raises(SettingsError, match=r"--host 0\.0\.0\.0: without keys the gateway listens on this machine only"):
        GatewaySettings(host="0.0.0.0")
    assert GatewaySettings(host="0.0.0.0", keys=Keys((Key(b"", Scope.ALL),))).host == "0.0.0.0"


def test_variables_are_expanded_and_an_unset_one_is_told() -> None:
    assert expand("${XIANGYIN_DATA}/intents", "x.yaml:3", {"XIANGYIN_DATA": "data"}) == "data/intents"
    assert expand("${XIANGYIN_DATA:-build/data}/speech", "x.yaml:3", {"XIANGYIN_DATA": "data"}) == "data/speech"
    assert expand("${XIANGYIN_DATA:-build/data}/speech", "x.yaml:3", {}) == "build/data/speech"
    with pytest.raises(SettingsError, match=r"x\.yaml:3: \$\{XIANGYIN_DATA\} is not set: point it at"):
        expand("${XIANGYIN_DATA}/intents", "x.yaml:3", {})


def test_the_bots_credentials_name_the_keys_file(tmp_path: Path) -> None:
    assert bot_keys_file(tmp_path) is None
    credentials = tmp_path / "credentials.yml"
    credentials.write_text("rest:\n", encoding="utf-8")
    assert bot_keys_file(tmp_path) is None
    credentials.write_text("rest:\nxiangyin:\n  keys: secret/keys.txt\n", encoding="utf-8")
    assert bot_keys_file(tmp_path) == tmp_path / "secret/keys.txt"
    credentials.write_text("xiangyin:\n  key: x\n", encoding="utf-8")
    with pytest.raises(YamlError, match=r"credentials\.yml:2: unknown key 'key' in xiangyin; did you mean 'keys'"):
        bot_keys_file(tmp_path)


@pytest.mark.parametrize(("environment", "first"), [({}, True), ({"RANK": "0"}, True), ({"RANK": "1"}, False)])
def test_of_several_processes_the_first_one_writes(environment: dict[str, str], first: bool) -> None:
    assert first_process(environment) is first
