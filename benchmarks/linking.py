"""How well names of a bot's catalogue are linked when they are heard wrong, and how often ordinary words are.

python -m benchmarks.linking [--bot examples/cloud_sales] [--rate 0.12] [--show 20] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.bot_files import load_bot
from nlu import background
from nlu.confusion import garble
from nlu.entities.extractor import EntityExtractor, EntityTables, learn_tables
from nlu.entities.linking import SOURCE, Linker
from nlu.entities.lookups import Wording
from nlu.metrics import Share, percentile
from nlu.pinyin import dictionary
from nlu.pipeline import Pipeline
from nlu.text import fold

SAMPLE = Path(__file__).parents[1] / "examples" / "cloud_sales"
FRAMES = ("我想问一下{}多少钱", "你们有没有{}", "那{}支持吗", "我要{}", "{}怎么收费")
ROUNDS = 4
"""So many times each name is garbled, alone and in a sentence."""
WORDS, LONGEST_WORD = 4000, 4
_MANY, _REPEATED = 1000, 3
"""Names for the time, and the best of so many runs a sentence, in processor time: what else the machine does does not count."""
_QUESTIONS = frozenset("哪谁什么怎几吗呢")


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of names linked rightly, and of ordinary sentences and words in which anything was linked."""

    alone: Share
    in_sentences: Share
    garbled_only: Share
    sentences: Share
    words: Share
    p50_ms: float
    p95_ms: float
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def measure(bot_folder: Path = SAMPLE, rate: float = 0.12, seed: int = 0) -> Result:
    """Garble every name of the look-ups; then read what holds none. Questions (哪里) are no names, though look-ups hold some."""
    bot = load_bot(bot_folder)
    tables = learn_tables(bot.training, Pipeline())
    extractor = EntityExtractor(Pipeline(), tables, dictionary())
    names = catalogue(tables, bot.training.lookups)
    rng = random.Random(seed)
    alone = [(name, garble(name.text, rate, rng)) for name in names for _ in range(ROUNDS)]
    framed = [(name, rng.choice(FRAMES).format(garble(name.text, rate, rng))) for name in names for _ in range(ROUNDS)]
    found = {heard: extractor.extract(heard) for _, heard in (*alone, *framed)}
    right = [
        any((one.entity, one.value) == (name.entity, name.value) for one in found[heard]) for name, heard in (*alone, *framed)
    ]
    garbled = [hit for hit, (name, heard) in zip(right, (*alone, *framed), strict=True) if name.text not in fold(heard)]
    wrong: list[str] = []
    shares = [_touched(extractor, texts, wrong) for texts in (list(background.sentences()), list(ordinary_words(names)))]
    times = _times(names)
    return Result(
        Share.of(sum(right[: len(alone)]), len(alone)),
        Share.of(sum(right[len(alone) :]), len(framed)),
        Share.of(sum(garbled), len(garbled)),
        shares[0],
        shares[1],
        percentile(times, 0.5),
        percentile(times, 0.95),
        tuple(f"{name.text} heard as {heard}" for hit, (name, heard) in zip(right, (*alone, *framed), strict=True) if not hit),
        tuple(wrong),
    )


def catalogue(tables: EntityTables, lookups: Mapping[str, tuple[str, ...]]) -> tuple[Wording, ...]:
    """The names of the look-ups with what they stand for."""
    listed = {fold(word) for words in lookups.values() for word in words}
    return tuple(one for one in tables.wordings if one.text in listed and len(one.text) > 1 and not _QUESTIONS & set(one.text))


def ordinary_words(names: Sequence[Wording], seed: int = 5) -> Iterator[str]:
    """Words of pypinyin's phrase dictionary that hold no name."""
    from pypinyin.phrases_dict import phrases_dict

    short = sorted(word for word in phrases_dict if len(word) <= LONGEST_WORD)
    for word in random.Random(seed).sample(short, WORDS):
        if not any(name.text in word for name in names):
            yield word


def _touched(extractor: EntityExtractor, texts: Sequence[str], wrong: list[str]) -> Share:
    linked = [(text, [one for one in extractor.extract(text) if one.source == SOURCE]) for text in texts]
    for text, entities in linked:
        wrong += (f"{text}: {one.text} as {one.value} ({one.distance})" for one in entities)
    return Share.of(sum(bool(entities) for _, entities in linked), len(texts))


def _times(names: Sequence[Wording], seed: int = 3) -> list[float]:
    """Milliseconds a sentence with a catalogue of a thousand names, made by putting the bot's names together."""
    rng = random.Random(seed)
    made = {rng.choice(names).text[:3] + rng.choice(names).text: None for _ in range(_MANY * 2)}
    linker = Linker(tuple(Wording(text, "name", text) for text in [*made][:_MANY]), dictionary())
    times = []
    for text in [rng.choice(FRAMES).format(garble(name.text, 0.12, rng)) for name in names]:
        times.append(min(_once(linker, text) for _ in range(_REPEATED)))
    return times


def _once(linker: Linker, text: str) -> float:
    began = time.thread_time()
    list(linker.find(fold(text)))
    return (time.thread_time() - began) * 1000


def main() -> None:
    """Print the shares with their 95 % intervals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bot", type=Path, default=SAMPLE)
    parser.add_argument("--rate", type=float, default=0.12)
    parser.add_argument("--show", type=int, default=0, help="show so many misses and wrong links")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(options.bot, options.rate)
    rows = {
        "names garbled, alone: linked rightly": result.alone,
        "names garbled, in a sentence: linked rightly": result.in_sentences,
        "of these, only where a slip hit the name": result.garbled_only,
        "ordinary sentences with a link": result.sentences,
        "ordinary words with a link": result.words,
    }
    for what, share in rows.items():
        print(f"{what:46} {share.value:.4f} (95 %: {share.low:.4f}-{share.high:.4f}, of {share.count})")
    print(f"{'a sentence with 1,000 names, of a core':46} {result.p50_ms:.2f} ms (p50), {result.p95_ms:.2f} ms (p95)")
    for line in (*result.missed[: options.show], *result.wrong[: options.show]):
        print(line)
    if options.json:
        print(json.dumps({what: round(share.value, 4) for what, share in rows.items()} | {"p95_ms": round(result.p95_ms, 3)}))


if __name__ == "__main__":
    main()
