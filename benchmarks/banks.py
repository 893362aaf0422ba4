"""How well recorded banks are spliced: pitch against what was wanted, clicks at joins, speed, and what a recogniser hears.

    python -m benchmarks.banks --folder shared/data/speech/bank_cmn --dialect cmn --sentences sentences.txt

`--sentences`: one sentence a line, without digits. Each recorded voice is compared with its own recordings set one after another.
The recogniser's errors tell intelligibility only roughly: it may never have heard a real voice.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.bundle import bundled_folder
from asr.cer import error_rate
from asr.pitch import pitch_of
from asr.recogniser import WhisperRecogniser
from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.phonology import Spoken, pronounce
from synth_data.voices.banks import BankVoice
from synth_data.voices.banks.melody import FRAME
from synth_data.voices.banks.psola import splice
from synth_data.voices.banks.speakers import BankSpeaker
from synth_data.voices.banks.units import sound_of
from synth_data.voices.banks.voice import Plan

SILENCE = np.zeros(RATE_HZ // 3, np.float32)
NEAR_S, AROUND_S = 0.003, 0.05
"""How far from a join its click is looked for, and what it is compared with."""


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one voice. Pitch in semitones; clicks: joins that bend twice as sharply as what is around them, as a share."""

    voice: str
    sentences: int
    seconds: float
    per_second: float
    pitch_median_st: float
    pitch_beyond_1_st: float
    clicks: float
    clicks_plain: float
    cer: float
    cer_low: float
    cer_high: float
    cer_plain: float


def main() -> None:
    """Print a row a recorded voice, of its natural speaker or of drawn ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="a bank: syllables/ and perhaps words/")
    parser.add_argument("--dialect", default="cmn")
    parser.add_argument("--sentences", type=Path, required=True)
    parser.add_argument("--most", type=int, default=200, help="so many sentences at most")
    parser.add_argument("--drawn", choices=("train", "eval"), help="speakers of a split instead of the recorded voice as it is")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    voice = BankVoice(chosen.folder)
    texts = chosen.sentences.read_text("utf-8").splitlines()[: chosen.most]
    spoken = [pronounce(text, chosen.dialect) for text in texts]
    hear = WhisperRecogniser(bundled_folder()).transcribe
    for name in voice.voices:
        rng = np.random.default_rng(1)
        speakers = [voice.draw(rng, chosen.drawn, name) if chosen.drawn else voice.natural(name) for _ in texts]
        row = measure(voice, list(zip(texts, spoken, speakers, strict=True)), chosen.dialect, lambda sound: hear(sound).text)
        print(json.dumps(asdict(row), ensure_ascii=False) if chosen.json else row)
    if not chosen.json:
        print(dict(voice.counts))


def measure(
    voice: BankVoice, said: Sequence[tuple[str, Sequence[Spoken], BankSpeaker]], dialect: str, hear: Callable[[Samples], str]
) -> Row:
    """Speak every sentence twice, spliced and plainly set together, and compare."""
    off: list[NDArray[np.float64]] = []
    clicks: list[float] = []
    clicks_plain: list[float] = []
    heard, heard_plain = [], []
    spent = seconds = 0.0
    for number, (_, spoken, speaker) in enumerate(said):
        rng = np.random.default_rng(number)
        before = time.perf_counter()
        plan = voice.plan(spoken, dialect, speaker, rng)
        sound = splice(plan.placed, plan.gains, plan.hz, speaker.formant, rng)
        spent += time.perf_counter() - before
        seconds += len(sound) / RATE_HZ
        off.append(pitch_error(plan, sound))
        clicks += sharp_joins(sound, [each.out[0] for each in plan.placed if each.fade_in > 0][1:])
        plain, joins = plainly(plan)
        clicks_plain += sharp_joins(plain, joins)
        heard.append(hear(np.concatenate([SILENCE, sound, SILENCE])))
        heard_plain.append(hear(np.concatenate([SILENCE, plain, SILENCE])))
    errors = np.abs(np.concatenate(off))
    texts = [text for text, _, _ in said]
    rate = error_rate(heard, texts)
    return Row(
        said[0][2].voice, len(said), round(seconds, 1), round(len(said) / spent, 1),
        round(float(np.median(errors)), 3), round(float(np.mean(errors > 1)), 3),
        round(float(np.mean(clicks)), 4), round(float(np.mean(clicks_plain)), 4),
        round(rate.rate, 3), round(rate.low, 3), round(rate.high, 3), round(error_rate(heard_plain, texts).rate, 3),
    )  # fmt: skip


def pitch_error(plan: Plan, sound: Samples) -> NDArray[np.float64]:
    """Semitones between what is measured in the cores of syllables and what was wanted there."""
    hz = pitch_of(sound, (0.6 * float(plan.hz.min()), 1.6 * float(plan.hz.max()))).hz
    times = np.arange(min(len(hz), len(plan.hz))) * FRAME
    inside = np.zeros(len(times), bool)
    for each in plan.placed:
        inside |= (times > each.out[1]) & (times < each.out[2])
    inside &= hz[: len(times)] > 0
    return np.asarray(12 * np.log2(hz[: len(times)][inside] / plan.hz[: len(times)][inside]), np.float64)


def sharp_joins(sound: Samples, joins: Sequence[float]) -> list[float]:
    """1 for each join at which the wave bends twice as sharply as anywhere within AROUND_S of it, else 0."""
    bend = np.abs(np.diff(sound, 2))
    near, around = int(NEAR_S * RATE_HZ), int(AROUND_S * RATE_HZ)
    sharp = []
    for join in joins:
        at = int(join)
        sides = np.concatenate([bend[max(at - around, 0) : max(at - near, 0)], bend[at + near : at + around]])
        here = bend[max(at - near, 0) : at + near]
        sharp.append(float(here.max(initial=0.0) > 2 * sides.max(initial=0.0)))
    return sharp


def plainly(plan: Plan) -> tuple[Samples, list[float]]:
    """The same recordings one after another, at one level, and where they meet."""
    parts: list[Samples] = []
    joins: list[float] = []
    for each, gain in zip(plan.placed, plan.gains, strict=True):
        if parts:
            joins.append(float(sum(len(part) for part in parts)))
        parts.append(sound_of(each.unit)[int(each.source[0]) : int(each.source[3])] * np.float32(gain))
    return np.concatenate(parts), joins


if __name__ == "__main__":
    main()
