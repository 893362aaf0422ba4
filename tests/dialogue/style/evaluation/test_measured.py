from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dialogue.style.alarm import Copies
from dialogue.style.evaluation import Asked, HouseVoice, measure, read_prompts
from dialogue.style.evaluation.measured import Tools, in_steps
from dialogue.style.evaluation.sheets import Preference, read_choices, write_sheet
from dialogue.style.evaluation.telling import Teller
from dialogue.style.samples import SampleError, Turn

EXAMPLES = Path(__file__).parents[4] / "examples" / "style"


def asked(text: str, *carried: str, group: str = "", complaint: bool = False) -> Asked:
    return Asked((Turn("user", text),), carried, group, complaint)


def test_each_rule_of_the_house_is_counted() -> None:
    prompts = [asked("多少钱", "229元"), asked("多少钱", "229元"), asked("太差了", complaint=True)]
    answers = ["您好，每月229元呢。", "你买云主机要299元，终身免费。", "抱歉，我来跟进，半小时内回电。"]
    house = HouseVoice(phrases=("您好", "抱歉"), forbidden=("终身免费",), terms={"云主机": "云服务器"}, longest=30)
    told = measure(prompts, answers, house, Tools(copies=Copies(["您好，每月229元呢"])))
    for figure, share in {"address": 2 / 3, "terms": 2 / 3, "promises_kept": 2 / 3, "phrases": 2 / 3, "length": 1.0}.items():
        assert told.figures[figure] == pytest.approx(share), figure
    assert told.figures["carried"] == 0.5
    assert told.figures["steps"] == 1.0
    assert told.figures["copied"] == pytest.approx(1 / 3)
    assert (1, "carried") in told.faults


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("实在抱歉，我马上登记，半小时内给您回电。", True),
        ("我马上登记，半小时内回电，实在抱歉。", False),
        ("抱歉，半小时内回电。", False),
    ],
)
def test_the_three_calming_steps_stand_in_their_order(text: str, kept: bool) -> None:
    assert in_steps(text, HouseVoice().steps) is kept


def test_consistency_is_the_likeness_of_answers_to_paraphrases() -> None:
    prompts = [asked("多少钱", group="price"), asked("怎么卖", group="price"), asked("在吗")]
    vectors = {
        "a": np.array([1.0, 0.0], np.float32),
        "b": np.array([0.6, 0.8], np.float32),
        "c": np.array([0.0, 1.0], np.float32),
    }
    told = measure(prompts, ["a", "b", "c"], HouseVoice(shortest=0), Tools(embed=lambda text: vectors[text]))
    assert told.figures["consistency"] == pytest.approx(0.6)


def test_the_two_example_voices_are_told_apart_on_samples_that_the_teller_has_not_seen() -> None:
    answers = {}
    for voice in ("warm", "crisp"):
        lines = (EXAMPLES / "data" / f"{voice}.jsonl").read_text(encoding="utf-8").splitlines()
        answers[voice] = [json.loads(line)["output"] for line in lines]
    teller = Teller.of({voice: texts[:100] for voice, texts in answers.items()})
    assert all(teller.share(texts[100:], voice) >= 0.95 for voice, texts in answers.items())


def test_the_fifty_unseen_prompts_hold_what_their_answers_must_carry_and_none_is_a_sample() -> None:
    prompts = read_prompts(EXAMPLES / "data" / "unseen.jsonl")
    assert len(prompts) == 50
    assert all(piece in one.turns[0].text for one in prompts for piece in one.carried)
    samples = (EXAMPLES / "data" / "warm.jsonl").read_text(encoding="utf-8")
    assert not [one.question for one in prompts if f'"{one.question}"' in samples]


def test_prompts_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"input": "多少钱"}\n{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(SampleError, match=r"p\.jsonl:2: no question: expected the key 'input', got text"):
        read_prompts(path)


def test_a_blind_sheet_hides_whose_answer_is_whose_and_its_key_finds_it_again(tmp_path: Path) -> None:
    prompts = [asked(f"问{at}<b>") for at in range(20)]
    sheet = write_sheet(tmp_path, prompts, ([f"甲{at}" for at in range(20)], [f"乙{at}" for at in range(19)] + ["甲19"]), seed=3)
    page = sheet.read_text(encoding="utf-8")
    assert "问0&lt;b&gt;" in page
    assert "甲19" not in page, "what is the same is not asked"
    key = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))["first"]
    assert {"left", "right"} == set(key.values())
    choices = tmp_path / "choices.json"
    chosen = {number: place if int(number) <= 10 else "equal" for number, place in key.items()}
    choices.write_text(json.dumps({"sheet": 3, "choices": chosen}), encoding="utf-8")
    assert read_choices(tmp_path / "key.json", choices) == Preference(first=10, second=0, equal=9)
