import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from asr import lexicon
from asr.ctc import Scores
from asr.hot_words import HotWord, HotWordError, add, read_texts, without_tones
from asr.language_model import count
from asr.lexical_search import LexicalSearch
from asr.search_graph import compiled

UNITS = {"l": 1, "ing": 2, "x": 3, "i": 4, "p": 5, "an": 6}
COUNTS = Counter({("另", ("l", "ing"), ""): 9, ("西", ("x", "i"), ""): 9, ("盘", ("p", "an"), ""): 9, ("吸", ("x", "i"), ""): 3})
DIALECT = 20
WORD = HotWord("灵犀盘", (("l", "ing", "x", "i", "p", "an"), ("l", "in", "x", "i", "p", "an")))


def frames(*units: int) -> Scores:
    """Scores of a sound that is surely these units, one a frame."""
    scores = np.full((len(units), 7), math.log(0.01), np.float32)
    scores[np.arange(len(units)), units] = math.log(0.94)
    return scores


def searching(*words: HotWord) -> tuple[LexicalSearch, dict[str, int]]:
    """Over a language that knows 另, 西 and 盘, one by one."""
    tokens = {"另": 0, "西": 1, "盘": 2, "吸": 3}
    root = lexicon.tree(COUNTS, UNITS, tokens, {})
    add(root, words, UNITS, tokens)
    return LexicalSearch(compiled(root), count([(DIALECT, (one,)) for one in (0, 1, 2)], 1000)), tokens


def heard(search: LexicalSearch, tokens: dict[str, int], *units: int) -> str:
    names = {id: character for character, id in tokens.items()}
    found = search.search(frames(*units), DIALECT)
    return "".join(names[id] for id in found[0].ids) if found else ""


def test_a_word_that_no_training_text_has_is_heard_when_it_is_expected() -> None:
    assert heard(*searching(), 1, 2, 0, 3, 4, 0, 5, 6) == "另西盘"
    assert heard(*searching(WORD), 1, 2, 0, 3, 4, 0, 5, 6) == "灵犀盘"


def test_an_expected_word_is_not_put_where_only_a_part_of_it_sounds() -> None:
    assert heard(*searching(WORD), 3, 4) == "西"
    blank = np.full((3, 7), -12.0, np.float32)
    blank[:, 0] = -0.0001
    assert searching(WORD)[0].search(blank, DIALECT) == []


def test_characters_without_a_token_get_one() -> None:
    _, tokens = searching(WORD)
    assert tokens["灵"] != tokens["犀"]
    assert min(tokens["灵"], tokens["犀"]) > 3
    assert tokens["盘"] == 2


def test_phones_lose_their_tones() -> None:
    assert without_tones([("l", "ing2"), ("x", "i1"), ("an2",)]) == ("l", "ing", "x", "i", "an")


def test_a_list_of_words_is_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# products\n灵犀盘\n\n星舟主机\n灵犀盘\n", encoding="utf-8")
    assert read_texts(file) == ("灵犀盘", "星舟主机")
    file.write_text("灵犀盘\n盘\n", encoding="utf-8")
    with pytest.raises(HotWordError, match=r"words.txt:2: '盘' is too short"):
        read_texts(file)
    with pytest.raises(HotWordError, match=r"nowhere.txt: cannot be read"):
        read_texts(tmp_path / "nowhere.txt")
