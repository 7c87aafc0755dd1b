"""Uploaded files and results: bytes in `DATA/files/<id>`, the record in the store. A file's own name never touches a path."""

import os
import shutil
import uuid
from pathlib import Path
from typing import BinaryIO

from . import atomic
from .errors import ApiError, bad_request
from .store import Store, new_id, now

KIND = "file"
PURPOSES = ("fine-tune", "fine-tune-results", "batch", "batch_output", "assistants", "assistants_output", "vision", "user_data", "evals")
MAX_BYTES = int(os.environ.get("TRAINER_MAX_UPLOAD_BYTES", 8 << 30))  # of one upload: OpenAI's limit of a large one; weights come back this way


class Files:
    def __init__(self, store: Store, data: Path):
        self.store, self.folder = store, data / "files"
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, id: str) -> Path:
        self.store.get(KIND, id)
        return self.folder / id

    def add(self, content: BinaryIO | bytes, filename: str, purpose: str) -> dict:
        """Stores the bytes, then the record: a record never names bytes that are not there."""
        if purpose not in PURPOSES:
            raise bad_request(f"'{purpose}' is not one of {list(PURPOSES)}.", "purpose")
        id = new_id("file")
        path, draft = self.folder / id, self.folder / f".{id}.{uuid.uuid4().hex}"
        size = 0
        try:
            with open(draft, "wb") as f:
                for chunk in [content] if isinstance(content, bytes) else iter(lambda: content.read(1 << 20), b""):
                    size += len(chunk)
                    if size > MAX_BYTES:
                        raise ApiError(413, f"The file is larger than {MAX_BYTES} bytes.", param="file", code="file_too_large")
                    f.write(chunk)
                f.flush()
                os.fsync(f.fileno())
            os.replace(draft, path)
            atomic.sync_folder(self.folder)
        except OSError as error:
            raise ApiError(507, f"The file could not be stored: {error.strerror}. Free some disk space and upload it again.", code="storage_failed")
        finally:
            draft.unlink(missing_ok=True)
        return self.store.insert(KIND, {
            "id": id, "object": "file", "bytes": size, "created_at": now(), "filename": filename[:255] or "file", "purpose": purpose, "status": "processed",
        })

    def keep(self, path: Path, filename: str, purpose: str) -> dict:
        """A file that was made here and stays where it is, of whatever size: the same bytes under a second name, copied only where links are not to be had."""
        draft = self.folder / f".{uuid.uuid4().hex}"
        try:
            os.link(path, draft)
        except OSError:
            shutil.copyfile(path, draft)
        return self.adopt(draft, filename, purpose)

    def adopt(self, path: Path, filename: str, purpose: str) -> dict:
        """Takes over a file that was made here, of whatever size."""
        id = new_id("file")
        with open(path, "rb+") as f:
            os.fsync(f.fileno())
        os.replace(path, self.folder / id)
        atomic.sync_folder(self.folder)
        return self.store.insert(KIND, {
            "id": id, "object": "file", "bytes": (self.folder / id).stat().st_size, "created_at": now(), "filename": filename[:255], "purpose": purpose,
            "status": "processed",
        })

    def get(self, id: str) -> dict:
        return self.store.get(KIND, id)

    def delete(self, id: str) -> dict:
        path = self.path(id)
        self.store.delete(KIND, id)
        path.unlink(missing_ok=True)
        return {"id": id, "object": "file", "deleted": True}

    def list(self, after: str | None, limit: int, purpose: str | None, oldest_first: bool) -> dict:
        return self.store.page(KIND, after=after, limit=limit, oldest_first=oldest_first, where=lambda f: purpose is None or f["purpose"] == purpose)
