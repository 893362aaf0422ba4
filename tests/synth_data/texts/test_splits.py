"""Which templates go together."""

from __future__ import annotations

from synth_data.texts.paraphrase import canonical
from synth_data.texts.splits import split_of_template, splits_of, wordings

ASIDE = "能不能申请{percent}的折扣"
"""A template that its hash alone sets aside, found by trying."""


def alone(text: str) -> str:
    return splits_of({text: text}, canonical)[text]


def set_aside(pattern: str) -> str:
    return next(text for number in range(100) if split_of_template(text := pattern.format(number)) == "eval")


def test_all_choices_of_a_template_are_its_wordings() -> None:
    assert sorted(wordings("[能|可以]打{percent}吗，[谢谢|]")) == sorted(
        ["能打{percent}吗谢谢", "能打{percent}吗", "可以打{percent}吗谢谢", "可以打{percent}吗"]
    )


def test_a_template_alone_goes_by_its_hash() -> None:
    text = set_aside("第{}次问{{product}}")
    assert alone(text) == "eval"


def test_a_template_that_can_be_worded_as_one_of_training_is_trainings() -> None:
    text = set_aside("第{}次问价格")
    other = next(form for n in range(100) if split_of_template(form := f"[{text}|换一句{n}]") == "train")
    assert splits_of({text: text, other: other}, canonical) == {text: "train", other: "train"}


def test_a_paraphrase_goes_with_what_it_was_made_of() -> None:
    text = set_aside("我要第{}台{{product}}")
    assert splits_of({text: text, "再来一台{product}给我": text}, canonical) == {text: "eval", "再来一台{product}给我": "eval"}


def test_words_around_a_sentence_and_words_for_words_do_not_make_another_of_it() -> None:
    assert canonical("那个我想问一下可不可以便宜一点啊") == canonical("能不能便宜一点")
    assert canonical("能不能便宜一点") != canonical("能不能试用一下")
