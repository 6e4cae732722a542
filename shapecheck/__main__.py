"""`python -m shapecheck`, and the command `shapecheck`: signals first, then all that takes time to import."""

from shapecheck.signals import leave_on_signals


def main() -> None:
    """Run the command line; the process ends with its exit code."""
    leave_on_signals()
    from shapecheck.cli import main as program

    program()


if __name__ == "__main__":
    main()
