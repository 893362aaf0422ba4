from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dialogue.bot_files import BotFaults, load_bot, read_bot, version_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "cloud_sales"

FILES = {
    "domain.yml": "version: '3.1'\nintents: [greet, price_inquiry]\nentities: [cpu_cores]\n"
    "responses:\n  utter_greet:\n  - text: 您好\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - 您好\n- intent: greet+price_inquiry\n  examples: |\n"
    "    - 您好,[八核](cpu_cores)多少钱\n",
    "data/rules.yml": "rules:\n- rule: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
    "config.yml": "language: zh\npipeline:\n- name: XiangyinNLU\n  max_needs: 2\n",
    "bot.yml": "profile: edge\n",
    "facts/prices.csv": "id,name,price_month_yuan\na,基础型,100\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(BotFaults) as raised:
        load_bot(folder)
    return [
        f"{fault.place.file.relative_to(folder).as_posix()}:{fault.place.line}: {fault.what}" for fault in raised.value.faults
    ]


def test_a_bot_is_read_whole(folder: Path) -> None:
    bot = load_bot(folder)

    assert list(bot.domain.intents) == ["greet", "price_inquiry"]
    assert [example.intents for example in bot.training.examples] == [("greet",), ("greet", "price_inquiry")]
    assert bot.training.examples[1].origin == "data/nlu.yml:7"
    assert [rule.name for rule in bot.rules] == ["greet"]
    assert bot.pipeline.max_needs == 2
    assert list(bot.facts.tables) == ["prices"]
    assert bot.version == version_of(folder)


def test_the_example_bot_is_read() -> None:
    bot = load_bot(EXAMPLE)

    assert {"product_inquiry", "requirement", "integration"} <= set(bot.domain.intents)
    assert len(bot.training.examples) > 700
    assert len(bot.facts.tables["prices"].rows) >= 24


def test_any_file_may_hold_any_part_and_a_domain_may_be_a_folder(folder: Path) -> None:
    (folder / "domain.yml").unlink()
    write(
        folder,
        {
            "domain/intents.yml": "intents: [greet]\n",
            "domain/more/rest.yml": "intents: [price_inquiry]\nentities: [cpu_cores]\n",
            "data/deep/all.yml": "responses:\n  utter_greet:\n  - text: 您好\nrules: []\n",
        },
    )

    assert list(load_bot(folder).domain.responses) == ["utter_greet"]


def test_a_folder_that_is_no_bot_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BotFaults) as missing:
        load_bot(tmp_path / "nowhere")
    with pytest.raises(BotFaults) as empty:
        load_bot(tmp_path)

    assert str(missing.value) == f"{tmp_path}/nowhere:1: there is no such folder; 'xiangyin init DIR' makes a new bot"
    assert str(empty.value).startswith(f"{tmp_path}/domain.yml:1: there is no such file; a bot's folder has domain.yml")
    assert "\n" not in str(empty.value)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("data/nlu.yml", "nul: []\n", "1: unknown key 'nul' in the file; did you mean 'nlu'?"),
        (
            "domain.yml",
            "version: '4.0'\nintents: [greet, price_inquiry]\nentities: [cpu_cores]\n",
            "1: version '4.0' is not one of 2.0, 3.0, 3.1",
        ),
        (
            "config.yml",
            "pipeline: [",
            "1: not valid YAML: what is opened here is not closed, or closed too late (did not find expected node content)",
        ),
        ("endpoints.yml", "a: 1\na: 2\n", "2: 'a' stands twice; first at line 1"),
        ("bot.yml", "voices: {rate: 1}\n", "1: unknown key 'rate' in 'voices'; did you mean 'rate_wpm'?"),
        ("data/more.yml", "- a\n", "1: the file must be a mapping (key: value)"),
    ],
)
def test_a_fault_in_any_file_is_told(folder: Path, name: str, text: str, fault: str) -> None:
    write(folder, {name: text})

    assert faults_of(folder) == [f"{name}:{fault}"]


