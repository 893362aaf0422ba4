"""A trained transformers folder to CTranslate2 int8, with everything that recognition reads beside model.bin."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from asr.ctc import PHONES_FILE, PhoneHead, ToneHead
from asr.features import FEATURES_FILE, MelSettings
from asr.language_model import LANGUAGE_MODEL_FILE
from asr.lexicon import LEXICON_FILE
from asr.transcript import SAMPLE_RATE_HZ
from asr.vocabulary import TOKENIZER_FILE, read_vocabulary

HEADS_FILE = "ctc_heads.safetensors"
"""Weights that transformers does not know of, beside a trainable folder's model.safetensors."""


class ExportError(ValueError):
    """A folder that cannot be exported."""


def export(trainable: Path, output_dir: Path, quantization: str = "int8") -> Path:
    """Write model.bin, config.json, vocabulary, tokenizer and features' settings. Raises ExportError.

    Needs transformers and torch (the extra `train`).
    """
    from ctranslate2.converters import TransformersConverter

    if not (trainable / "config.json").exists():
        raise ExportError(f"{trainable}: no config.json there; name a transformers folder (training leaves OUTPUT_DIR/trainable)")
    vocabulary = read_vocabulary(trainable)
    output_dir.mkdir(parents=True, exist_ok=True)
    # The converter empties the folder that it writes to, and `trainable` may lie in ours.
    with tempfile.TemporaryDirectory() as scratch:
        converted = Path(scratch) / "model"
        try:
            TransformersConverter(str(trainable)).convert(str(converted), quantization=quantization)
        except (OSError, ValueError, KeyError) as fault:
            raise ExportError(f"{trainable}: cannot be converted ({fault})") from None
        shutil.copytree(converted, output_dir, dirs_exist_ok=True)
    shutil.copyfile(trainable / TOKENIZER_FILE, output_dir / TOKENIZER_FILE)
    _write_phone_head(trainable, output_dir)
    _write_features(trainable, output_dir)
    _write_languages(output_dir / "config.json", sorted(vocabulary.dialects.values()))
    return output_dir


def _write_phone_head(trainable: Path, output_dir: Path) -> None:
    """What recognition reads phones with, where training left it (asr.phone_reader)."""
    from safetensors.numpy import load_file

    file = trainable / HEADS_FILE
    if not file.exists():
        return
    heads = load_file(file)
    phones = tuple(json.loads((trainable / PHONES_FILE).read_text(encoding="utf-8")))
    tone = ToneHead(heads["tone_head.weight"], heads["tone_head.bias"]) if "tone_head.weight" in heads else None
    PhoneHead(heads["ctc_head.weight"], heads["ctc_head.bias"], phones, tone).write(output_dir)
    for name in (LEXICON_FILE, LANGUAGE_MODEL_FILE):
        if (trainable / name).exists():
            shutil.copyfile(trainable / name, output_dir / name)


def _write_features(trainable: Path, output_dir: Path) -> None:
    """The features' settings plus the context: `chunk_length` in seconds, as transformers has it."""
    mel = MelSettings.read(trainable)
    mel.write(output_dir)
    positions = json.loads((trainable / "config.json").read_text(encoding="utf-8"))["max_source_positions"]
    file = output_dir / FEATURES_FILE
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["chunk_length"] = positions * 2 * mel.hop_length / SAMPLE_RATE_HZ
    file.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _write_languages(file: Path, ids: list[int]) -> None:
    config = json.loads(file.read_text(encoding="utf-8"))
    config["lang_ids"] = config.get("lang_ids") or ids
    file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
