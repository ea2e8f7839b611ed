"""The store: schema, migrations and one module per noun, on SQLite or PostgreSQL through SQLAlchemy."""

from crawler.store.database import Store, StoreError

__all__ = ["Store", "StoreError"]
