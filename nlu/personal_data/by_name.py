"""Names of persons: announced (我叫), before a title (王女士), spoken of (找李娜), in a list or in a filled form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.personal_data import name_cues as cues
from nlu.personal_data.found import Found
from nlu.personal_data.wordlists import Names, names

_END = re.compile(cues.END)
_CLAUSE = re.compile(r"^|[,。!?;:、\s(]")
_BREAK = re.compile(r"[,。;、\s|/:()\[\]{}\"'“”【】《》\t]+|(?<=[一-龥])(?=\d)|(?<=\d)(?=[一-龥])")
_TELLING = "叫喊唤作做是系为写填用我俺佢伊他她:=|\"'“”"
_LIST = re.compile(r"[一-龥]{2,4}(?:[、和]|跟|以及)(?:[一-龥]{2,4}[、和])*[一-龥]{2,4}")


def find(folded: str) -> Iterator[Found]:
    """Names by what stands around them; those in forms need to know what else was found (`in_form`)."""
    known = names()
    for cue in cues.ANNOUNCED.finditer(folded):
        yield from _found(cue.end(), _announced_end(folded, cue.end(), known))
    for pattern in (cues.EXPECTED, cues.BELONGING):
        for cue in pattern.finditer(folded):
            yield from _found(cue.end(), _likely_end(folded, cue.end(), known, cues.EXPECTED_AFTER))
    for named in cues.IS_MY_NAME.finditer(folded):
        yield Found("NAME", named.start(), named.end())
    yield from _surnames(folded, known)
    yield from _spoken_of(folded, known)
    yield from _listed(folded, known)
    yield from _titled(folded, known)


def in_form(folded: str, others: Sequence[Found]) -> Iterator[Found]:
    """王丽 13800138000 杭州市文三路1号: a name that fills a field where other fields are personal, too."""
    known = names()
    yield from _spelt(folded, known, others)
    if not any(one.kind in ("PHONE", "ID", "CARD", "ADDRESS", "EMAIL", "DOCUMENT") for one in others):
        return
    for start, end in _fields(folded, others):
        at = _field_name(folded, start, end, known)
        if at is not None:
            yield Found("NAME", at, end)


def _found(start: int, end: int | None) -> Iterator[Found]:
    if end is not None:
        yield Found("NAME", start, end)


def _field_name(folded: str, start: int, end: int, known: Names) -> int | None:
    """Where the name begins that a field is, or that it ends with (合同寄朱立国)."""
    text = folded[start:end]
    if _is_name(text, known):
        return start
    tail = folded[end - 3 : end]
    longer = len(text) > 3 and _is_name(tail, known) and not _splits_a_word(folded, end - 3, known)
    return end - 3 if longer and set(tail[1:]) <= known.given else None


def _is_name(text: str, known: Names) -> bool:
    """Whether a text of its own can be a name: no ordinary word, a surname, one or two characters that names have."""
    surname = known.surname.match(text)
    if surname is None or not 1 <= len(text) - surname.end() <= 2:
        return False
    given = text[surname.end() :]
    if text in known.namelike:
        return True
    return not known.begins_with_word(text) and _can_be_given(given, len(given), known)


def _fields(folded: str, others: Sequence[Found]) -> Iterator[tuple[int, int]]:
    at = 0
    breaks = sorted([(one.start, one.end) for one in others] + [match.span() for match in _BREAK.finditer(folded)])
    for start, end in [*breaks, (len(folded), len(folded))]:
        if start > at:
            yield at, start
        at = max(at, end)


def _announced_end(folded: str, start: int, known: Names) -> int | None:
    """Where a name ends that somebody says is one. The longest that something else follows; else what given names allow."""
    for pattern in (cues.FOREIGN, cues.LATIN):
        other = pattern.match(folded, start)
        if other is not None:
            return None if other.group().split()[0] in cues.NO_LATIN else other.end()
    told = folded[start - 1] in _TELLING  # a bare label (联系人) leaves it open whether a name follows
    surname = (known.any_surname if told else known.surname).match(folded, start)
    if surname is None:
        return _nickname_end(folded, start, known)
    if known.begins_with_word(folded[start:]) and not _is_namelike(folded, start, known):
        return None
    sizes = [size for size in (3, 2, 1) if _can_be_given(folded[surname.end() : surname.end() + size], size, known)]
    for size in sizes:
        end = surname.end() + size
        if (_END if size == 3 else cues.AFTER).match(folded, end):
            return end
    if len(surname.group()) == 2 and cues.AFTER.match(folded, surname.end()):
        return surname.end()
    likely = [size for size in sizes if size < 3 and set(folded[surname.end() : surname.end() + size]) <= known.given]
    return surname.end() + likely[0] if likely and known.surname.match(folded, start) else None


def _is_namelike(folded: str, start: int, known: Names) -> bool:
    return any(folded[start : start + size] in known.namelike and cues.AFTER.match(folded, start + size) for size in (3, 2))


def _can_be_given(text: str, size: int, known: Names) -> bool:
    """One or two characters of which no word of grammar is one; three (rare) only of those that names are made of."""
    if len(text) != size or not all("一" <= character <= "龥" for character in text):
        return False
    if size == 3:
        return set(text) <= known.given
    return all(character in known.given or character not in cues.NEVER_GIVEN for character in text)


def _nickname_end(folded: str, start: int, known: Names) -> int | None:
    """阿强, 小丽, 老周: a prefix and one or two characters of names, then something else."""
    if not cues.NICKNAME.match(folded, start):
        return None
    for size in (2, 1):
        text = folded[start + 1 : start + 1 + size]
        fits = len(text) == size and (set(text) <= known.given or known.surname.fullmatch(text))
        if fits and cues.AFTER.match(folded, start + 1 + size) and folded[start : start + 1 + size] not in known.ordinary:
            return start + 1 + size
    return None


def _likely_end(folded: str, start: int, known: Names, after: re.Pattern[str]) -> int | None:
    """Where a name ends that only its looks tell: surname, given characters, and what may follow a name."""
    surname = known.surname.match(folded, start)
    if surname is None:
        return _short_nickname_end(folded, start, known, after)
    namelike = next((size for size in (3, 2) if folded[start : start + size] in known.namelike), 0)
    if known.begins_with_word(folded[start:]):
        return start + namelike if namelike and _CLEAR.match(folded, start + namelike) else None
    for size in (2, 1):
        text, end = folded[surname.end() : surname.end() + size], surname.end() + size
        if (
            len(text) == size
            and set(text) <= known.given
            and after.match(folded, end)
            and not _splits_a_word(folded, end - 1, known)
        ):
            return end
    return None


_CLEAR = re.compile(r"电话|会跟|会和|的电话|的手机|名下|本人|接电话|收$|签收|先生|女士|[\s,]*1[3-9]\d|[\s,]*[1-8]\d{17}")


def _short_nickname_end(folded: str, start: int, known: Names, after: re.Pattern[str]) -> int | None:
    only = known.surname.match(folded, start + 1) if cues.NICKNAME.match(folded, start) else None
    plain = only is not None and folded[start : start + 2] not in known.ordinary and folded[start] in "小老阿"
    return start + 2 if plain and after.match(folded, start + 2) else None


def _surnames(folded: str, known: Names) -> Iterator[Found]:
    """我姓王; 姓王叫王丽; 姓弓长张. What follows may be the full name."""
    for spelt in cues.SPELT.finditer(folded):
        yield Found("NAME", spelt.start(), spelt.end())
    for cue in cues.SURNAME_CUE.finditer(folded):
        start = cue.end()
        surname = known.any_surname.match(folded, start)
        if surname is None or (known.begins_with_word(folded[start:]) and not cues.AFTER.match(folded, surname.end())):
            continue
        more = cues.FIRST_NAME.match(folded, surname.end())
        end = surname.end()
        if more is not None:
            end = _announced_end(folded, more.end(), known) or _given_end(folded, more.end(), known) or end
        title = cues.TITLED.match(folded, surname.end())
        yield Found("NAME", start, title.end() if title and title["long"] else end)


def _given_end(folded: str, start: int, known: Names) -> int | None:
    """我姓陈叫志强: a given name without its surname."""
    for size in (2, 1):
        text = folded[start : start + size]
        if len(text) == size and set(text) <= known.given and cues.AFTER.match(folded, start + size):
            return start + size
    return None


def _spelt(folded: str, known: Names, others: Sequence[Found]) -> Iterator[Found]:
    """徐汇的徐, 美丽的丽; and what stands by itself with that surname (徐, 徐志远)."""
    named = any(one.kind == "NAME" for one in others) or "姓" in folded
    surnames = {folded[match.end() - 1] for match in cues.SPELT.finditer(folded)}
    for match in cues.SPELT_BY_WORD.finditer(folded):
        character = match["character"]
        if character in match["word"] and (named or known.surname.fullmatch(character)):
            yield Found("NAME", match.start(), match.end())
            surnames.add(character)
    if surnames:
        alone = re.compile(rf"(?:^|(?<=[^一-龥])|(?<=我)|(?<=姓))[{''.join(sorted(surnames))}][一-龥]{{0,2}}(?![一-龥])")
        yield from (
            Found("NAME", match.start(), match.end()) for match in alone.finditer(folded) if _is_alone(match.group(), known)
        )


def _is_alone(text: str, known: Names) -> bool:
    return bool(known.any_surname.match(text)) and (len(text) == 1 or _is_name(text, known))


def _spoken_of(folded: str, known: Names) -> Iterator[Found]:
    clauses = {match.end() for match in _CLAUSE.finditer(folded)}
    announced = {match.end() for pattern in (cues.VERB, cues.EXPECTED, cues.BELONGING) for match in pattern.finditer(folded)}
    for start in sorted(announced | clauses):
        if _splits_a_word(folded, start, known):
            continue
        end = _likely_end(folded, start, known, cues.FOLLOWS)
        if end is None or (start in clauses and not _stands_alone(folded, start, end)):
            end = _full_end(folded, start, known)
        yield from _found(start, end)


def _full_end(folded: str, start: int, known: Names) -> int | None:
    """A surname and two characters of given names are a name wherever a word ends before them and may begin behind them
    (of 22,402 searches for clothes, which hold no customer's name, 33 had anything touched)."""
    surname, end = known.surname.match(folded, start), start + 3
    if surname is None or surname.end() != start + 1 or surname.group() in cues.RISKY or known.begins_with_word(folded[start:]):
        return None
    given = folded[start + 1 : end]
    fits = len(given) == 2 and set(given) <= known.given and not _splits_a_word(folded, end - 1, known)
    return end if fits and cues.AFTER.match(folded, end) and (_stands_alone(folded, start, end) or start > 0) else None


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Whether a name at the beginning of a clause is one: something of a person follows, or it is all that was said."""
    return not _END.match(folded, end) or (end - start == 3 and (start, end) == (0, len(folded)))


def _listed(folded: str, known: Names) -> Iterator[Found]:
    """任静、袁野、柳如眉: where two of a list are surely names, all that can be are."""
    for match in _LIST.finditer(folded):
        items = list(re.finditer(r"[^、和跟]+", match.group().replace("以及", "、、")))
        sure = [item for item in items if _is_name(item.group(), known) and set(item.group()[1:]) <= known.given]
        if len(sure) < 2:
            continue
        for item in items:
            if _is_name(item.group(), known):
                yield Found("NAME", match.start() + item.start(), match.start() + item.end())


def _titled(folded: str, known: Names) -> Iterator[Found]:
    for title in cues.TITLED.finditer(folded):
        start = _name_before(folded, title, known)
        if start is not None:
            yield Found("NAME", start, title.end())


def _name_before(folded: str, title: re.Match[str], known: Names) -> int | None:
    """Where the name before a title begins: a full one, else the surname alone."""
    short = title["short"] is not None
    if short and not cues.AFTER_TITLE.match(folded, title.end()):
        return None
    full = _full_name_before(folded, title.start(), short, known)
    return full if full is not None else _surname_before(folded, title, short, known)


def _full_name_before(folded: str, at: int, short: bool, known: Names) -> int | None:
    for size in (4, 3, 2):
        start = at - size
        surname = known.surname.match(folded, start) if start >= 0 else None
        if surname is None or not 1 <= at - surname.end() <= 2 or not set(folded[surname.end() : at]) <= known.given:
            continue
        apart = bool(cues.BEFORE.search(folded, 0, start))
        named = not short and folded[start:at] in known.namelike
        whole = (named or not known.begins_with_word(folded[start:])) and not _splits_a_word(folded, start, known)
        if whole and (apart or (not short and surname.group() not in cues.RISKY and size > 2)):
            return start
    return None


def _surname_before(folded: str, title: re.Match[str], short: bool, known: Names) -> int | None:
    for size in (2, 1):
        start = title.start() - size
        surname = known.surname.fullmatch(folded, start, title.start()) if start >= 0 else None
        if surname is None or _splits_a_word(folded, start, known) or known.begins_with_word(folded[start:]):
            continue
        apart = bool(cues.BEFORE.search(folded, 0, start))
        if apart or not (short or surname.group() in cues.RISKY):
            return start - 1 if short and start > 0 and folded[start - 1] in "老小阿" else start
    rare = known.any_surname.fullmatch(folded, max(0, title.start() - 1), title.start())
    alone = rare is not None and (rare.start() == 0 or folded[rare.start() - 1] in ",。;:、 是系姓叫找")
    if (
        rare is not None
        and alone
        and not known.begins_with_word(folded[rare.start() :])
        and title["long"] in ("女士", "先生", "小姐", "太太")
        and rare.group() not in "位"
    ):
        return rare.start()
    return None


def _splits_a_word(folded: str, start: int, known: Names) -> bool:
    """Whether the character here is the second half of an ordinary word: 对方经理, 多少钱老板."""
    return start > 0 and folded[start - 1 : start + 1] in known.ordinary
