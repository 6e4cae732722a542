"""A cluster of Dask as workers, for `--cluster`.

Comes in: the address of a scheduler, or the path of its file.  Goes out: `Workers`.  Dask itself tries again what a
worker that died was working on.  The versions of the workers are asked for before anything is sent.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from shapecheck import __version__
from shapecheck.commands.exit_codes import Refused

MISSING = "--cluster needs the package distributed: pip install 'shapecheck-lang[dask]'"
PATIENCE = "20s"
"""The time in which a scheduler must answer."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Cluster:
    """The workers of a scheduler; raises `Refused` where it cannot be reached, or where they are of no use."""

    def __init__(self, address: str) -> None:
        self._client = _client(address)
        try:
            _wait_for_workers(address, self._client)
            _check_versions(address, self._client.run(_version, on_error="return"))
        except Refused:
            self.close()
            raise
        self._executor = self._client.get_executor(pure=False)

    def submit(self, work: Callable[[_Item], _Result], item: _Item, /) -> Future[_Result]:
        future: Future[_Result] = self._executor.submit(work, item)
        return future

    def renew(self, alone: bool) -> None:
        """Leaves it to the scheduler to find other workers."""

    def close(self) -> None:
        """Leaves the cluster as it was."""
        self._client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise Refused(MISSING) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    place = {"scheduler_file": address} if os.path.isfile(address) else {"address": address}
    try:
        return Client(**place, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a `TimeoutError` is an `OSError`
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise Refused(f"--cluster: cannot reach the scheduler at {address}: {lines[0]}") from error


def _wait_for_workers(address: str, client: Any) -> None:
    """Waits for the first worker; workers may start after their scheduler."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except OSError as error:
        raise Refused(f"--cluster: the scheduler at {address} has no workers") from error


def _version() -> str:
    """The version of this program on a worker."""
    from shapecheck import __version__ as there

    return there


def _check_versions(address: str, versions: Mapping[str, str | Exception]) -> None:
    """Refuses workers that have another version, or none; one that just died is none of them."""
    for worker, version in versions.items():
        if isinstance(version, ImportError):
            raise Refused(f"--cluster: the worker {worker} has no shapecheck: {version}")
        if isinstance(version, str) and version != __version__:
            raise Refused(f"--cluster: the worker {worker} has shapecheck {version}, and this is {__version__}")
    if not any(isinstance(version, str) for version in versions.values()):
        raise Refused(f"--cluster: the scheduler at {address} has no workers")
