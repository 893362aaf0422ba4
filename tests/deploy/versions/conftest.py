"""A small bot, its understanding trained once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.bot_models import model_folder, train_into
from dialogue.bot_files import load_bot
from tests.deploy.versions.small_bot import FILES, write


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions") / "bot"
    write(folder, FILES)
    bot = load_bot(folder)
    train_into(bot, model_folder(bot))
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "bot"))
