"""Training in two processes that accelerate starts: one model, one card, half of the batches each."""

from pathlib import Path

import pytest
import yaml

pytest.importorskip("torch")
pytest.importorskip("accelerate")

from asr.training.check import Check
from asr.training.loop import judged
from asr.training.schedule import Progress
from tests.asr.beeps import beep_corpus
from tests.two_processes import trained_by_two


@pytest.mark.timeout(300)
def test_two_processes_train_one_model(tmp_path: Path) -> None:
    beep_corpus(tmp_path, clips=20)
    config = {
        "task_type": "asr",
        "manifests": ["manifest.jsonl"],
        "output_dir": "run",
        "base_model": "tiny-zh",
        "batch_seconds": 2,
        "gradient_accumulation_steps": 2,
        "max_steps": 4,
        "ctc_share": 0.5,  # the decoder is idle at first: the processes must not wait for its gradients
        "max_minutes": 60,
        "threads": 1,
    }
    done = trained_by_two(config, tmp_path)
    card = yaml.safe_load((tmp_path / "run" / "model.yml").read_text(encoding="utf-8"))
    assert card["metrics"]["steps"] == 4
    assert (tmp_path / "run" / "model.bin").exists()
    assert done.stderr.count("step 4, ") == 1  # one of them tells


def test_the_best_weights_are_those_of_the_best_check_once_all_learns() -> None:
    progress, better = judged(Progress(), Check(cer=0.5), settled=False)
    assert (better, progress) == (True, Progress())
    verdicts = []
    for error in (0.4, 0.3, 0.35, 0.31):
        progress, better = judged(progress, Check(cer=error), settled=True)
        verdicts.append(better)
    assert verdicts == [True, True, False, False]
    assert (progress.best, progress.waited) == (0.3, 2)
    assert judged(progress, Check(per=0.2), settled=True)[1]  # without texts the phones decide
