from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("transformers")

from dialogue.style.packing import cut, rows_of
from dialogue.style.samples import Sample, Turn
from dialogue.style.templates import Encoded, TemplateError, apply_template, encode, prompt_text

TURNS = (Turn("system", "你是小汇"), Turn("user", "多少钱"), Turn("assistant", "每月229元。"), Turn("user", "贵"))


@pytest.fixture
def own(tokenizer: Any) -> Any:
    import copy

    return copy.deepcopy(tokenizer)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("qwen", "<|im_start|>system\n你是小汇<|im_end|>\n<|im_start|>user\n多少钱<|im_end|>\n<|im_start|>assistant\n"),
        ("llama2", "<s>[INST] <<SYS>>\n你是小汇\n<</SYS>>\n\n多少钱 [/INST]"),
        (
            "llama3",
            "<s><|start_header_id|>system<|end_header_id|>\n\n你是小汇<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n多少钱"
            "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
    ],
)
def test_a_named_template_writes_as_its_makers_do(own: Any, name: str, text: str) -> None:
    own.bos_token = "<s>"
    apply_template(own, name)
    assert prompt_text(own, TURNS[:2]) == text


def test_an_unknown_name_is_told_with_those_that_there_are(own: Any) -> None:
    with pytest.raises(TemplateError, match="there is no template 'vicuna'; there are llama2, llama3, qwen"):
        apply_template(own, "vicuna")
    own.chat_template = None
    with pytest.raises(TemplateError, match="has no chat template of its own"):
        apply_template(own, None)


def test_only_answers_are_learnt_and_each_with_its_end(own: Any) -> None:
    end = apply_template(own, None)
    sample = Sample((*TURNS, Turn("assistant", "可以包年。")))
    encoded = encode(own, sample, end)
    learnt = own.decode([one for one, counts in zip(encoded.ids, encoded.learnt, strict=True) if counts])
    assert learnt == "每月229元。<|im_end|>可以包年。<|im_end|>"
    assert own.decode(encoded.ids) == prompt_text(own, TURNS) + "可以包年。<|im_end|>"
    assert all(encode(own, sample, end, on_prompt=True).learnt)


def test_digits_and_common_characters_are_single_tokens_and_rare_ones_come_back_whole(own: Any) -> None:
    assert len(own.tokenize("229")) == 3
    assert own.decode(own("每月229元，龘😀ok")["input_ids"]) == "每月229元，龘😀ok"


def test_what_is_too_long_loses_the_begin_of_its_prompt_and_keeps_the_answer() -> None:
    long = Encoded(tuple(range(10)), (False,) * 7 + (True,) * 3)
    assert cut(long, 6).ids == (4, 5, 6, 7, 8, 9)
    assert cut(long, 3).ids == (6, 7, 8)
    assert cut(long, 20) == long


def test_packing_loses_no_sample_and_fills_no_row_over_its_length() -> None:
    samples = [Encoded(tuple(range(size)), (True,) * size, str(size)) for size in (5, 9, 3, 7, 2, 4)]
    rows = rows_of(samples, 10, packed=True)
    assert sorted(one.origin for row in rows for one in row) == sorted(one.origin for one in samples)
    assert all(sum(len(one.ids) for one in row) <= 10 for row in rows)
    assert len(rows) == 4
