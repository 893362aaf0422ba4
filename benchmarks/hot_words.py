"""What hot words are worth: names that no training text has, heard with and without them; and what they put into other speech.

`python -m benchmarks.hot_words [--names N]`: the names are spoken in four dialects by voices that training never had, half of the
sentences over a telephone with noise of 10 to 30 dB. Ordinary sentences (`--ordinary MANIFEST`) and 30 minutes of silence, noise
and hold music tell what is put in where nothing of the kind was said. `--hot X` tries another weight.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soxr

from asr.audio import read_audio
from asr.bundle import bundled_folder
from asr.cer import edit_distance, error_rate
from asr.manifest import read_manifest
from asr.normalize import fold
from asr.recogniser import WhisperRecogniser
from deploy.hot_words import pronounced
from synth_data.augmentation import Augment, AugmentSettings, nothing_said
from synth_data.clips import trimmed
from synth_data.phonology.pronounce import pronounce
from synth_data.speakers import draw_speaker
from synth_data.voices.dialect import speak_dialect
from synth_data.voices.espeak import EspeakEngine

NAMES = (
    *("灵犀网盘", "星舟主机", "云雀数据仓", "北斗网关", "青鸾存储", "磐石堡垒", "飞鱼加速", "天枢集群", "瀚海归档", "逐浪直播"),
    *("凌霄算力", "白泽客服", "听潮语音", "朱雀防火墙", "玄武容灾", "麒麟镜像", "蓬莱快照", "昆仑引擎", "织女报表", "牵牛调度"),
    *("丰谷便利", "锦绣纺织", "宏途物流", "瑞康诊所", "佳禾食品", "远帆外贸", "恒昌机电", "鹿鸣书院", "芳邻超市", "晨曦养老"),
    *(
        "云栖科技园",
        "滨湖新区",
        "凤凰山机房",
        "莲花池节点",
        "虹桥专线",
        "枫林公寓",
        "望京可用区",
        "观澜园区",
        "梅岭分部",
        "龙泉仓库",
    ),
)
"""Made up for this benchmark: products, customers and places."""
FRAMES = (
    *("{}多少钱一年", "你们有没有{}", "我想了解一下{}", "我要开通{}", "{}支持备份吗", "把{}续费一年", "能不能接{}", "{}怎么收费"),
    *("我们用的是{}", "麻烦介绍一下{}"),
)
SILENCE_MIN = 30


def spoken_names(names: Sequence[str], seed: int) -> list[tuple[str, str, np.ndarray, str]]:
    """(name, sentence, samples, dialect): each name in two sentences, dialects in turn."""
    engine, found = EspeakEngine(), []
    augment = Augment(AugmentSettings.only(room=0.2, noise=0.6, telephone=0.5, snr_db_min=10.0))
    dialects = ("cmn", "cmn-sichuan", "cmn-wu", "yue")
    for number, name in enumerate(name for name in names for _ in range(2)):
        rng = np.random.default_rng([seed, number])
        sentence, dialect = FRAMES[int(rng.integers(len(FRAMES)))].format(name), dialects[number % 4]
        speech = speak_dialect(engine, pronounce(sentence, dialect), dialect, draw_speaker(rng, "eval"), rng)
        clean = trimmed(soxr.resample(speech.samples, speech.rate_hz, 16_000, "MQ").astype(np.float32))
        margin = np.zeros(3200, np.float32)
        found.append((name, sentence, augment(np.concatenate([margin, clean, margin]), rng)[0], dialect))
    engine.close()
    return found


def on_names(recogniser: WhisperRecogniser, spoken: Sequence[tuple[str, str, np.ndarray, str]]) -> str:
    """Share of names written right, errors on their characters, CER of the sentences."""
    heard = [fold(recogniser.transcribe(samples).text) for _, _, samples, _ in spoken]
    right = sum(name in text for (name, *_), text in zip(spoken, heard, strict=True))
    errors = sum(_nearest(fold(name), text) for (name, *_), text in zip(spoken, heard, strict=True))
    characters = sum(len(fold(name)) for name, *_ in spoken)
    rate = error_rate(heard, [sentence for _, sentence, *_ in spoken])
    return f"names right {right / len(spoken):.3f}, errors on their characters {errors / characters:.3f}, CER {rate.rate:.3f}"


def _nearest(name: str, text: str) -> int:
    """The fewest edits from the name to any stretch of the text."""
    lengths = range(max(1, len(name) - 1), len(name) + 2)
    stretches = (text[start : start + length] for length in lengths for start in range(max(1, len(text) - length + 1)))
    return min((edit_distance(stretch, name) for stretch in stretches), default=len(name))


def put_in(recogniser: WhisperRecogniser, names: Sequence[str], manifest: Path | None, every: int) -> str:
    """How often a name is heard where none was said."""
    rng, minutes, silent = np.random.default_rng(1), 0.0, 0
    while minutes < SILENCE_MIN:
        samples, _ = nothing_said(8.0, rng)
        silent += any(name in recogniser.transcribe(samples).text for name in names)
        minutes += 8.0 / 60
    told = f"put into {SILENCE_MIN} minutes of silence, noise and music: {silent}"
    if manifest is None:
        return told
    clips = [clip for clip in read_manifest(manifest)[::every] if clip.text]
    heard = [recogniser.transcribe(read_audio(clip.audio)).text for clip in clips]
    wrong = sum(any(name in text for name in names) for text in heard)
    rate = error_rate(heard, [clip.text for clip in clips]).rate
    return f"{told}; into {len(clips)} ordinary sentences: {wrong}; their CER {rate:.4f}"


def main() -> None:
    """Print the figures without hot words, then with them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=len(NAMES))
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--hot", type=float)
    parser.add_argument("--ordinary", type=Path)
    parser.add_argument("--every", type=int, default=4, help="of the ordinary sentences every Nth is taken")
    arguments = parser.parse_args()
    names = NAMES[: arguments.names]
    spoken = spoken_names(names, arguments.seed)
    plain = WhisperRecogniser(bundled_folder())
    helped = WhisperRecogniser(bundled_folder(), hot_words=pronounced(names))
    if arguments.hot is not None and helped._reader is not None:
        helped._reader = replace(helped._reader, search=replace(helped._reader.search, hot=arguments.hot))
    for label, recogniser in (("without", plain), ("with", helped)):
        began = time.perf_counter()
        print(f"{label:8} {on_names(recogniser, spoken)}, {1000 * (time.perf_counter() - began) / len(spoken):.0f} ms a sentence")
    for label, recogniser in (("without", plain), ("with", helped)):
        print(f"{label:8} {put_in(recogniser, names, arguments.ordinary, arguments.every)}")


if __name__ == "__main__":
    main()
