"""`python -m shapecheck`, and the command `shapecheck`: signals first, then all that takes time to import."""

from shapecheck.signals import leave_on_signals


def main() -> None:
    """Run the command line; the process ends with its exit code."""
    leave_on_signals()
    import gc
    import sys

    from shapecheck.commands.quick_start import carried_out_at_once

    try:
        code = carried_out_at_once(sys.argv[1:])
        if code is not None:
            sys.exit(code)
        from shapecheck.cli import main as program

        program()
    finally:
        gc.freeze()  # the interpreter searches for garbage before it ends: a seventh of the time of a small check


if __name__ == "__main__":
    main()
