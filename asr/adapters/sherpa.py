"""A recogniser of sherpa-onnx: Paraformer, SenseVoice, Zipformer, Whisper and others, on a CPU, from a folder of ONNX files.

The folder is as sherpa-onnx publishes its models: tokens.txt beside model.onnx, or beside encoder, decoder (and joiner). What
kind it is stands in the model's own metadata (`model_type`). Files whose names hold `int8` are taken before others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from asr.dialects import DEFAULT_DIALECT
from asr.normalize import spoken_text
from asr.recogniser import RecogniserError
from asr.transcript import SAMPLE_RATE_HZ, Samples, Transcript
from asr.windows import has_sound

UNTOLD_CONFIDENCE = 0.8
"""sherpa-onnx gives no probabilities for most of its models."""
_LANGUAGES = {"zh": "cmn", "yue": "yue"}
_SINGLE = {
    "sense_voice_ctc": "from_sense_voice",
    "paraformer": "from_paraformer",
    "zipformer2_ctc": "from_zipformer_ctc",
    "zipformer_ctc": "from_zipformer_ctc",
    "wenet_ctc": "from_wenet_ctc",
    "telespeech_ctc": "from_telespeech_ctc",
    "EncDecCTCModel": "from_nemo_ctc",
    "EncDecCTCModelBPE": "from_nemo_ctc",
    "dolphin": "from_dolphin_ctc",
}
"""`model_type` of a model in one file, and the constructor of sherpa-onnx for it."""


class SherpaRecogniser:
    """A Recogniser. Safe for several threads: each turn is a stream of its own."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Raises RecogniserError when the folder holds no such model, or sherpa-onnx is not installed."""
        self._model = _load(folder, threads)

    def transcribe(self, samples: Samples) -> Transcript:
        """Hear one turn. Silence gives an empty text."""
        if not has_sound(samples):
            return Transcript("", DEFAULT_DIALECT, 0.0)
        stream = self._model.create_stream()
        stream.accept_waveform(SAMPLE_RATE_HZ, samples)
        self._model.decode_stream(stream)
        text = spoken_text(stream.result.text)
        language = str(getattr(stream.result, "lang", "")).strip("<|>")
        return Transcript(text, _LANGUAGES.get(language, DEFAULT_DIALECT), _confidence(stream.result) if text else 0.0)


def is_sherpa(folder: Path) -> bool:
    """Whether the folder looks like one of sherpa-onnx's models."""
    return (folder / "tokens.txt").is_file() and any(folder.glob("*.onnx"))


def _load(folder: Path, threads: int) -> Any:  # Any: sherpa_onnx is untyped
    try:
        from sherpa_onnx import OfflineRecognizer
    except ImportError:
        raise RecogniserError(f"{folder} is a model of sherpa-onnx; install it: pip install 'xiangyin[sherpa]'") from None
    if not is_sherpa(folder):
        raise RecogniserError(
            f"{folder}: a model of sherpa-onnx is tokens.txt beside model.onnx, or beside encoder, decoder and joiner"
        )
    common = {"tokens": str(folder / "tokens.txt"), "num_threads": threads}
    encoder, decoder, joiner = (_file(folder, part) for part in ("encoder", "decoder", "joiner"))
    try:
        if encoder and decoder and joiner:
            return OfflineRecognizer.from_transducer(encoder=encoder, decoder=decoder, joiner=joiner, **common)
        if encoder and decoder:
            return OfflineRecognizer.from_whisper(encoder=encoder, decoder=decoder, language="zh", **common)
        model = _file(folder, "model") or _file(folder, "")
        kind = _model_type(Path(model))
        if kind not in _SINGLE:
            raise RecogniserError(f"{model}: its metadata says model_type '{kind}'; known are {', '.join(_SINGLE)}")
        return getattr(OfflineRecognizer, _SINGLE[kind])(**{"paraformer" if kind == "paraformer" else "model": model}, **common)
    except (RuntimeError, ValueError) as fault:
        raise RecogniserError(f"{folder}: sherpa-onnx cannot load it ({fault})") from None


def _file(folder: Path, part: str) -> str:
    """The part's file, the quantised one first; '' where there is none."""
    found = sorted(folder.glob(f"*{part}*.onnx"), key=lambda file: ("int8" not in file.name, file.name))
    return str(found[0]) if found else ""


def _model_type(model: Path) -> str:
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime's own errors share no class that could be named here
        raise RecogniserError(f"{model}: not an ONNX model ({fault})") from None
    return str(session.get_modelmeta().custom_metadata_map.get("model_type", ""))


def _confidence(result: Any) -> float:  # Any: sherpa_onnx is untyped
    """From the tokens' log-probabilities where the model gives them."""
    told = list(getattr(result, "ys_log_probs", ()) or ())
    return float(np.exp(min(0.0, float(np.mean(told))))) if told else UNTOLD_CONFIDENCE
