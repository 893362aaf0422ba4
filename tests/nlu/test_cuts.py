"""Where a sentence may be cut at all."""

from __future__ import annotations

import numpy as np

from nlu.cuts import NEVER, CutModel
from nlu.features import prepare
from nlu.lexicon import standard
from nlu.understanding import Entity

EVERYWHERE = CutModel({}, 1.0)


def allowed(text: str, entities: tuple[Entity, ...] = ()) -> list[str]:
    """What would begin each need, for a model that would cut everywhere."""
    sentence = prepare(text, standard(), entities)
    return [text[sentence.words[at].start :] for at in np.flatnonzero(EVERYWHERE.logits(sentence)[:-1] > NEVER)]


def test_a_pause_draws_the_cuts_beside_it_to_itself() -> None:
    beside = {"人管,麻烦转经理", "管,麻烦转经理", "烦转经理", "转经理"}
    assert not beside & set(allowed("都没人管,麻烦转经理"))
    assert {"没人管,麻烦转经理", "麻烦转经理", "经理"} <= set(allowed("都没人管,麻烦转经理"))
    assert {one.replace(",", "") for one in beside} <= set(allowed("都没人管麻烦转经理"))


def test_an_entity_is_not_cut() -> None:
    entity = Entity("product_type", "cloud_server", "云服务器", 0, 4)
    assert "务器多少钱" not in allowed("云服务器多少钱", (entity,))
