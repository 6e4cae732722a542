"""Integers as decimal digits, however many: Python itself refuses beyond some thousand."""

from __future__ import annotations

SHORT = 2**4000


def numeral(value: int) -> str:
    """The decimal digits of an integer, with a minus in front where it is negative."""
    if -SHORT < value < SHORT:
        return str(value)
    from decimal import Decimal

    return format(Decimal(value), "f")
