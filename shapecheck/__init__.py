"""shapecheck: shapes of neural networks, derived and verified for all sizes.

>>> import shapecheck
>>> spec = shapecheck.loads("dim n, m\\ninput A : n x m, b : m\\ny = A @ b\\n")
>>> spec.shape("y")
(n,)
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in `typing`, which takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from shapecheck.checked import Report
    from shapecheck.notebook import load_ipython_extension
    from shapecheck.spec import Spec, SpecError, load, loads

__all__ = ["Report", "Spec", "SpecError", "__version__", "load", "load_ipython_extension", "loads"]

__version__ = "0.1.0"

_HOMES = {
    "Report": "checked", "Spec": "spec", "SpecError": "spec", "load": "spec", "loads": "spec",
    "load_ipython_extension": "notebook",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"shapecheck.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
