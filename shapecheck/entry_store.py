"""Entries kept in a folder under keys, as caches keep them: what cannot be written is not kept, what is damaged is not
there.

Comes in: a key, a text in hexadecimal digits, and bytes.  Goes out: the same bytes, or None.  Processes may use a
folder at the same time: an entry is written beside its place and renamed.  It does not grow beyond `MOST_BYTES`:
what was not asked for longest goes first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

from shapecheck.record import record
from shapecheck.storage import read, written

SHELVES = 16
"""The folders that entries are spread over, by the first digit of their keys."""
MOST_BYTES = 128 << 20
MOST_ENTRIES = 1000
"""The most entries on one shelf."""
LARGEST_ENTRY = 2 << 20
_HEAD = b"shapecheck entry 1\n"
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# Reports of shapecheck that were made before; may be deleted.\n"
"""Backups leave a folder out that has this in a file `CACHEDIR.TAG` (https://bford.info/cachedir/)."""


def default_folder() -> str:
    """The folder for caches: `XDG_CACHE_HOME`, which must be absolute, else the one that the system has for that."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(named):
        named = os.environ.get("LOCALAPPDATA", "") if sys.platform == "win32" else ""
    return os.path.join(named or os.path.join(os.path.expanduser("~"), ".cache"), "shapecheck")


@record
class Store:
    """Entries below a folder, which need not exist."""

    folder: str

    def get(self, key: str) -> bytes | None:
        """The bytes under a key; None where there are none, or where they are not those that were written."""
        path = self._path(key)
        try:
            data = read(path, LARGEST_ENTRY + 1)
        except OSError:
            return None
        head = _sealed(b"")[: len(_HEAD) + 65]
        payload = data[len(head) :]
        if data != _sealed(payload):
            return None
        with suppress(OSError):
            os.utime(path)
        return payload

    def put(self, key: str, payload: bytes) -> None:
        """Keeps bytes under a key, if that is possible."""
        data = _sealed(payload)
        if len(data) > LARGEST_ENTRY:
            return
        path = self._path(key)
        with suppress(OSError):
            self._make_shelf(os.path.dirname(path))
            with written(path) as file:
                file.write(data)
            _thin_out(os.path.dirname(path))

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, "entries-1", key[0], key[1:])

    def _make_shelf(self, shelf: str) -> None:
        if os.path.isdir(shelf):
            return
        os.makedirs(shelf, mode=0o700, exist_ok=True)
        with open(os.path.join(self.folder, "entries-1", "CACHEDIR.TAG"), "wb") as file:
            file.write(_TAG)


def _sealed(payload: bytes) -> bytes:
    """The bytes of an entry: a line on what it is, the digest of the payload, the payload."""
    return _HEAD + sha256(payload).hexdigest().encode() + b"\n" + payload


def _thin_out(shelf: str) -> None:
    """Removes what was not asked for longest, until the shelf is within its limits."""
    entries = sorted(_entries(shelf), reverse=True)
    total = 0
    for number, (_, size, path) in enumerate(entries):
        total += size
        if number >= MOST_ENTRIES or total > MOST_BYTES // SHELVES:
            with suppress(OSError):
                os.unlink(path)


def _entries(shelf: str) -> Iterator[tuple[int, int, str]]:
    """The time when each file was last asked for, its size, its path; half-written ones are among them."""
    with os.scandir(shelf) as found:
        for item in found:
            with suppress(OSError):
                state = item.stat(follow_symlinks=False)
                yield state.st_mtime_ns, state.st_size, item.path
