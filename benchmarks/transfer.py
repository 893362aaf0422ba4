"""What transfer learning brought, dialect by dialect: the Mandarin base against the model made of it, on the same unseen clips.

    python -m benchmarks.transfer --base build/models/asr_base --tuned asr/bundled --data build/corpora/dialect_eval
    python -m benchmarks.transfer ... --results docs/results.md      # writes the tables there

Recognised is 1 - CER. Intervals are bootstrapped over utterances, the loss of Mandarin over the same utterances in pairs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from asr.cer import ErrorRate, error_rate
from asr.evaluate import Heard, hear
from asr.gate import MANDARIN, Loss, loss
from asr.manifest import Clip, read_manifest
from asr.recogniser import WhisperRecogniser
from deploy.terminal import table

TELEPHONE_10DB = "telephone_10dB"
AIMED_AT = 0.89
"""Recognised over the telephone at 10 dB: what the mission asks for."""
HARD = 0.20
"""A dialect whose base error is over this must have it halved."""
_BEGIN, _END = "<!-- transfer: begin -->", "<!-- transfer: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One group of clips under both models."""

    name: str
    base: ErrorRate
    tuned: ErrorRate

    @property
    def left(self) -> float:
        """The part of the base's error that is left."""
        return self.tuned.rate / self.base.rate if self.base.rate else 1.0

    @property
    def halved(self) -> bool | None:
        """Whether the error was halved; None where it need not be."""
        return None if self.base.rate <= HARD else self.left <= 0.5


@dataclass(frozen=True, slots=True)
class Transfer:
    """All tables: by dialect, the same over the telephone at 10 dB, by dialect and voice, by condition; what Mandarin lost."""

    dialects: tuple[Row, ...]
    telephone: tuple[Row, ...]
    voices: tuple[Row, ...]
    conditions: tuple[Row, ...]
    mandarin: Loss | None


def compare(base: Sequence[Heard], tuned: Sequence[Heard]) -> Transfer:
    """The tables of two models on the same clips."""
    noisy = [i for i, one in enumerate(base) if one.clip.condition == TELEPHONE_10DB]
    has_mandarin = any(one.clip.dialect == MANDARIN and one.clip.text for one in base)
    return Transfer(
        dialects=_rows(base, tuned, lambda clip: clip.dialect),
        telephone=_rows([base[i] for i in noisy], [tuned[i] for i in noisy], lambda clip: clip.dialect),
        voices=_rows(base, tuned, lambda clip: f"{clip.dialect}, {clip.voice or 'not told'}"),
        conditions=_rows(base, tuned, lambda clip: clip.condition or "not told"),
        mandarin=loss(tuned, base, MANDARIN) if has_mandarin else None,
    )


def _rows(base: Sequence[Heard], tuned: Sequence[Heard], kind: Callable[[Clip], str]) -> tuple[Row, ...]:
    kinds = sorted({kind(one.clip) for one in base if one.clip.text})
    return tuple(Row(name, _rate(base, kind, name), _rate(tuned, kind, name)) for name in kinds)


def _rate(heard: Sequence[Heard], kind: Callable[[Clip], str], name: str) -> ErrorRate:
    chosen = [one for one in heard if one.clip.text and kind(one.clip) == name]
    return error_rate([one.transcript.text for one in chosen], [one.clip.text for one in chosen])


def markdown(found: Transfer) -> str:
    """The tables as docs/results.md has them."""
    parts = [
        _table("dialect", found.dialects, halved=True),
        "Over the telephone at 10 dB:",
        _table("dialect", found.telephone, recognised=True),
        "By voice:",
        _table("dialect, voice", found.voices),
        "By condition:",
        _table("condition", found.conditions),
    ]
    if found.mandarin is not None:
        lost = found.mandarin
        points = [f"{100 * value:+.2f}" for value in (lost.difference, lost.low, lost.high)]
        interval = f"{points[1]} to {points[2]}, {lost.n} clips, paired"
        parts.append(f"Mandarin changed by {points[0]} points ({interval}); over 0 is worse.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(what: str, rows: Sequence[Row], halved: bool = False, recognised: bool = False) -> str:
    if not rows:
        return ""
    more = [name for name, wanted in (("halved", halved), ("recognised", recognised)) if wanted]
    head = [what, "clips", "base CER", "tuned CER", "of the error left", *more]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [row.name, str(row.base.n), _shown(row.base), _shown(row.tuned), f"{row.left:.0%}"]
        if halved:
            cells.append({True: "yes", False: "no", None: "-"}[row.halved])
        if recognised:
            reached = 1 - row.tuned.rate
            cells.append(f"{reached:.1%}" + ("" if reached >= AIMED_AT else f", short of {AIMED_AT:.0%}"))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(rate: ErrorRate) -> str:
    return f"{rate.rate:.4f} ({rate.low:.4f}-{rate.high:.4f})"


def put_into(file: Path, text: str) -> None:
    """Between the two comments that mark the tables; at the end of the file where it has none."""
    old = file.read_text(encoding="utf-8")
    block = f"{_BEGIN}\n{text}{_END}"
    if _BEGIN in old and _END in old:
        before, rest = old.split(_BEGIN, 1)
        new = before + block + rest.split(_END, 1)[1]
    else:
        new = f"{old.rstrip()}\n\n## Transfer learning\n\n{block}\n"
    file.write_text(new, encoding="utf-8")


def main() -> None:
    """Transcribe with both models, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the model before: a folder with model.bin")
    parser.add_argument("--tuned", type=Path, required=True, help="the model after")
    parser.add_argument("--data", type=Path, required=True, help="a manifest of unseen sentences and voices")
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip only (default 1: all)")
    parser.add_argument("--results", type=Path, help="write the tables into this Markdown file")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    clips = read_manifest(options.data)[:: options.every]
    base, tuned = (hear(clips, WhisperRecogniser(folder)) for folder in (options.base, options.tuned))
    found = compare(base, tuned)
    print(_printed(found))
    if options.results:
        put_into(options.results, markdown(found))
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))


def _printed(found: Transfer) -> str:
    groups = {"": (*found.dialects, *found.voices, *found.conditions), ", telephone 10 dB": found.telephone}
    rows = [
        (row.name + where, row.base.n, f"{row.base.rate:.4f}", f"{row.tuned.rate:.4f}", _interval(row.tuned), f"{row.left:.0%}")
        for where, group in groups.items()
        for row in group
    ]
    shown = table([("clips of", "clips", "base CER", "tuned CER", "95 % interval", "error left"), *rows])
    if found.mandarin is None:
        return shown
    lost = found.mandarin
    return f"{shown}\nMandarin: {lost.difference:+.4f} ({lost.low:+.4f} to {lost.high:+.4f}, paired, {lost.n} clips)"


def _interval(rate: ErrorRate) -> str:
    return f"{rate.low:.4f}-{rate.high:.4f}"


if __name__ == "__main__":
    main()
