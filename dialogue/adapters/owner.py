"""One database, one tenant: conversations have no other mark of whose they are, so no two tenants may keep theirs together."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dialogue.adapters.adapter import RegistryError
from dialogue.store import EventStore

_ONLY = 1
_schema = sa.MetaData()
_owner = sa.Table(
    "store_owner",
    _schema,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tenant", sa.String(48), nullable=False),
)


def claim(store: EventStore, tenant: str) -> None:
    """Make the database this tenant's, if it is nobody's yet. Raises RegistryError where it is another's, and StoreError."""
    if tenant and owner(store) is None:
        try:
            with store.transaction() as connection:
                connection.execute(_owner.insert().values(id=_ONLY, tenant=tenant))
        except IntegrityError:
            pass  # another process did so in this moment; it may have been another tenant's
    whose = owner(store)
    if whose is not None and whose != tenant:
        ours = f"tenant '{tenant}'" if tenant else "a bot without a tenant"
        raise RegistryError(f"{store.where} belongs to another tenant than {ours}; give each tenant a database of its own")


def owner(store: EventStore) -> str | None:
    """Whose the database is; None: nobody's. Raises StoreError."""
    with store.transaction() as connection:
        _schema.create_all(connection)
        found = connection.scalar(sa.select(_owner.c.tenant).where(_owner.c.id == _ONLY))
    return None if found is None else str(found)
