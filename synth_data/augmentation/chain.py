"""The way of clean speech to the recogniser: the throat, the room, the noise, the set, the line. In this order."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from synth_data.augmentation.codecs import coded, present
from synth_data.augmentation.levels import RATE_HZ, Samples, add_noise, at_peak
from synth_data.augmentation.microphones import clipped, coloured, levelled
from synth_data.augmentation.noises import noise
from synth_data.augmentation.packet_loss import PACKET_MS, draw_losses, without_packets
from synth_data.augmentation.rooms import draw_room, in_room
from synth_data.augmentation.settings import AugmentSettings, Range
from synth_data.augmentation.speeds import change_speed, change_tempo
from synth_data.augmentation.telephone import lines, telephone

Changed = tuple[Samples, list[str]]
"""Samples and what was done to them, as it stands in a manifest: 'pink:12dB', 'telephone:alaw' (read by asr.conditions)."""


@dataclass(frozen=True, slots=True)
class Augment:
    """A callable for training and for corpora: f(samples, rng) -> (samples, what was done). `babble`: other utterances.

    It holds no state and can be pickled: what it does comes from `rng` alone, so default_rng([seed, pass, clip]) repeats it
    in any thread or process.
    """

    settings: AugmentSettings = field(default_factory=AugmentSettings)
    babble: tuple[Samples, ...] = ()

    def __call__(self, samples: Samples, rng: np.random.Generator) -> Changed:
        done: list[str] = []
        if len(samples) == 0:
            return samples, done
        for step in (_throat, _room, self._noise, _set, _line):
            samples, what = step(samples, self.settings, rng)
            done += what
        return samples, done

    def _noise(self, samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
        kinds = [kind for kind in settings.noises if kind != "babble" or self.babble]
        if not kinds or rng.random() >= settings.noise:
            return samples, []
        kind = kinds[int(rng.integers(len(kinds)))]
        snr_db = float(rng.uniform(settings.snr_db_min, settings.snr_db_max))
        disturbance = noise(kind, len(samples), rng, self.babble)
        return add_noise(samples, disturbance, snr_db), [f"{kind}:{snr_db:.0f}dB"]


def _throat(samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
    done = []
    if rng.random() < settings.speed:
        factor = _factor(settings.speed_range, rng)
        samples = change_speed(samples, factor)
        done.append(f"speed:{factor:.2f}")
    if rng.random() < settings.tempo:
        factor = _factor(settings.tempo_range, rng)
        samples = change_tempo(samples, factor)
        done.append(f"tempo:{factor:.2f}")
    return samples, done


def _room(samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
    if rng.random() >= settings.room:
        return samples, []
    far = rng.random() < settings.far
    room = draw_room(rng, settings.rt60_s, settings.far_m if far else settings.distance_m)
    done = [f"room:{room.rt60_s:.2f}s", *([f"far:{room.distance_m:.1f}m"] if far else [])]
    return in_room(samples, room, rng), done


def _set(samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
    """Microphone, automatic gain, overload, loudness."""
    done = []
    if rng.random() < settings.microphone:
        low_db, high_db = (float(rng.uniform(*settings.microphone_db)) for _ in range(2))
        samples = coloured(samples, low_db, high_db)
        done.append(f"microphone:{low_db:+.0f}{high_db:+.0f}dB")
    if rng.random() < settings.gain_control:
        samples = levelled(samples)
        done.append("agc")
    if rng.random() < settings.clipping:
        percent = round(float(rng.uniform(*settings.clipping_percent)))
        samples = clipped(samples, percent)
        done.append(f"clipped:{percent}%")
    peak_db = float(rng.uniform(*settings.peak_db))
    return at_peak(samples, peak_db), [*done, f"peak:{peak_db:.0f}dB"]


def _line(samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
    done = []
    if rng.random() < settings.telephone:
        samples, name = telephone(samples, rng, lines(settings.mobile))
        done.append(f"telephone:{name}")
    elif rng.random() < settings.opus and "opus" in present():
        samples = coded(samples, "opus")
        done.append("opus")
    if rng.random() < settings.packet_loss:
        samples, what = _lossy(samples, settings, rng)
        done += what
    return samples, done


def _lossy(samples: Samples, settings: AugmentSettings, rng: np.random.Generator) -> Changed:
    share, burst = float(rng.uniform(*settings.loss_share)), float(rng.uniform(*settings.loss_burst))
    packets = -(-len(samples) * 1000 // (RATE_HZ * PACKET_MS))
    lost = draw_losses(packets, share, burst, rng)
    concealed = rng.random() < settings.concealed
    if not lost.any():
        return samples, []
    return without_packets(samples, lost, concealed), [f"loss:{lost.mean():.0%}{':concealed' if concealed else ''}"]


def _factor(bounds: Range, rng: np.random.Generator) -> float:
    """In hundredths; 1 is the likeliest where it lies within (a triangle over the logarithm)."""
    low, high = math.log(bounds[0]), math.log(bounds[1])
    if low == high:
        return bounds[0]
    return round(math.exp(float(rng.triangular(low, min(max(0.0, low), high), high))), 2)
