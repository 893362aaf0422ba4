"""What belongs to training and what to evaluation: templates, values named together, and whole sentences, each by a hash.

A template goes with all that could be said by another one as well: of templates that share a wording, all are training's unless
the hash of each says evaluation. So what a caller of the evaluation says was never said in training: neither its template,
nor its values together, nor (whatever paraphrase made of it) the sentence.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Literal

Split = Literal["train", "eval"]

EVAL_TEMPLATES, EVAL_COMBINATIONS, EVAL_SENTENCES = 8, 5, 4
"""One template of 8, one combination of values of 5 and one sentence of 4 are set aside for evaluation."""

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
MOST_WORDINGS = 64
"""Of a template with more choices than that, only so many wordings are compared with other templates."""


def digest(text: str) -> int:
    """A hash that stays the same in every run and on every machine, 32 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


@cache
def split_of_template(text: str) -> Split:
    """The split that a template which shares its wordings with no other belongs to."""
    return "eval" if digest(text) % EVAL_TEMPLATES == 0 else "train"


def split_of_slots(slots: str) -> Split:
    """The split that values named together, `slot=value;...` in spoken order, belong to."""
    return "eval" if digest(slots) % EVAL_COMBINATIONS == 0 else "train"


def split_of_sentence(folded: str) -> Split:
    """The split that a whole sentence, folded (texts.exclude.fold), belongs to."""
    return "eval" if digest(f"sentence {folded}") % EVAL_SENTENCES == 0 else "train"


def wordings(template: str) -> list[str]:
    """Every way in which the choices of a template can be taken, without punctuation; slots stay as {slot}."""
    parts = CHOICE.split(template)
    taken = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    return [re.sub(r"[^\w{}]", "", "".join(words)) for words in itertools.islice(itertools.product(*taken), MOST_WORDINGS)]


def splits_of(templates: Mapping[str, str], canonical: Callable[[str], str]) -> dict[str, Split]:
    """The split of each template. `templates` gives the text it was made from (itself, but for a paraphrase); two templates
    that can be worded alike, up to `canonical`, go together."""
    by_wording: dict[str, list[str]] = defaultdict(list)
    for text, origin in templates.items():
        for wording in {*map(canonical, wordings(text)), *map(canonical, wordings(origin))}:
            by_wording[wording].append(text)
    split: dict[str, Split] = {}
    for group in _joined(by_wording.values(), templates):
        aside = all(split_of_template(templates[text]) == "eval" for text in group)
        split.update(dict.fromkeys(group, "eval" if aside else "train"))
    return split


def _joined(groups: Iterable[list[str]], all_of: Iterable[str]) -> list[list[str]]:
    """Union of all groups that share a member."""
    leader = {text: text for text in all_of}

    def find(text: str) -> str:
        while leader[text] != text:
            leader[text] = leader[leader[text]]
            text = leader[text]
        return text

    for first, *others in groups:
        for other in others:
            leader[find(other)] = find(first)
    joined: dict[str, list[str]] = defaultdict(list)
    for text in leader:
        joined[find(text)].append(text)
    return list(joined.values())
