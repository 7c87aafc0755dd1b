"""Files and folders that are either there in full or not there at all, whatever is killed while they are written."""

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path


def sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(draft, "wb") as f:
            f.write(content)
            f.flush()
            os.fsync(f.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Lets `fill` write into a draft beside `path`, then renames it. Where another process was first, its folder stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    draft.mkdir()
    try:
        fill(draft)
        for file in draft.iterdir():
            with open(file, "rb+") as f:
                os.fsync(f.fileno())
        try:
            os.rename(draft, path)
        except OSError:
            if not path.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    sync_folder(path.parent)


def sweep_drafts(folder: Path) -> None:
    """Removes what a killed writer left behind. Only for a folder that this process alone writes."""
    for left in folder.glob(".*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
