"""Integers as decimal digits, however many: Python itself refuses beyond some thousand."""

from __future__ import annotations

SHORT = 2**4000
SHORT_TEXT = 1000


def numeral(value: int) -> str:
    """The decimal digits of an integer, with a minus in front where it is negative."""
    if -SHORT < value < SHORT:
        return str(value)
    from decimal import Decimal

    return format(Decimal(value), "f")


def from_numeral(text: str) -> int:
    """The integer of these digits."""
    if len(text) <= SHORT_TEXT:
        return int(text)
    from decimal import Decimal

    return int(Decimal(text))
