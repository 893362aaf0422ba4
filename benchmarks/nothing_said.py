"""What is heard where nobody speaks: silence, noise, hold music, keys pressed, ringing and engaged tones of the telephone.

`python -m benchmarks.nothing_said [--minutes 30] [--words BOT]`: clips in which words are heard, by the recogniser alone and, as
in a call, after the voice activity detector; with the hot words of a bot or without. Exit status 1 when there are any.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.random import Generator

from asr.bundle import bundled_folder
from asr.recogniser import WhisperRecogniser
from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.turn_end import TurnEnded, TurnOptions, TurnState, step
from asr.vad import VoiceActivity
from deploy.media.ear import PRE_ROLL_S
from deploy.terminal import print_json, table
from synth_data.augmentation import nothing_said

CLIP_S = 8.0
KEYS_HZ = tuple((low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477))
"""ITU-T Q.23."""
RING_HZ, RING_S, RING_PAUSE_S = 450, 1.0, 4.0
"""Ring-back in China (GB 3380); engaged is the same tone, 0.35 s on and off."""
ENGAGED_S = 0.35


def keys(rng: Generator) -> Samples:
    """Keys pressed one after the other."""
    sound = np.zeros(int(CLIP_S * SAMPLE_RATE_HZ), np.float32)
    at = 0
    while at < len(sound):
        held, pause = (int(rng.uniform(low, high) * SAMPLE_RATE_HZ) for low, high in ((0.06, 0.3), (0.06, 0.8)))
        seconds = np.arange(min(held, len(sound) - at)) / SAMPLE_RATE_HZ
        low, high = KEYS_HZ[int(rng.integers(len(KEYS_HZ)))]
        sound[at : at + held] = 0.15 * (np.sin(2 * np.pi * low * seconds) + np.sin(2 * np.pi * high * seconds))
        at += held + pause
    return _on_a_line(sound, rng)


def ringing(rng: Generator) -> Samples:
    """The ring-back tone."""
    return _tone(rng, RING_S, RING_PAUSE_S)


def engaged(rng: Generator) -> Samples:
    """The engaged tone."""
    return _tone(rng, ENGAGED_S, ENGAGED_S)


def _tone(rng: Generator, on_s: float, off_s: float) -> Samples:
    seconds = np.arange(int(CLIP_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sounding = (seconds + rng.uniform(0, on_s + off_s)) % (on_s + off_s) < on_s
    return _on_a_line((rng.uniform(0.05, 0.3) * np.sin(2 * np.pi * RING_HZ * seconds) * sounding).astype(np.float32), rng)


def _on_a_line(sound: Samples, rng: Generator) -> Samples:
    return (sound + rng.normal(0, 10 ** rng.uniform(-4, -2.5), len(sound))).astype(np.float32)


KINDS: Mapping[str, Callable[[Generator], Samples]] = {
    "silence, noise, music": lambda rng: nothing_said(CLIP_S, rng)[0],
    "keys": keys,
    "ringing": ringing,
    "engaged": engaged,
}


def turns(samples: Samples) -> list[Samples]:
    """What a call takes for turns."""
    state, options, found, before = TurnState(), TurnOptions(), [], int(PRE_ROLL_S * SAMPLE_RATE_HZ)
    quiet = np.zeros(SAMPLE_RATE_HZ, np.float32)
    sound = np.concatenate([samples, quiet])
    for probability in VoiceActivity().hear(sound):
        state, events = step(state, probability, options)
        found += [sound[max(0, event.start - before) : event.end] for event in events if isinstance(event, TurnEnded)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nothing_said", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--words", type=Path, metavar="BOT", help="also with the hot words of this bot")
    parser.add_argument("--model", type=Path, default=bundled_folder())
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    recogniser = WhisperRecogniser(arguments.model)
    if arguments.words:
        from deploy.hot_words import hot_words_of
        from dialogue.bot_files import load_bot

        recogniser.expect(hot_words_of(load_bot(arguments.words)))
    heard: Counter[tuple[str, str]] = Counter()
    count = int(arguments.minutes * 60 / CLIP_S)
    for number in range(count):
        kind = tuple(KINDS)[number % len(KINDS)]
        samples = KINDS[kind](np.random.default_rng([3, number]))
        heard[kind, "recogniser"] += bool(recogniser.transcribe(samples).text)
        heard[kind, "call"] += any(recogniser.transcribe(turn).text for turn in turns(samples))
    rows = [(kind, heard[kind, "recogniser"], heard[kind, "call"]) for kind in KINDS]
    if arguments.json:
        print_json([dict(zip(("kind", "recogniser", "call"), row, strict=True)) for row in rows])
    else:
        print(f"{arguments.minutes:g} minutes in {count} clips of {CLIP_S:g} s")
        print(table([("nothing said", "heard by the recogniser", "heard in a call"), *rows]))
    return int(any(alone or in_call for _, alone, in_call in rows))


if __name__ == "__main__":
    raise SystemExit(main())
