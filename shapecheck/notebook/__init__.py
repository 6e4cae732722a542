"""Notebooks: `%load_ext shapecheck` brings `%%shapecheck` cells, and specs, reports, tables and runs that show
themselves; mistakes are shown with carets, not with tracebacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Sets IPython up; `%load_ext shapecheck` calls it."""
    from shapecheck.notebook.display import register
    from shapecheck.notebook.magic import ShapecheckMagics

    register(shell)
    shell.register_magics(ShapecheckMagics)
