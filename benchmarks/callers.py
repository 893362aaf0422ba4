"""What the benchmark's callers say: sentences of the trade, in voices that no corpus for training holds."""

from __future__ import annotations

import functools

import numpy as np

from deploy.media.transport import Sound

SENTENCES = (
    "你好，我想买一台云服务器",
    "要八核十六G的",
    "那这个的年费是多少",
    "能不能便宜一点",
    "我要能支持一千并发的云服务器，还要支持异地备份",
    "最好能对接我现有的ERP系统",
    "跟别家比有什么优势",
    "能先试用吗",
    "带宽要十兆的",
    "一个月多少钱",
    "改成两年的",
    "你们有云数据库吗",
)
QUIET = 0.01
"""Of full scale: what lies below at the end of a sentence is not speech any more."""


@functools.cache
def said(number: int) -> Sound:
    """The number-th thing said, at 8 kHz over a telephone; its last sample is speech."""
    import soxr

    from synth_data.augmentation import RATE_HZ
    from synth_data.augmentation.telephone import LINE_HZ, telephone
    from synth_data.speakers import EVAL_VARIANTS, Speaker
    from synth_data.voices import DialectVoice

    random = np.random.default_rng(number)
    voice = DialectVoice("cmn", Speaker(EVAL_VARIANTS[number % len(EVAL_VARIANTS)], int(random.integers(140, 200))))
    speech = voice.synthesize(SENTENCES[number % len(SENTENCES)])
    voice.close()
    line, _ = telephone(soxr.resample(speech.samples, speech.rate_hz, RATE_HZ), random)
    at_line = soxr.resample(line, RATE_HZ, LINE_HZ)
    loud = np.flatnonzero(np.abs(at_line) > QUIET)
    return np.asarray(at_line[: int(loud[-1]) + 1], np.float32)
