"""What the networks are given to learn: own sentences, lessons of other kinds, and a teacher's shares."""

import numpy as np

from nlu.student.fit import FitOptions
from nlu.student.joiners import STANDARD, Joiners
from nlu.student.learning import LearnOptions, learn
from nlu.student.material import Material, Piece, with_shares
from nlu.student.sounds import dictionaries

OWN = [Piece(text, label, text) for text, label in (("多少钱", "price"), ("什么价", "price"), ("能试用吗", "trial"))]
OTHER = [Piece(text, label, text) for text, label in (("你好", "greet"), ("再见", "bye"), ("您好", "greet"))]
JOINERS = Joiners(STANDARD)


def _options(networks: int = 1) -> LearnOptions:
    return LearnOptions(FitOptions(epochs=2, batch_size=4), networks=networks, width=16, layers=1)


def test_lessons_leave_the_own_labels_only() -> None:
    trained = learn(Material(tuple(OWN)), JOINERS, dictionaries(), _options(networks=2), [OTHER])(lambda: None)
    assert trained.settled.labels == ("price", "trial")
    assert len(trained.states) == 2
    assert trained.state["labels.weight"].shape == (2, 32)
    assert trained.state["table.weight"].shape[1] == 16 + 2
    assert "c您" in trained.inputs.vocabulary


def test_networks_differ_by_their_seed() -> None:
    first, second = learn(Material(tuple(OWN)), JOINERS, dictionaries(), _options(networks=2))(lambda: None).states
    assert not np.allclose(first["labels.weight"], second["labels.weight"])


def test_a_teachers_shares_go_with_the_group() -> None:
    heard = [*OWN, Piece("多少前", "price", "多少钱")]
    shared = with_shares(heard, {"多少钱": {"price": 0.7, "trial": 0.3}})
    assert [dict(piece.shares) for piece in shared] == [{"price": 0.7, "trial": 0.3}, {}, {}, {"price": 0.7, "trial": 0.3}]
