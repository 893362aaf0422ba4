from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.audio import (
    AudioError,
    alaw_decode,
    alaw_encode,
    from_pcm16,
    mulaw_decode,
    mulaw_encode,
    read_audio,
    resample,
    to_pcm16,
)
from asr.transcript import SAMPLE_RATE_HZ, Samples


def tone(hz: float, seconds: float, rate_hz: int) -> Samples:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW"])
def test_a_wav_of_any_rate_and_depth_keeps_its_pitch_and_length(tmp_path: Path, rate_hz: int, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", tone(440, 0.5, rate_hz), rate_hz, subtype=subtype)
    heard = read_audio(tmp_path / "a.wav")
    assert heard.dtype == np.float32
    assert abs(len(heard) - SAMPLE_RATE_HZ // 2) <= 2
    assert abs(np.abs(np.fft.rfft(heard)).argmax() * SAMPLE_RATE_HZ / len(heard) - 440) < 4


@pytest.mark.parametrize("name", ["a.flac", "a.mp3", "a.ogg"])
def test_compressed_files_are_read(tmp_path: Path, name: str) -> None:
    soundfile.write(tmp_path / name, tone(440, 1.0, 16_000), 16_000)
    assert abs(len(read_audio(tmp_path / name)) - SAMPLE_RATE_HZ) < 2_500


def test_channels_are_averaged(tmp_path: Path) -> None:
    left = tone(440, 0.2, 16_000)
    soundfile.write(tmp_path / "a.wav", np.stack((left, -left), axis=1), 16_000)
    assert np.abs(read_audio(tmp_path / "a.wav")).max() < 1e-3


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "no such file"), (b"", "0 bytes"), (b"this is a letter, not a sound" * 9, "not audio")],
)
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes | None, what: str) -> None:
    if content is not None:
        (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioError, match=r"a\.wav: .*" + what):
        read_audio(tmp_path / "a.wav")


def test_a_header_without_sound_and_a_folder_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.float32), 16_000)
    with pytest.raises(AudioError, match="no sound"):
        read_audio(tmp_path / "a.wav")
    with pytest.raises(AudioError, match="not a file"):
        read_audio(tmp_path)


def test_too_long_a_file_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(440, 2.0, 8_000), 8_000)
    with pytest.raises(AudioError, match="2 s of audio, the limit is 1 s"):
        read_audio(tmp_path / "a.wav", longest_s=1.0)


def test_a_telephone_law_keeps_loud_and_soft_sound() -> None:
    sound = tone(300, 0.1, 8_000) * np.linspace(0.01, 1.9, 800, dtype=np.float32)
    for encode, decode in ((mulaw_encode, mulaw_decode), (alaw_encode, alaw_decode)):
        error = np.abs(decode(encode(sound)) - sound)
        assert (error <= 0.002 + 0.04 * np.abs(sound)).all()


def test_the_laws_agree_with_the_standard_at_known_codes() -> None:
    assert mulaw_decode(b"\xff\x7f") == pytest.approx([0.0, 0.0])
    assert mulaw_decode(b"\x00\x80") == pytest.approx([-8031 / 8192, 8031 / 8192])
    assert alaw_decode(b"\xd5\x55") == pytest.approx([1 / 4096, -1 / 4096])
    assert alaw_decode(b"\xaa\x2a") == pytest.approx([4032 / 4096, -4032 / 4096])


def test_pcm_survives_both_ways() -> None:
    sound = tone(300, 0.05, 16_000)
    assert np.abs(from_pcm16(to_pcm16(sound)) - sound).max() < 1e-4
    assert len(from_pcm16(b"\x01\x02\x03")) == 1


def test_resampling_to_the_same_rate_changes_nothing() -> None:
    sound = tone(300, 0.05, 16_000)
    assert np.array_equal(resample(sound, 16_000, 16_000), sound)
