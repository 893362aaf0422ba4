"""Paraphrase by a language model behind an OpenAI-compatible endpoint: more wordings of each template, checked, kept in a file.

A wording stands only where it names the same slots as the template, is Chinese that can be read aloud, of a like length, and new.
The file is made once for a corpus, before its first clip, so that the same corpus comes out again without the model.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dialogue.llm.client import ChatRequest, Chatter, LlmError, Said
from synth_data.texts.splits import CHOICE, SLOT

FILE = "paraphrases.jsonl"
SYSTEM = (
    "你改写电话里客户说的话。每句给出几种不同的说法，意思和语气不变，像普通人打电话那样口语化，不加书面词，不加标点。"
    "花括号里的记号，如{product}，代表一个词，必须原样保留，一个不多一个不少。只输出JSON。"
)
_SAYABLE = re.compile(r"[A-Z\u4e00-\u9fff，]+")
_SHORTEST, _LONGEST = 0.4, 2.5
"""A wording's length against that of the template, without slots."""
Progress = Callable[[str], None]


def write_paraphrases(
    templates: Iterable[str], count: int, chatter: Chatter, file: Path, progress: Progress | None = None
) -> dict[str, tuple[str, ...]]:
    """Ask for `count` wordings of each template and keep those that pass; a file begun before is gone on with.

    Raises LlmError when the model cannot be reached; what it has answered so far is kept.
    """
    done = read_paraphrases(file) if file.is_file() else {}
    wanted = list(dict.fromkeys(templates))
    known = {*map(_plain, wanted), *(_plain(text) for several in done.values() for text in several)}
    with file.open("w", encoding="utf-8") as kept:  # anew: its last line may have been broken off
        kept.writelines(_line(template, wordings) for template, wordings in done.items())
        for number, template in enumerate(wanted, 1):
            if template in done:
                continue
            found = tuple(_asked(template, count, chatter, known))
            known |= set(map(_plain, found))
            done[template] = found
            kept.write(_line(template, found))
            kept.flush()
            if progress is not None:
                progress(f"{number} of {len(wanted)} templates paraphrased")
    return done


def read_paraphrases(file: Path) -> dict[str, tuple[str, ...]]:
    """Template -> its other wordings; a last line that was broken off is passed over."""
    found: dict[str, tuple[str, ...]] = {}
    for line in file.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[row["template"]] = tuple(row["wordings"])
    return found


def _line(template: str, wordings: tuple[str, ...]) -> str:
    return json.dumps({"template": template, "wordings": wordings}, ensure_ascii=False) + "\n"


def is_paraphrase(wording: str, template: str) -> bool:
    """Whether a wording may stand for the template: the same slots, sayable, neither much shorter nor much longer."""
    plain, asked = SLOT.sub("", wording), SLOT.sub("", CHOICE.sub("", template))
    if Counter(SLOT.findall(wording)) != Counter(SLOT.findall(template)) or (plain and not _SAYABLE.fullmatch(plain)):
        return False
    return _SHORTEST * len(asked) <= len(plain) <= max(_LONGEST * len(asked), len(asked) + 8)


def _asked(template: str, count: int, chatter: Chatter, known: set[str]) -> Iterator[str]:
    said = CHOICE.sub(lambda found: found[1].split("|")[0], template)
    schema = {
        "type": "object",
        "properties": {"wordings": {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}},
        "required": ["wordings"],
        "additionalProperties": False,
    }
    messages = (Said("system", SYSTEM), Said("user", f"{said}\n给出{count}种说法。"))
    answer = chatter.complete(ChatRequest(messages, schema, max_tokens=60 * count + 40, temperature=0.8))
    seen: set[str] = set()
    for wording in _wordings(answer):
        cleaned = re.sub(r"[\s。？！?!,、；]+", lambda found: "，" if found[0] in ",、；" else "", wording).strip("，")
        plain = _plain(cleaned)
        if plain not in known and plain not in seen and is_paraphrase(cleaned, said):
            seen.add(plain)
            yield cleaned


def _wordings(answer: str) -> list[str]:
    """Those of an answer that can be read; a model that does not keep to the form gives none."""
    try:
        found = json.loads(answer[answer.index("{") : answer.rindex("}") + 1])["wordings"]
    except (ValueError, KeyError, TypeError):
        return []
    return [wording for wording in found if isinstance(wording, str)] if isinstance(found, list) else []


def _plain(text: str) -> str:
    return re.sub(r"[^\w{}]", "", text)


__all__ = ["FILE", "LlmError", "is_paraphrase", "read_paraphrases", "write_paraphrases"]