def test_a_label_that_the_domain_lacks_keeps_no_bot_from_loading(folder: Path) -> None:
    write(folder, {"data/nlu.yml": "nlu:\n- intent: gret\n  examples: |\n    - 您好\n"})

    assert load_bot(folder).labels["gret"].line == 2


def test_the_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    write(
        folder,
        {
            "bot.yml": "profile: big\n",
            "config.yml": "pipline: []\n",
            "data/nlu.yml": "nlu:\n- intnt: nobody\n  examples: |\n    - a\n    - b\n",
            "data/rules.yml": "rules:\n- rul: x\n  steps: []\n",
            "facts/prices.csv": "id,price_month_yuan\na,cheap\n",
        },
    )

    told = {line.split(":")[0] for line in faults_of(folder)}
    assert told == {"bot.yml", "config.yml", "data/nlu.yml", "data/rules.yml", "facts/prices.csv"}
    assert sum(line.startswith("data/nlu.yml") for line in faults_of(folder)) == 1


def test_a_file_that_cannot_be_parsed_blames_nobody_else(folder: Path) -> None:
    write(folder, {"domain.yml": "intents: [greet\n"})

    assert [line.split(":")[0] for line in faults_of(folder)] == ["domain.yml"]


def test_retrieval_intents_and_rasas_own_intents_need_no_listing(folder: Path) -> None:
    write(
        folder,
        {
            "data/faq.yml": "nlu:\n- intent: greet/morning\n  examples: |\n    - 早\n",
            "data/own.yml": "nlu:\n- intent: restart\n  examples: |\n    - 重来\n",
        },
    )

    assert len(load_bot(folder).training.examples) == 4


def test_the_version_changes_with_what_is_said_but_not_with_tests_or_caches(folder: Path) -> None:
    before = version_of(folder)
    write(folder, {"tests/test_stories.yml": "stories: []\n", ".xiangyin/model.yml": "a: 1\n", "README.md": "x"})
    unchanged = version_of(folder)
    write(folder, {"facts/prices.csv": "id,name,price_month_yuan\na,基础型,101\n"})

    assert before == unchanged != version_of(folder)


def test_a_bot_is_the_same_wherever_it_lies(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("copy") / "bot"
    shutil.copytree(folder, other)

    assert load_bot(other).training == load_bot(folder).training
    assert load_bot(other).version == load_bot(folder).version


@pytest.mark.skipif("XIANGYIN_DATA" not in os.environ, reason="XIANGYIN_DATA is not set: bots that others wrote")
def test_bots_that_others_wrote_are_read() -> None:
    folders = sorted((Path(os.environ["XIANGYIN_DATA"]) / "rasa_bots" / "rasa-form-examples").iterdir())

    assert len([load_bot(folder) for folder in folders]) == 7


def test_words_of_the_operators_own_are_read_and_count_for_the_version(folder: Path) -> None:
    before = load_bot(folder).version
    write(folder, {"data/dialect_words.tsv": "word\tmandarin\n盒盒\t服务器\n"})
    bot = load_bot(folder)
    assert [(entry.word, entry.mandarin) for entry in bot.training.words] == [("盒盒", "服务器")]
    assert bot.version != before


def test_a_wrong_row_of_dialect_words_is_told_with_its_place(folder: Path) -> None:
    write(folder, {"data/dialect_words.tsv": "word\tmandarin\n盒盒\n"})
    (fault,) = faults_of(folder)
    assert fault.startswith("data/dialect_words.tsv:2: '盒盒' is not a row of word<TAB>Mandarin")


def test_what_can_be_read_is_read_behind_every_fault(folder: Path) -> None:
    write(
        folder,
        {
            "data/rules.yml": "version: '3.1'\nrules:\n- rule: a\n   steps: []\n- rule: b\n  steps: [{action: utter_b}]\n",
            "facts/prices.csv": "id,price_month_yuan\na,cheap\n",
        },
    )

    found = read_bot(folder)

    assert [rule.name for rule in found.bot.rules] == ["b"]
    assert list(found.bot.facts.tables) == ["prices"]
    assert [(fault.kind, fault.place.line) for fault in found.faults if fault.severity == "error"] == [
        ("syntax", 4),
        ("facts", 2),
    ]
