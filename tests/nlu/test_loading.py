"""A model folder says itself how it is read."""

from pathlib import Path

import pytest

from nlu.loading import load_parser
from nlu.model_folder import ModelError


def test_a_folder_without_a_card_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.yml in it.*xiangyin train"):
        load_parser(tmp_path)


@pytest.mark.parametrize(("card", "said"), [("runtime: tarot", "runtime 'tarot' is unknown"), ("- a\n- b", "not a model's card")])
def test_a_card_that_cannot_be_followed_is_refused(tmp_path: Path, card: str, said: str) -> None:
    (tmp_path / "model.yml").write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match=said):
        load_parser(tmp_path)
