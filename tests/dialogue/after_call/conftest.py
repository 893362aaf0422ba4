from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogue.after_call.house import House
from tests.dialogue.after_call.talks import BUYER, GRUMBLER, Talk, sample


@pytest.fixture(scope="session")
def house() -> House:
    """The sample bot's files, as documents are written of it."""
    return House.of(sample())


@pytest.fixture(scope="session")
def talk() -> Iterator[Talk]:
    """The sample bot after two calls, 'wang' and 'li'. Tests read it."""
    talk = Talk("sqlite://")
    talk.say("wang", BUYER, "hang_up")
    talk.say("li", GRUMBLER, "hang_up")
    yield talk
    talk.bot.close()
