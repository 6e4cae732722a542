"""A shape behind the last of several names belongs to all of them; where it fits one of them only, that is said.

Independent truth: the list as a lecturer would correct it by hand.
"""

from __future__ import annotations

from shapecheck.check import check
from shapecheck.source import Source

LIST = "dim a, p\ninput x : 2p\nweight Wf, Vf, Wb, Vb, Wa : a x 2p\ny = Wf @ x\nz = Vf @ y\n"


def test_the_help_is_to_declare_them_apart() -> None:
    """Vf is applied to a vector of a entries; making 2p and a equal would mend the letter of it."""
    (found,) = check(Source("t", LIST)).diagnostics
    assert found.help == (
        "`a x 2p` is said of each of Wf, Vf, Wb, Vb, Wa: declare them apart, or leave the shape to the equations"
    )


def test_both_ways_out_work() -> None:
    """Declared apart, or left to the equations, the spec is right."""
    assert check(Source("t", LIST.replace("Wf, Vf, Wb", "Vf : a x a, Wf, Wb"))).ok
    left_open = LIST.replace("Wf, Vf, Wb", "Wf, Wb").replace("y = ", "weight Vf\ny = ").replace("z = ", "z : p = ")
    assert check(Source("t", left_open)).ok


def test_inputs_are_given_and_stay_a_question_of_sizes() -> None:
    """The shape of an input cannot be left to the equations."""
    text = "dim a, p\ninput x, u : a\nweight W : p x 2p\ny = W @ x\n"
    (found,) = check(Source("t", text)).diagnostics
    assert "assume" in str(found.help)
