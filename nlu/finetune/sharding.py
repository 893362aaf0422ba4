"""Parameters that ZeRO-3 has spread over processes, made whole for a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def whole(parameters: Iterable[Any]) -> Iterator[None]:
    """Inside, every process sees the parameters whole; what the first one changes holds for all. All processes must enter."""
    spread = [one for one in parameters if hasattr(one, "ds_id")]
    if not spread:
        yield
        return
    import deepspeed

    with deepspeed.zero.GatheredParameters(spread, modifier_rank=0):
        yield
