"""The magics `%%shapecheck`, for a spec in a cell, and `%shapecheck`, for one in a file.

Comes in: the line with its options and the cell.  Goes out: what is shown, and the spec under the name that it is
given.  A wrong option is a line of text, as in the shell.
"""

from __future__ import annotations

import os
from typing import Any

import click
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from shapecheck.folders import reader
from shapecheck.notebook.display import story, typeset
from shapecheck.source import Source
from shapecheck.spec import Spec, load


@click.command("%%shapecheck", add_help_option=False)
@click.argument("file", required=False)
@click.option("-n", "--name", help="Keep the spec under this name.")
@click.option("-v", "--verbose", is_flag=True, help="Tell the whole story.")
@click.option("-q", "--quiet", is_flag=True, help="Show nothing where all is well.")
@click.option("-t", "--table", is_flag=True, help="Show the table of shapes, too.")
@click.option("-e", "--equations", is_flag=True, help="Show the equations, typeset.")
@click.option("--strict", is_flag=True, help="Claims that are only tested fail.")
@click.option("--no-check", is_flag=True, help="Only keep the spec.")
def _options(**given: Any) -> dict[str, Any]:
    return given


@magics_class
class ShapecheckMagics(Magics):  # type: ignore[misc]
    """The magics, bound to a shell."""

    @line_cell_magic  # type: ignore[untyped-decorator]
    def shapecheck(self, line: str, cell: str | None = None) -> None:
        """Check the spec in this cell, or (`%shapecheck FILE`) in a file, and show the report.

        %%shapecheck --name gru -v --table
        """
        options = _parsed(line)
        name = options["name"]
        if name is not None and not name.isidentifier():
            raise UsageError(f"--name: {name!r} is no name in Python")
        spec = _spec(options["file"], cell, name or "<cell>")
        if name is not None:
            self.shell.user_ns[name] = spec
        if not options["no_check"]:
            _show(spec, options)


def _spec(file: str | None, cell: str | None, name: str) -> Spec:
    if (file is None) == (cell is None):
        raise UsageError("write %%shapecheck above a spec, or %shapecheck and the name of a file")
    if file is None:
        return Spec(Source(name, f"\n{cell}", reader([os.getcwd()])))  # the magic is the first line of the cell
    try:
        return load(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None


def _parsed(line: str) -> dict[str, Any]:
    import shlex

    try:
        options: dict[str, Any] = _options.main(shlex.split(line), standalone_mode=False)
    except click.ClickException as error:
        raise UsageError(error.format_message()) from None
    except ValueError as error:
        raise UsageError(f"{line.strip()}: {str(error).lower()}") from None
    return options


def _show(spec: Spec, options: dict[str, Any]) -> None:
    report = spec.check(strict=options["strict"])
    if options["verbose"]:
        display(story(report), raw=True)
    elif not (options["quiet"] and report.ok):
        display(report)
    if report.shapes is None or report.has_errors:
        return
    if options["equations"]:
        display(typeset(spec), raw=True)
    if options["table"]:
        display(spec.table())
