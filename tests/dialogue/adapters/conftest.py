from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

TABLES = ("events", "adapters", "adapter_trials", "adapter_outcomes", "store_owner")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A store of each kind; PostgreSQL's where `make test-services` has started one."""
    if request.param == "sqlite":
        yield "sqlite://"
        return
    server = os.environ.get("XIANGYIN_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: XIANGYIN_TEST_POSTGRES is not set; `make test-services` starts one")
    yield server
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    engine.dispose()
