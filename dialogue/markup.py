"""Takes out of a text what only a screen can show: links, Markdown, HTML, emoji."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_NAMED_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_URL = re.compile(r"(?:https?|ftp)://[^\s，。！？；、）)】》」\u4e00-\u9fff]+|\bwww\.[^\s，。！？；、）)】》」\u4e00-\u9fff]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]+|[-*+•·][ \t]+|\d{1,2}[.)][ \t]+)", re.MULTILINE)
_TABLE_RULE = re.compile(r"^(?=.*---)[ \t:|-]*+$", re.MULTILINE)
_EMPHASIS = re.compile(
    r"(?<!\d)\*{1,3}(?=\S)(.+?)(?<=\S)\*{1,3}|(?<![A-Za-z0-9])_{1,2}(?=\S)(.+?)(?<=\S)_{1,2}(?![A-Za-z0-9])|~~(.+?)~~|`([^`]+)`"
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U0001fb00-\U0001fbff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\ufe0e\ufe0f\u200b-\u200f\u20e3\U000e0000-\U000e007f]"
)
_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")
_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05, 0xFF0B)
}
_PUNCTUATION = "。！？；，、：…,.!?;:"
_EMPTY_BRACKETS = re.compile(r"[（(【\[]\s*[)）】\]]")
_LEFT_OVER = re.compile(r"[：:，,]\s*(?=[。！？!?])|[：:]\s*$")


def plain(text: str) -> str:
    """The words alone; full-width digits and letters become plain ones, list items end in a full stop."""
    text = _FENCE.sub(" ", text.replace("\r\n", "\n").translate(_FULL_WIDTH))
    text = _NAMED_LINK.sub(r"\1", _LINK.sub(" ", text))
    text = _TAG.sub(" ", _URL.sub(" ", text))
    text = _TABLE_RULE.sub("", text)
    text = _LINE_START.sub("", text)
    text = _EMPHASIS.sub(lambda found: next(group for group in found.groups() if group is not None), text)
    text = _SHORTCODE.sub(" ", _EMOJI.sub(" ", text))
    text = _joined(line.strip(" \t|") for line in text.split("\n"))
    text = _EMPTY_BRACKETS.sub("", text)
    return _LEFT_OVER.sub("", without_gaps(text)).strip()


def _joined(lines: Iterable[str]) -> str:
    """Lines one after the other; one that ends without punctuation gets a full stop, except the last."""
    said = ""
    for line in lines:
        if said and line and said[-1] not in _PUNCTUATION:
            said += "。"
        said += re.sub(r"[ \t]*\|[ \t]*", "，", line)
    return said


def without_gaps(text: str) -> str:
    """One space at most, and none beside a Chinese character or its punctuation."""
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) | (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])", "", text)
