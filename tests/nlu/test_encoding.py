"""The bundled networks: what they say of parts, and which of them is asked."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize(
    ("text", "begins"),
    [(TEXT, "还要"), ("一年多少钱能接用友吗", "能接"), ("行那先给我试几天", "那先"), ("太贵了便宜点吧", "便宜")],
)
def test_a_new_need_is_likeliest_to_begin_where_it_does(text: str, begins: str, bundle: Bundle) -> None:
    assert int(np.argmax(bundle.see(text).cut_odds()[1:])) + 1 == text.index(begins)


def test_in_training_only_the_network_that_has_not_seen_a_sentence_is_asked(bundle: Bundle) -> None:
    alone = bundle.alone(fold_of(TEXT, bundle.size), TEXT)
    shown = bundle.honest.see(TEXT)
    assert np.array_equal(shown.cut_odds(), alone.cuts)
    assert np.array_equal(shown.parts((0, 16)), alone.parts((0, 16)))


def test_at_run_time_the_networks_are_averaged(bundle: Bundle) -> None:
    each = [bundle.alone(number, TEXT).cuts for number in range(bundle.size)]
    assert bundle.size == 4
    assert bundle.see(TEXT).cut_odds() == pytest.approx(np.mean(each, axis=0), abs=1e-4)


def test_the_fold_of_a_sentence_is_that_of_its_words() -> None:
    assert fold_of("云服务器,多少钱?", 4) == fold_of("雲服務器多少錢", 4)


def test_an_encoder_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"no encoder 'nothing' \(sales\)"):
        bundled("nothing")
    assert bundles() == ("sales",)


def test_a_folder_without_a_bundle_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.yml in it.*xiangyin train"):
        Bundle.load(tmp_path)


def test_the_bundle_stays_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) < 15e6
