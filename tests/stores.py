"""A store of each kind for tests: SQLite in a file of their own, PostgreSQL where `make test-services` has started one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

KINDS = ("sqlite", "postgres")


def store_of(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty store; what a test leaves on PostgreSQL is taken away. Skips where there is none."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/store.sqlite"
        return
    server = os.environ.get("XIANGYIN_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: XIANGYIN_TEST_POSTGRES is not set; `make test-services` starts one")
    yield server
    engine = sa.create_engine(server)
    tables = sa.MetaData()
    tables.reflect(engine)
    tables.drop_all(engine)
    engine.dispose()
