"""Reports of `shapecheck check` that were made before, in the user's folder for caches.

Comes in: a spec with all that it imports, the options that a report depends on, the look of the output.  Goes out: the
report as it was printed, or None.  The key is made of all that a report rests on: the texts, the options, this program
and its library file by file, Python, and the libraries that decide.  Nothing heavy is imported here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

import shapecheck
from shapecheck.commands.processes import Told
from shapecheck.entry_store import Store
from shapecheck.folders import Carried
from shapecheck.record import record
from shapecheck.source import Source

DECIDING = ("islpy", "lark", "mpmath", "numpy", "sympy", "z3_solver")
"""The distributions whose versions a report depends on."""
_VARIABLES = ("SHAPECHECK_", "OPENBLAS_CORETYPE", "NPY_")
"""Starts of the names of environment variables that a report may depend on."""


@record
class Reports:
    """The reports made before with some options."""

    store: Store
    options: tuple[object, ...]

    def key(self, source: Source) -> str:
        """The key of the report on a source that carries all that it imports."""
        read = source.beside.listed() if isinstance(source.beside, Carried) else None
        spec = (source.name, source.section, source.place, source.text, read)
        text = json.dumps([spec, self.options, _program()])
        return sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()

    def get(self, key: str) -> Told | None:
        """The report under a key."""
        found = self.store.get(key)
        if found is None:
            return None
        text, code, data = json.loads(found)
        return Told(text, code, data=data)

    def put(self, key: str, told: Told) -> None:
        """Keeps a report."""
        text = json.dumps([told.text, told.code, told.data])
        self.store.put(key, text.encode("utf-8", errors="surrogatepass"))


@lru_cache(maxsize=1)
def _program() -> list[object]:
    """All that makes a report and is no spec."""
    digest = sha256()
    for line in sorted(_files()):
        digest.update(os.fsencode(line))
    return [
        shapecheck.__version__,
        digest.hexdigest(),
        sys.version,
        sys.platform,
        sys.flags.optimize,
        *sorted(_installed()),
        [name for name in ("islpy", "z3") if name in sys.modules and sys.modules[name] is None],
        sorted(item for item in os.environ.items() if item[0].startswith(_VARIABLES)),
    ]


def _files() -> Iterator[str]:
    """Every file of the program and of its library: its path, its size, and when it was written and put there."""
    package = os.path.dirname(os.path.abspath(shapecheck.__file__))
    checkout = os.path.dirname(package)
    beside = () if os.path.isdir(os.path.join(package, "std")) else (("specs", "std"), ("grammars",))
    for root in (package, *(os.path.join(checkout, *parts) for parts in beside)):
        yield from _below(root)


def _below(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for item in found:
            if item.is_dir():
                yield from () if item.name == "__pycache__" else _below(item.path)
            else:
                state = item.stat()
                yield f"{item.path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}\n"


def _installed() -> Iterator[str]:
    """The folders that name the version of each library that decides, `numpy-2.4.0.dist-info`."""
    for place in sys.path:
        if not os.path.isdir(place):
            continue
        for name in os.listdir(place):
            if name.endswith(".dist-info") and name.lower().startswith(DECIDING):
                yield f"{place}/{name}"
