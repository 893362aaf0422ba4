"""espeak-ng really speaks what the phonology gives it: it drops in silence what its voice does not know."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import espeakng_loader

from synth_data.phonology import DIALECTS, Accent
from synth_data.phonology.cantonese import sound
from synth_data.phonology.mandarin import colour
from synth_data.phonology.sandhi import Syllable
from synth_data.phonology.sounds import notation_of, parts_of, syllables
from synth_data.phonology.tables import phonology
from synth_data.phonology.tones import HEARD
from synth_data.phonology.wu import characters
from synth_data.phonology.wu_sounds import sound_of

TRACE = """
import ctypes, sys
library, data, trace, voice = sys.argv[1:5]
engine, c = ctypes.CDLL(library), ctypes.CDLL(None)
engine.espeak_Initialize(2, 60, data.encode(), 0x8000)
silent = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(lambda *_: 0)
engine.espeak_SetSynthCallback(silent)
engine.espeak_SetVoiceByName(voice.encode())
c.fopen.restype = ctypes.c_void_p
engine.espeak_SetPhonemeTrace.argtypes = [ctypes.c_int, ctypes.c_void_p]
c.fclose.argtypes = [ctypes.c_void_p]
file = c.fopen(trace.encode(), b"w")
engine.espeak_SetPhonemeTrace(1, file)
for written in sys.argv[5:]:
    text = written.encode()
    engine.espeak_Synth(text, len(text) + 1, 0, 0, 0, 0x101, None, None)
c.fclose(file)
"""


def played(texts: list[str], folder: Path, voice: str = "cmn-latn-pinyin") -> list[str]:
    """What the engine plays of each, in a process of its own (GPL)."""
    trace = folder / "trace"
    paths = [str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()), str(trace), voice]
    subprocess.run([sys.executable, "-c", TRACE, *paths, *texts], check=True)
    return [line.strip().rstrip("_|") for line in trace.read_text("utf-8").splitlines() if line.strip()]


def inventory() -> list[str]:
    """All that the dialects but Cantonese can ask of the Mandarin voice."""
    found = {f"m'A{tone.espeak}" for tone in HEARD.values()}
    for dialect in DIALECTS:
        data = phonology(dialect)
        if dialect in ("yue", "wuu"):
            continue
        written = [*data.words.values(), *(one for rule in data.rules for one in rule.readings.values())]
        parts = {*syllables().parts.values(), *(parts_of(one[:-1]) for words in written for one in words.split())}
        for place in data.places:
            accent = Accent(dialect, frozenset(rule.name for rule in data.rules), place.name)
            made = (colour(Syllable("", *one, 1, 0), accent) for one in parts)
            found |= {notation_of(one.initial, one.final).format("55") for one in made}
    wugniu = [*characters().values(), *(one for words in phonology("wuu").words.values() for one in words.split())]
    return sorted(found | {sound_of(one).notation("55") for one in wugniu})


def test_no_phoneme_is_dropped(tmp_path: Path) -> None:
    sample = random.Random(1).sample(inventory(), 250)
    assert played([f"[[{notation}]]" for notation in sample], tmp_path) == sample


def test_a_dropped_phoneme_would_be_seen(tmp_path: Path) -> None:
    assert played(["[[p'O55]]"], tmp_path) != ["p'O55"]


def test_syllables_of_cantonese_keep_their_tones(tmp_path: Path) -> None:
    said = [sound(jyutping).notation for jyutping in ("hou2", "m4", "hou2", "sap6", "ng5", "lei5", "o5", "gok3")]
    heard = played(["".join(said[:3]), "".join(said[3:5]), *said[5:]], tmp_path, "yue-Latn-jyutping")
    assert "".join("".join(heard).split()) == "h'ou2_|m-4_|h'ou2s'a6p_|N-5l'ei5'o5g'o3k"
