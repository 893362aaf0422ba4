import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from asr import lexicon
from asr.ctc import Scores
from asr.language_model import NGrams, count
from asr.lexical_search import LexicalSearch
from asr.manifest import Clip
from asr.search_graph import ROOT, compiled

UNITS = {"sh": 1, "i": 2, "b": 3, "a": 4, "o": 5}
TOKENS = {"是": 0, "时": 1, "八": 2, "A": 3, "P": 4}
DIALECT = 9


def frames(*units: int) -> Scores:
    """Scores of a sound that is surely these units, one a frame."""
    scores = np.full((len(units), 6), math.log(0.01), np.float32)
    scores[np.arange(len(units)), units] = math.log(0.95)
    return scores


def searching(texts: list[tuple[int, ...]], counts: Counter[tuple[str, tuple[str, ...]]]) -> LexicalSearch:
    model = count(((DIALECT, text) for text in texts), 5)
    said = Counter({(text, phones, "cmn"): number for (text, phones), number in counts.items()})
    return LexicalSearch(compiled(lexicon.tree(said, UNITS, TOKENS, {"cmn": DIALECT})), model)


def ended(model: NGrams, ids: tuple[int, ...]) -> float:
    """log P that a text of the dialect ends after `ids`."""
    before = [DIALECT] * model.order + list(ids)
    return float(model.ends(np.array([before[1 - model.order :]]))[0])


def test_the_language_decides_between_characters_that_sound_alike() -> None:
    counts = Counter({("是", ("sh", "i")): 5, ("时", ("sh", "i")): 5, ("八", ("b", "a")): 5})
    sound = frames(1, 1, 0, 2, 0, 0, 3, 4)
    assert searching([(0, 2)] * 9, counts).search(sound, DIALECT)[0].ids == (0, 2)
    assert searching([(1, 2)] * 9, counts).search(sound, DIALECT)[0].ids == (1, 2)


def test_the_tone_that_is_heard_decides_between_characters_of_the_same_phones() -> None:
    said = Counter({("是", ("sh", "i4"), "cmn"): 50, ("时", ("sh", "i2"), "cmn"): 5, ("时", ("sh", "i2"), "cmn-wu"): 5})
    said["是", ("sh", "i5"), "cmn-wu"] = 50
    dialects = {"cmn": DIALECT, "cmn-wu": DIALECT + 1}
    model = count([(DIALECT, (0,))] * 3 + [(DIALECT, (1,)), (DIALECT + 1, (0,))], 5)
    search = LexicalSearch(compiled(lexicon.tree(said, UNITS, TOKENS, dialects)), model, tone=1.0)
    sound = frames(1, 2, 0)
    tones = np.full((3, lexicon.TONES), 0.01, np.float32)
    tones[1, 1] = 0.92
    assert search.search(sound, DIALECT)[0].ids == (0,), "是 is the commoner one"
    assert search.search(sound, DIALECT, tones)[0].ids == (1,), "the second tone is that of 时"
    tones[1] = 0.01
    tones[1, 4] = 0.92
    assert search.search(sound, DIALECT + 1, tones)[0].ids == (0,), "是 has the fifth there"
    told, unknown = (search.search(sound, DIALECT + 1, tones)[0].score, search.search(sound, DIALECT, tones)[0].score)
    assert told > unknown, "a tone of another dialect counts less"


def test_a_word_whose_tone_is_not_known_is_neither_helped_nor_hurt_by_it() -> None:
    counts = Counter({("八", ("b", "a")): 5, ("AP", ("a1", "o1", "i4")): 5})
    search = searching([(2,), (3, 4)], counts)
    tones = np.full((3, lexicon.TONES), 1 / lexicon.TONES, np.float32)
    for sound in (frames(3, 4, 0), frames(4, 5, 2)):
        without, told = search.search(sound, DIALECT)[0], search.search(sound, DIALECT, tones)[0]
        assert told.ids == without.ids
        assert 0 < without.score - told.score < 0.5 * len(told.ids)


def test_a_repeated_syllable_is_heard_twice_and_a_held_one_once() -> None:
    search = searching([(2, 2), (2,)], Counter({("八", ("b", "a")): 5}))
    assert search.search(frames(3, 4, 0, 3, 4), DIALECT)[0].ids == (2, 2)
    assert search.search(frames(3, 3, 4, 4, 4), DIALECT)[0].ids == (2,)


def test_a_run_of_letters_is_one_word() -> None:
    counts = Counter({("AP", ("a", "o", "i")): 5})
    assert searching([(3, 4)], counts).search(frames(4, 5, 2), DIALECT)[0].ids == (3, 4)


def test_silence_has_no_text() -> None:
    blank = np.full((3, 6), -12.0, np.float32)
    blank[:, 0] = -0.0001
    assert searching([(2,)], Counter({("八", ("b", "a")): 5})).search(blank, DIALECT) == []


