"""The trainer's memory: one SQLite file holding every object that the wire shows, as JSON.

    objects(seq, kind, id, parent, key, body)

`seq` gives the order of creation (and so the paging), `parent` ties events and checkpoints to their job, `key` is the caller's
idempotency key, unique within a kind. The server and the training child both write; WAL lets them, and `synchronous=FULL` makes a
commit durable before anyone is told about it. A file of a few megabytes keeps some room: on a full disk it goes, so that what failed can
still be written down.
"""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from .errors import bad_request, not_found

SCHEMA = """
create table if not exists objects (
  seq integer primary key autoincrement, kind text not null, id text not null, parent text, key text, body text not null,
  unique (kind, id), unique (kind, key));
create index if not exists objects_by_parent on objects (kind, parent, seq);
"""


RESERVE_BYTES = 4 * 1024 * 1024


def new_id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(12)}"


def now() -> int:
    return int(time.time())


class Store:
    """Reads and writes objects. Safe to use from several threads and processes."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "trainer.db"
        self._lock = threading.RLock()
        self._db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=full")
        self._db.executescript(SCHEMA)
        self._reserve = folder / "reserve"
        self._keep_room()

    def _keep_room(self) -> None:
        try:
            if not self._reserve.exists():
                self._reserve.write_bytes(bytes(RESERVE_BYTES))
        except OSError:
            self._reserve.unlink(missing_ok=True)

    def make_room(self) -> None:
        """Gives up the reserve, for a last word on a full disk."""
        self._reserve.unlink(missing_ok=True)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self):
        """All or nothing; nested calls join the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def insert(self, kind: str, body: dict, parent: str | None = None, key: str | None = None) -> dict:
        with self.transaction():
            self._db.execute("insert into objects (kind, id, parent, key, body) values (?,?,?,?,?)", (kind, body["id"], parent, key, json.dumps(body)))
        return body

    def find(self, kind: str, id: str) -> dict | None:
        with self._lock:
            row = self._db.execute("select body from objects where kind=? and id=?", (kind, id)).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, kind: str, id: str) -> dict:
        found = self.find(kind, id)
        if found is None:
            raise not_found(kind, id)
        return found

    def by_key(self, kind: str, key: str) -> dict | None:
        with self._lock:
            row = self._db.execute("select body from objects where kind=? and key=?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def update(self, kind: str, id: str, change: Callable[[dict], dict | None]) -> dict:
        """Applies `change` to the current body, atomically; where it returns None nothing is written. Returns the body afterwards."""
        with self.transaction():
            body = self.get(kind, id)
            changed = change(dict(body))
            if changed is None:
                return body
            self._db.execute("update objects set body=? where kind=? and id=?", (json.dumps(changed), kind, id))
            return changed

    def delete(self, kind: str, id: str) -> None:
        with self.transaction():
            self._db.execute("delete from objects where kind=? and id=?", (kind, id))

    def all(self, kind: str, parent: str | None = None) -> list[dict]:
        """Oldest first."""
        where, values = ("kind=? and parent=?", (kind, parent)) if parent else ("kind=?", (kind,))
        with self._lock:
            rows = self._db.execute(f"select body from objects where {where} order by seq", values).fetchall()
        return [json.loads(r[0]) for r in rows]

    def page(self, kind: str, *, parent: str | None = None, after: str | None = None, limit: int = 20, oldest_first: bool = False,
             where: Callable[[dict], bool] = lambda _: True) -> dict:
        """A cursor page in OpenAI's list shape, newest first unless told otherwise."""
        clauses, values = ["kind=?"], [kind]
        if parent is not None:
            clauses.append("parent=?")
            values.append(parent)
        with self._lock:
            if after is not None:
                cursor = self._db.execute("select seq from objects where kind=? and id=?", (kind, after)).fetchone()
                if cursor is None:
                    raise bad_request(f"No such {kind} to page after: '{after}'.", "after")
                clauses.append("seq > ?" if oldest_first else "seq < ?")
                values.append(cursor[0])
            rows = self._db.execute(f"select body from objects where {' and '.join(clauses)} order by seq {'asc' if oldest_first else 'desc'}", values)
            found: list[dict] = []
            for (text,) in rows:
                body = json.loads(text)
                if where(body):
                    found.append(body)
                    if len(found) > limit:
                        break
        data = found[:limit]
        return {"object": "list", "data": data, "first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None,
                "has_more": len(found) > limit}
