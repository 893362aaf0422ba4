"""A reply guarded while it is still being worded: each sentence is checked before it is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dialogue.guard.context import GuardContext
from dialogue.guard.guard import Guard, Verdict
from dialogue.guard.reading import END

_CLOSING = END + '”’」』）)"'


def guarded(
    sentences: Iterable[str], guard: Guard, context: GuardContext, stopped: Callable[[Verdict], None] = lambda _: None
) -> Iterator[str]:
    """The sentences that may be heard, each as soon as that is certain; at the first other one the reply ends.

    A piece that ends at a comma and fails waits for the rest of its sentence (免审核退款, 是没有的); `stopped` gets the verdict.
    """
    ledger = guard.ledger(context)
    said, held = "", ""
    for piece in sentences:
        verdict = guard.check(held + piece, context, said, ledger)
        if verdict.allowed:
            yield held + piece
            said, held = said + held + piece, ""
        elif _ends(piece):
            stopped(verdict)
            return
        else:
            held += piece
    if held:
        stopped(guard.check(held, context, said, ledger))


def _ends(piece: str) -> bool:
    return piece.rstrip().endswith(tuple(_CLOSING))
