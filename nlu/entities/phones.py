"""Telephone numbers: typed (138-0013-8000) or spoken digit by digit (幺三八零零幺三...)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.numbers import digits
from nlu.understanding import Entity

_FIGURE = r"[\d幺一二两三四五六七八九零〇洞拐]"
_RUN = re.compile(rf"(?<![\da-z])(?:\+?86[-\s]?)?(?P<figures>{_FIGURE}(?:[-\s,、.]{{0,2}}{_FIGURE}){{6,13}})(?![\d十百千万])")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}|400\d{7}|800\d{7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_CUE = re.compile(r"(?:电话|座机|号码|打|致电|联系)[^\d]{0,6}$")


def find(folded: str, name: str) -> Iterator[Entity]:
    """Mobile and fixed numbers as digits; a local one (7 or 8 digits) only behind a cue such as 座机."""
    for match in _RUN.finditer(folded):
        figure = digits(re.sub(r"[-\s,、.]", "", match["figures"])) or ""
        if figure.startswith("86") and _MOBILE.fullmatch(figure[2:]):
            figure = figure[2:]
        local = _LOCAL.fullmatch(figure) and _CUE.search(folded[: match.start()])
        if local or _MOBILE.fullmatch(figure) or _FIXED.fullmatch(figure):
            yield Entity(name, figure, match.group(), match.start(), match.end(), "phone")
