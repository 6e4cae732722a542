"""Offsets and positions: the units are counted by Python's own encoders, one character after the other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.editor.positions import UNITS, Positions

TEXTS = st.text(alphabet=st.sampled_from("ab\t\n\ré𝔸 \x0c\u2028#"), max_size=40)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [("𝔸 = é", 5, (0, 6)), ("\tx", 1, (0, 1)), ("a\r\nb", 3, (1, 0)), ("a\rb", 2, (1, 0)), ("é𝔸", 2, (0, 3))],
)
def test_units_of_utf16(text: str, offset: int, expected: tuple[int, int]) -> None:
    """𝔸 takes two units in UTF-16, é and a tab one; CRLF and CR alone end a line."""
    assert Positions(text).at(offset) == expected
    assert Positions(text).offset(*expected) == offset


@given(TEXTS, st.sampled_from(sorted(UNITS)))
def test_there_and_back(text: str, encoding: str) -> None:
    """Every offset but one inside of CRLF comes back; lines are cut as the protocol says."""
    found = Positions(text, encoding)
    lines = re.split("\r\n|\n|\r", text)
    assert found.count == len(lines)
    for offset in range(len(text) + 1):
        line, character = found.at(offset)
        if text[offset - 1 : offset + 1] != "\r\n" or not offset:
            start = len(text) - len("".join(re.split("(\r\n|\n|\r)", text)[2 * line :]))
            units = len(text[start:offset].encode(encoding if encoding == "utf-8" else f"{encoding}-le"))
            assert (line, character * UNITS[encoding]) == (line, units)
            assert found.offset(line, character) == offset


@given(TEXTS, st.integers(-3, 60), st.integers(-3, 60))
def test_positions_outside_are_moved_inside(text: str, line: int, character: int) -> None:
    """Any position gives an offset of the text, and never one inside of a character."""
    found = Positions(text)
    offset = found.offset(line, character)
    assert 0 <= offset <= len(text)
    assert found.offset(*found.at(offset)) == offset or text[offset - 1 : offset + 1] == "\r\n"
