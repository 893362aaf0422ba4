"""Which adapters a bot has, in which state each is, and which is on trial: rows in the database that holds the conversations.

Every statement names the tenant: bots that share a database never see each other's rows.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dialogue.adapters.adapter import Adapter, RegistryError, Roster, Trial
from dialogue.adapters.names import adapter_name
from dialogue.store import EventStore

SALT_BYTES = 16
MAX_REASON = 500

_schema = sa.MetaData()
_adapters = sa.Table(
    "adapters",
    _schema,
    sa.Column("tenant", sa.String(48), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("persona", sa.String(48), nullable=False),
    sa.Column("department", sa.String(48), nullable=False),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("base_hash", sa.String(64), nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("data_hash", sa.String(64), nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("metrics", sa.Text, nullable=False),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("status", sa.String(8), nullable=False),
    sa.Column("added_at", sa.Float, nullable=False),
    sa.Column("live_at", sa.Float),
    sa.Column("left_at", sa.Float),
)
_trials = sa.Table(
    "adapter_trials",
    _schema,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(48), nullable=False),
    sa.Column("line", sa.String(48), nullable=False),
    sa.Column("adapter", sa.String(80), nullable=False),
    sa.Column("control", sa.String(80), nullable=False),
    sa.Column("percent", sa.Float, nullable=False),
    sa.Column("salt", sa.String(64), nullable=False),
    sa.Column("began_at", sa.Float, nullable=False),
    sa.Column("ended_at", sa.Float),
    sa.Column("ended", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(MAX_REASON), nullable=False),
    # no line has two trials at once; `open` is the line while the trial runs, and its own id afterwards
    sa.Column("open", sa.String(64), nullable=False),
    sa.UniqueConstraint("tenant", "open"),
)


class Registry:
    """The adapters of one tenant. Thread safe; several processes may share it."""

    def __init__(self, store: EventStore, tenant: str, clock: Callable[[], float] = time.time) -> None:
        """Make its tables where there are none. Raises StoreError."""
        self.store = store
        self.tenant = tenant
        self.clock = clock
        with store.transaction() as connection:
            _schema.create_all(connection)

    def roster(self) -> Roster:
        """Everything as it stands, in one reading. Raises StoreError."""
        with self.store.transaction(writes=False) as connection:
            return self._roster(connection)

    def ended_trials(self, limit: int = 50) -> tuple[Trial, ...]:
        """The newest first. Raises StoreError."""
        mine = sa.select(_trials).where(_trials.c.tenant == self.tenant, _trials.c.ended_at.is_not(None))
        with self.store.transaction(writes=False) as connection:
            rows = connection.execute(mine.order_by(_trials.c.ended_at.desc()).limit(limit))
            return tuple(_trial(row._mapping) for row in rows)

    def add(self, adapter: Adapter) -> Adapter:
        """Enter a draft. The same content again changes nothing; other content under its name: RegistryError."""
        row = _row(adapter) | {
            "tenant": self.tenant,
            "status": "draft",
            "added_at": self.clock(),
            "live_at": None,
            "left_at": None,
        }
        try:
            with self.store.transaction() as connection:
                connection.execute(_adapters.insert().values(**row))
        except IntegrityError:
            known = self.adapter(adapter.name)
            if known.content != adapter.content:
                raise RegistryError(
                    f"'{adapter.name}' is there already with other content; give this one the next number"
                ) from None
            return known
        return self.adapter(adapter.name)

    def adapter(self, name: str) -> Adapter:
        """Raises RegistryError for a name that is not there."""
        return self.roster().adapter(name)

    def split(self, name: str, percent: float) -> Trial:
        """Put an adapter on trial, or change the share of its trial; what was assigned already stays. Raises RegistryError."""
        if not 0 < percent <= 100:
            raise RegistryError(f"a share is above 0 and at most 100 percent, got {percent:g}; 'rollback' ends a trial")
        with self._changing() as (connection, roster):
            adapter = roster.adapter(name)
            running = roster.trial_of(adapter.line)
            if running is not None and running.adapter != name:
                raise RegistryError(f"line '{adapter.line}' has '{running.adapter}' on trial; promote it or roll it back first")
            if running is not None:
                connection.execute(_trials.update().where(_trials.c.id == running.id).values(percent=percent))
            else:
                if adapter.status == "live":
                    raise RegistryError(f"'{name}' is live already; nothing is left to be tried")
                self._begin(connection, roster, adapter, percent)
        found = self.roster().trial_of(adapter.line)
        if found is None:
            raise RegistryError(f"the trial of '{name}' was ended in this moment by someone else")
        return found

    def promote(self, name: str) -> Adapter:
        """Let all new conversations have it; the version in use until now is kept, retired. Raises RegistryError."""
        with self._changing() as (connection, roster):
            adapter = roster.adapter(name)
            running = roster.trial_of(adapter.line)
            if running is not None and running.adapter != name:
                raise RegistryError(f"line '{adapter.line}' has '{running.adapter}' on trial; promote that or roll it back first")
            if running is not None:
                self._end(connection, running, "promoted", "")
            now, before = self.clock(), roster.live(adapter.line)
            if before is not None and before.name != name:
                self._set(connection, before.name, status="retired", left_at=now)
            self._set(connection, name, status="live", live_at=now, left_at=None)
        return self.adapter(name)

    def roll_back(self, name: str, reason: str = "") -> Adapter | None:
        """End the trial of this adapter, or of a live one go back to the version before; what answers now, None: the base alone.

        Raises RegistryError for an adapter that is neither.
        """
        with self._changing() as (connection, roster):
            adapter = roster.adapter(name)
            running = roster.trial_of(adapter.line)
            if running is not None and running.adapter == name:
                self._end(connection, running, "rolled back", reason)
                self._set(connection, name, status="draft", left_at=self.clock())
            elif adapter.status == "live":
                before = roster.before(adapter)
                if before is None:
                    raise RegistryError(f"'{name}' has no version before it; 'retire' takes it out of use, and the base answers")
                if running is not None:
                    raise RegistryError(f"line '{adapter.line}' has '{running.adapter}' on trial against it; end that first")
                self._set(connection, name, status="retired", left_at=self.clock())
                self._set(connection, before.name, status="live", left_at=None)
            else:
                raise RegistryError(f"'{name}' is {adapter.status}: only what is live or on trial can be rolled back")
        return self.roster().live(adapter.line)

    def breach(self, trial: Trial, reason: str) -> bool:
        """End a trial that does harm; False where another process, or a person, was faster."""
        with self._changing() as (connection, roster):
            if not any(one.id == trial.id for one in roster.trials):
                return False
            self._end(connection, trial, "breach", reason)
            self._set(connection, trial.adapter, status="draft", left_at=self.clock())
        return True

    def retire(self, name: str) -> Adapter:
        """Take an adapter out of use; its files and figures stay. Raises RegistryError while it is on trial."""
        with self._changing() as (connection, roster):
            adapter = roster.adapter(name)
            if any(name in (trial.adapter, trial.control) for trial in roster.trials):
                raise RegistryError(f"'{name}' takes part in a trial; promote or roll that back first")
            served = adapter.status == "live"
            self._set(connection, name, status="retired", left_at=self.clock() if served else adapter.left_at)
        return self.adapter(name)

    def _changing(self) -> _Change:
        return _Change(self)

    def _roster(self, connection: sa.Connection) -> Roster:
        mine = sa.select(_adapters).where(_adapters.c.tenant == self.tenant)
        running = sa.select(_trials).where(_trials.c.tenant == self.tenant, _trials.c.ended_at.is_(None))
        adapters = sorted((_adapter(row._mapping) for row in connection.execute(mine)), key=lambda one: adapter_name(one.name))
        return Roster(self.tenant, tuple(adapters), tuple(_trial(row._mapping) for row in connection.execute(running)))

    def _begin(self, connection: sa.Connection, roster: Roster, adapter: Adapter, percent: float) -> None:
        control = roster.live(adapter.line)
        row = {
            "id": secrets.token_hex(8),
            "tenant": self.tenant,
            "line": adapter.line,
            "adapter": adapter.name,
            "control": "" if control is None else control.name,
            "percent": percent,
            "salt": secrets.token_hex(SALT_BYTES),
            "began_at": self.clock(),
            "ended": "",
            "reason": "",
            "open": adapter.line,
        }
        connection.execute(_trials.insert().values(**row))
        self._set(connection, adapter.name, status="trial", left_at=None)

    def _end(self, connection: sa.Connection, trial: Trial, how: str, reason: str) -> None:
        values = {"ended_at": self.clock(), "ended": how, "reason": reason[:MAX_REASON], "open": f"/{trial.id}"}
        connection.execute(_trials.update().where(_trials.c.id == trial.id, _trials.c.tenant == self.tenant).values(**values))

    def _set(self, connection: sa.Connection, name: str, **values: Any) -> None:
        mine = (_adapters.c.tenant == self.tenant, _adapters.c.name == name)
        connection.execute(_adapters.update().where(*mine).values(**values))


class _Change:
    """A transaction that reads the roster and changes it; PostgreSQL locks the tenant's rows, SQLite the whole file."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._open = registry.store.transaction()

    def __enter__(self) -> tuple[sa.Connection, Roster]:
        connection = self._open.__enter__()
        mine = sa.select(_adapters.c.name).where(_adapters.c.tenant == self._registry.tenant)
        connection.execute(mine.order_by(_adapters.c.name).with_for_update()).all()
        return connection, self._registry._roster(connection)

    def __exit__(self, *raised: Any) -> None:
        self._open.__exit__(*raised)


def _row(adapter: Adapter) -> dict[str, Any]:
    return {
        "name": adapter.name,
        "persona": adapter.persona,
        "department": adapter.department,
        "tags": json.dumps(adapter.tags),
        "base": adapter.base,
        "base_hash": adapter.base_hash,
        "template": adapter.template,
        "rank": adapter.rank,
        "data_hash": adapter.data_hash,
        "content": adapter.content,
        "metrics": json.dumps(dict(adapter.metrics)),
        "card": json.dumps(dict(adapter.card), ensure_ascii=False, default=str),
    }


def _adapter(row: Mapping[Any, Any]) -> Adapter:
    values = {key: row[key] for key in row if key != "tenant"}
    values["tags"] = tuple(json.loads(row["tags"]))
    values["metrics"], values["card"] = json.loads(row["metrics"]), json.loads(row["card"])
    return Adapter(**values)


def _trial(row: Mapping[Any, Any]) -> Trial:
    return Trial(**{key: row[key] for key in row if key not in ("tenant", "open")})
