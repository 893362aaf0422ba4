"""python -m benchmarks.held_out: a bot's understanding on hand-written sentences that nothing was trained on.

F1 is over sets of intents a sentence. A sentence is cut right when it has as many needs as were marked and each boundary lies
where one may lie (a connecting word may go to either side); it is read right when its intents, in order, are right as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asr.torchaudio_on_cpu import tolerate_cuda_build
from deploy.bot_models import parser_for
from deploy.terminal import print_json, progress, table
from deploy.understanding_evaluation import parser_of
from dialogue.bot_files import load_bot
from nlu import metrics
from nlu.metrics import Share
from nlu.understanding import EntityValue, Need, Parser, Understanding

SET = Path("tests") / "data" / "nlu" / "held_out.jsonl"
BOT = Path("examples") / "cloud_sales"
STANDARD = "cmn"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the set. `cuts[i]` is the range of positions where the boundary between need i and need i + 1 may lie."""

    text: str
    intents: tuple[str, ...]
    cuts: tuple[tuple[int, int], ...]
    entities: frozenset[tuple[str, EntityValue]]
    dialect: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one group of sentences; `read_right` counts boundaries and intents, `cut_right` boundaries alone."""

    group: str
    n: int
    f1_micro: float
    f1_macro: float
    exact_match: Share
    read_right: Share
    cut_right: Share
    entity_f1: float


GROUPS = ("all", "dialect", "compound", "single")


def main() -> int:
    tolerate_cuda_build()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.held_out", description=__doc__)
    parser.add_argument("--bot", type=Path, default=BOT)
    parser.add_argument("--model", type=Path, metavar="DIR", help="another model than the bot's own")
    parser.add_argument("--url", help="the server that has a generative model's adapter loaded")
    parser.add_argument("--set", type=Path, default=SET, help=f"JSONL (default: {SET})")
    parser.add_argument("--errors", type=int, default=0, help="list so many sentences read wrongly")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sentences = read(arguments.set)
    own = arguments.model is None
    understander = parser_for(load_bot(arguments.bot), progress) if own else parser_of(arguments.model, arguments.url)
    understood = understand(sentences, understander)
    figures = [measure(group, sentences, understood) for group in GROUPS]
    print(table([("group", "n", "f1 micro", "f1 macro", "exact", "read right", "cut right", "entity f1"), *map(_row, figures)]))
    wrong = [(one, heard) for one, heard in zip(sentences, understood, strict=True) if not is_read_right(one, heard)]
    for one, heard in wrong[: arguments.errors]:
        print(f"{one.text}: is {_written(one.intents)}, was read as {' | '.join(_need(need, heard) for need in heard.needs)}")
    if arguments.json:
        print_json({one.group: _plain(one) for one in figures})
    return 0


def read(path: Path) -> tuple[Sentence, ...]:
    """The set's sentences. Raises OSError, and ValueError or KeyError where a line is not of its form."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Sentence(
            row["text"],
            tuple(row["intents"]),
            tuple((low, high) for low, high in row["cuts"]),
            frozenset((one["entity"], one["value"]) for one in row["entities"]),
            row["dialect"],
        )
        for row in rows
    )


def understand(sentences: Sequence[Sentence], parser: Parser) -> tuple[Understanding, ...]:
    """What the parser makes of each sentence."""
    return tuple(parser.parse(sentence.text) for sentence in sentences)


def measure(group: str, sentences: Sequence[Sentence], understood: Sequence[Understanding]) -> Figures:
    """The figures of the sentences that belong to `group`."""
    pairs = [pair for pair in zip(sentences, understood, strict=True) if is_in(group, pair[0])]
    f1 = metrics.f1([one.intents for one, _ in pairs], [heard.intents for _, heard in pairs])
    found = [frozenset((entity.entity, entity.value) for entity in heard.entities) for _, heard in pairs]
    hits = sum(len(one.entities & own) for (one, _), own in zip(pairs, found, strict=True))
    entities = metrics.scores("all", hits, sum(map(len, found)), sum(len(one.entities) for one, _ in pairs))
    return Figures(
        group,
        len(pairs),
        f1.micro,
        f1.macro,
        Share.of(sum(set(one.intents) == set(heard.intents) for one, heard in pairs), len(pairs)),
        Share.of(sum(is_read_right(one, heard) for one, heard in pairs), len(pairs)),
        Share.of(sum(is_cut_right(one, heard.needs) for one, heard in pairs), len(pairs)),
        entities.f1,
    )


def is_in(group: str, sentence: Sentence) -> bool:
    """Whether a sentence belongs to a group; one may belong to several."""
    match group:
        case "dialect":
            return sentence.dialect != STANDARD
        case "compound":
            return bool(sentence.cuts)
        case "single":
            return not sentence.cuts
    return True


def is_cut_right(sentence: Sentence, needs: Sequence[Need]) -> bool:
    """Every boundary lies in its range, and there is no other; a need may neither reach over it nor end short of it."""
    if len(needs) != len(sentence.cuts) + 1:
        return not needs and not sentence.cuts
    seams = zip(needs, needs[1:], sentence.cuts, strict=False)  # one need more than seams
    return all(low <= before.end <= high and low <= after.start <= high for before, after, (low, high) in seams)


def is_read_right(sentence: Sentence, heard: Understanding) -> bool:
    """Cut right, and every need's intent is right."""
    return heard.intents == sentence.intents and is_cut_right(sentence, heard.needs)


def _row(figures: Figures) -> tuple[str, ...]:
    shares = (figures.exact_match, figures.read_right, figures.cut_right)
    written = (f"{share.value:.3f} ({share.low:.2f}-{share.high:.2f})" for share in shares)
    f1 = (f"{figures.f1_micro:.3f}", f"{figures.f1_macro:.3f}")
    return (figures.group, str(figures.n), *f1, *written, f"{figures.entity_f1:.3f}")


def _plain(figures: Figures) -> Mapping[str, object]:
    shares = {name: round(getattr(figures, name).value, 4) for name in ("exact_match", "read_right", "cut_right")}
    f1 = {name: round(getattr(figures, name), 4) for name in ("f1_micro", "f1_macro", "entity_f1")}
    return {"n": figures.n, **f1, **shares}


def _written(intents: Sequence[str]) -> str:
    return "+".join(intents) or "nothing"


def _need(need: Need, heard: Understanding) -> str:
    return f"{heard.text[need.start : need.end]} <{need.intent} {need.confidence:.2f}>"


if __name__ == "__main__":
    sys.exit(main())
