from __future__ import annotations

import math

from dialogue.style.alarm import Copies, Reading, alarm, distinct, self_repetition


def test_a_text_that_repeats_itself_is_told_from_one_that_does_not() -> None:
    assert self_repetition(["您好每月二百元您好每月二百元您好每月二百元"]) > 0.4
    assert self_repetition(["每月二百二十九元，配五兆带宽"]) == 0.0


def test_the_same_answer_to_everything_has_few_different_pairs() -> None:
    same, varied = ["请您放心呢"] * 4, ["请您放心呢", "每月九十九元", "硬盘有四十", "马上转接人工"]
    assert distinct(same) < distinct(varied) / 2


def test_a_copy_is_known_through_punctuation_and_a_changed_end_but_not_with_another_figure() -> None:
    copies = Copies(["您好，云服务器标准型每个月是229元呢，您觉得合适的话我帮您配。"])
    assert copies.copied("您好云服务器标准型每个月是229元呢您觉得合适的话我帮您配")
    assert copies.copied("您好，云服务器标准型每个月是229元呢，您觉得合适的话我帮您")
    assert not copies.copied("您好，轻量服务器入门款每个月是45元呢，您觉得怎么样？")
    assert copies.share(["好的", "您好，云服务器标准型每个月是229元呢，您觉得合适的话我帮您配"]) == 0.5


def test_the_alarm_wants_a_falling_loss_and_worse_answers() -> None:
    base = Reading(0, math.inf, 0.05, 0.6, 0.0)
    good = Reading(2, 1.0, 0.05, 0.6, 0.0)
    assert alarm([base]) == ""
    assert alarm([base, good, Reading(3, 0.5, 0.06, 0.58, 0.1)]) == ""
    assert "repeat themselves" in alarm([base, good, Reading(3, 0.5, 0.30, 0.6, 0.0)])
    assert "lose variety" in alarm([base, good, Reading(3, 0.5, 0.05, 0.3, 0.0)])
    assert "copy those of training" in alarm([base, good, Reading(3, 0.5, 0.05, 0.6, 0.8)])
    assert alarm([base, good, Reading(3, 1.2, 0.30, 0.3, 0.8)]) == "", "the loss does not fall: this is not over-fitting"
