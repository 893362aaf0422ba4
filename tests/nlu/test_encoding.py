"""The bundled students: what they say of parts, and which of them is asked."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.encoding import BUNDLED, Bundle, bundled, bundles, fold_of
from nlu.model_folder import ModelError

TEXT = "我要一台云服务器还要支持异地备份"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return bundled("sales")


def test_a_part_has_shares_of_all_meanings_that_add_up_to_one(bundle: Bundle) -> None:
    shares = bundle.see(TEXT).parts((0, 8, 16))
    assert shares.shape[:2] == (3, 3)
    assert shares[[0, 0, 1], [1, 2, 2]].sum(axis=-1) == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_part_of_a_view_is_read_like_the_same_words_of_the_whole(bundle: Bundle) -> None:
    view = bundle.see(TEXT)
    assert view.part(8, 16).parts((0, 8))[0, 1] == pytest.approx(view.parts((0, 8, 16))[1, 2], abs=1e-5)


def test_a_new_need_is_likeliest_to_begin_where_it_does(bundle: Bundle) -> None:
    assert int(np.argmax(bundle.see(TEXT).cut_odds()[1:])) + 1 == TEXT.index("还要")


def test_in_training_only_the_student_that_has_not_seen_a_sentence_is_asked(bundle: Bundle) -> None:
    alone = bundle.members[fold_of(TEXT, len(bundle.members))].look(bundle.line(TEXT))
    shown = bundle.honest.see(TEXT).parts((0, 16))[0, 1]
    exponents = np.exp(alone.scores((0, 16))[0, 1])
    assert shown == pytest.approx(exponents / exponents.sum(), abs=1e-4)


def test_the_fold_of_a_sentence_is_that_of_its_words() -> None:
    assert fold_of("云服务器,多少钱?", 4) == fold_of("雲服務器多少錢", 4)


def test_an_encoder_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"no encoder 'nothing' \(sales\)"):
        bundled("nothing")
    assert bundles() == ("sales",)


def test_the_bundle_stays_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) < 11e6