@pytest.mark.parametrize(
    ("units", "heard"),
    [
        ((3, 4, 3, 0), (2,)),
        ((3, 4, 1, 4, 3, 4), (2, 2)),
        ((3, 1, 1, 2), (0,)),
        ((1, 2, 5, 3, 4, 5, 1, 2), (0, 2, 0)),
        ((3, 3), None),
    ],
)
def test_a_word_that_the_sound_does_not_finish_takes_no_other_with_it(units: tuple[int, ...], heard: object) -> None:
    search = searching([(0, 2), (2, 0), (2,), (0,)], Counter({("八", ("b", "a")): 5, ("是", ("sh", "i")): 5}))
    surely = np.full((len(units), 6), -25.0, np.float32)
    surely[np.arange(len(units)), units] = -1e-4
    found = search.search(surely, DIALECT)
    assert (found[0].ids if found else None) == heard


def test_pronunciations_are_learned_where_syllables_and_characters_agree(tmp_path: Path) -> None:
    hears = [("八时", ("b", "a1", "sh", "i2")), ("AP八", ("a1", "o1", "i4", "b", "a1")), ("是", ("sh", "i4", "i2"))]
    clips = [Clip(Path(), text, "cmn", "m1", 1.0, phones) for text, phones in hears * 2]
    counts = lexicon.learn(clips)
    assert counts == {("八", ("b", "a1"), "cmn"): 2, ("时", ("sh", "i2"), "cmn"): 2, ("AP", ("a1", "o1", "i4"), "cmn"): 2}
    lexicon.write(counts, tmp_path)
    assert lexicon.read(tmp_path) == counts
    assert not lexicon.read(tmp_path / "nowhere")


def test_how_a_dialect_says_a_character_counts_where_that_dialect_is_heard() -> None:
    said = Counter({("是", ("sh", "i"), "cmn"): 90, ("时", ("sh", "i"), "cmn"): 10})
    said.update({("是", ("b", "a"), "cmn-wu"): 60, ("时", ("sh", "i"), "cmn-wu"): 60})
    tokens = {"cmn": DIALECT, "cmn-wu": DIALECT + 1}
    model = count([(token, (0,)) for token in tokens.values()] + [(token, (1,)) for token in tokens.values()], 5)
    search = LexicalSearch(compiled(lexicon.tree(said, UNITS, TOKENS, tokens)), model)
    assert search.search(frames(1, 2), tokens["cmn-wu"])[0].ids == (1,)
    wu, cmn = (search.search(frames(1, 2), token) for token in (tokens["cmn-wu"], tokens["cmn"]))
    assert cmn[0].score - cmn[1].score < wu[0].score - wu[1].score


def test_the_graph_holds_every_word_where_its_phones_lead() -> None:
    said = Counter({("八", ("b", "a"), "cmn"): 3, ("八", ("b", "o"), "cmn-wu"): 1, ("AP", ("a", "o", "i"), "cmn"): 2})
    graph = compiled(lexicon.tree(said, UNITS, TOKENS, {"cmn": DIALECT, "cmn-wu": DIALECT + 1}))
    found = {}
    for phones in (("b", "a"), ("b", "o"), ("a", "o", "i")):
        node = ROOT
        for phone in phones:
            node = graph.following[node, UNITS[phone]]
        found[phones] = [word.ids for word in graph.words[graph.first_word[node] : graph.first_word[node + 1]]]
        assert not graph.goes_on[node]
        assert graph.tokens[graph.first_word[node]].tolist()[: len(found[phones][0])] == list(found[phones][0])
    assert found == {("b", "a"): [(2,)], ("b", "o"): [(2,)], ("a", "o", "i"): [(3, 4)]}
    word = next(i for i, word in enumerate(graph.words) if word.ids == (2,))
    assert graph.chances[word, graph.column_of(DIALECT)] == graph.words[word].chance_in(DIALECT)
    assert graph.chances[word, graph.column_of(77)] == graph.words[word].chance


def test_a_lexicon_of_before_has_counts_without_dialects(tmp_path: Path) -> None:
    (tmp_path / "lexicon.json").write_text('[["八", "b a", 5]]', encoding="utf-8")
    assert lexicon.read(tmp_path) == {("八", ("b", "a"), ""): 5}


def test_the_longest_turn_loses_no_probability() -> None:
    search = searching([(2, 2), (2,)], Counter({("八", ("b", "a")): 5}))
    syllable = np.full((3, 6), -40.0, np.float32)
    syllable[[0, 1, 2], [3, 4, 0]] = -6.9
    once, often = (search.search(np.tile(syllable, (times, 1)), DIALECT)[0] for times in (2, 300))
    assert often.ids == (2,) * 300
    model = search.language_model
    said = [model.score_of(DIALECT, found.ids) + ended(model, found.ids) for found in (once, often)]
    heard = [
        found.score - search.bonus * len(found.ids) - search.weight * one for found, one in zip((once, often), said, strict=True)
    ]
    assert heard[1] == pytest.approx(150 * heard[0], rel=1e-6)


def test_a_word_of_several_characters_goes_on_in_the_language_model() -> None:
    search = searching([(2, 3, 4, 2), (2, 2)], Counter({("AP", ("a", "o", "i")): 4, ("八", ("b", "a")): 4}))
    found = search.search(frames(3, 4, 0, 4, 5, 2, 3, 4), DIALECT)[0]
    assert found.ids == (2, 3, 4, 2)
    sound = 7 * math.log(0.95) + search.bonus * 4
    said = search.language_model.score_of(DIALECT, found.ids) + ended(search.language_model, found.ids)
    assert found.score == pytest.approx(sound + search.weight * said, abs=0.1)
