"""The pipeline as a whole: what a report holds, in which order, and when it is fine.

The independent truth is LANGUAGE.md, section 7, and specs small enough to be judged by eye.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.sizes import symbol
from shapecheck.source import Source
from shapecheck.stages import derive

from .graph.asking import report_of

GOOD = "dim p, d\ninput x : d\nweight W\ny : p = W @ x\nclaim W : p x d\n"


def test_a_good_spec() -> None:
    """One claim proved, p d parameters, p d products, nothing to tell."""
    report = report_of(GOOD)
    p, d = symbol("p"), symbol("d")
    assert (report.ok, report.diagnostics, report.params, report.macs) == (True, (), p * d, p * d)
    assert [str(verdict.word) for verdict in report.verdicts] == ["proved"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing here\n"])
def test_an_empty_spec(text: str) -> None:
    """There is nothing to check, and that is told: a lost file must not pass."""
    report = report_of(text)
    assert ([item.code for item in report.diagnostics], report.ok) == (["empty-file"], False)


def test_text_that_cannot_be_read_has_no_shapes() -> None:
    """A syntax error ends it."""
    shapes, diagnostics = derive(Source("t", "dim\n"))
    assert (shapes, len(diagnostics)) == (None, 1)


def test_names_that_cannot_be_read_have_no_shapes() -> None:
    """Nor an undeclared name; no claim is judged."""
    report = report_of("y = q + 1\nclaim y : scalar\n")
    assert (report.shapes, report.verdicts, report.ok) == (None, (), False)


def test_shapes_that_cannot_be_derived_judge_no_claim() -> None:
    """The claims are errors, and the message is given once."""
    report = report_of("dim p, d\ninput a : p, b : d\ny = a + b\nclaim y : p\nclaim p >= 1\n")
    assert [str(verdict.word) for verdict in report.verdicts] == ["error", "error"]
    assert [item.code for item in report.diagnostics] == ["unequal-sizes"]
    assert (report.params, report.macs) == (None, None)


def test_messages_come_in_the_order_of_the_text() -> None:
    """Names are read before shapes, but line 3 comes before line 4."""
    report = report_of("dim p, d\ninput a : p, b : d\ny = a + b\nz = q + 1\n")
    lines = [report.source.position(item.span.start)[0] for item in report.diagnostics if item.span]
    assert lines == sorted(lines) == [3, 4]


def test_verdicts_come_in_the_order_of_the_text() -> None:
    """Claims inside and outside of tests, by their place."""
    text = "dim n\nclaim n >= 1\ntest a(n = 2) {\n  claim n == 2\n}\nclaim n >= 0\n"
    report = report_of(text)
    assert [verdict.claim.text for verdict in report.verdicts] == ["n >= 1", "n == 2", "n >= 0"]


def test_an_unexpected_verdict_is_not_fine() -> None:
    """Refuted without `expect refuted`."""
    assert not report_of("dim n\nclaim n > 1\n").ok


def test_a_false_sentence_may_be_expected() -> None:
    """A file with a false sentence can be a good file."""
    assert report_of("dim n\nclaim n > 1 expect refuted\n").ok


def test_strict_wants_a_proof_or_an_expected_test() -> None:
    """abs(tanh(x)) <= 1 is tested: fine, unless strict; fine again where `expect tested` says so."""
    text = "dim n\ninput x : n\nclaim abs(tanh(x)) <= 1{}\n"
    texts = [text.format(expect) for expect in ("", " expect tested")]
    found = [report_of(item, strict=strict).ok for item in texts for strict in (False, True)]
    assert found == [True, False, True, True]


def test_a_warning_is_no_error() -> None:
    """A size named x is a remark."""
    report = report_of("dim x\ninput a : x\n")
    assert (len(report.diagnostics), report.has_errors, report.ok) == (1, False, True)


def test_the_spec_is_run_at_its_tests() -> None:
    """Two tests, two settings; every array is compared with its derived shape: x, W and y each time."""
    report = report_of(GOOD + "test a(p = 2, d = 3)\ntest b(p = 4, d = 1)\n")
    assert report.sizes_run == ({"p": 2, "d": 3}, {"p": 4, "d": 1})
    assert report.confirmed >= 2


def test_a_spec_without_tests_is_run_at_small_distinct_sizes() -> None:
    """p = 1, d = 2: the smallest two that differ."""
    assert report_of(GOOD).sizes_run == ({"p": 1, "d": 2},)


def test_a_run_that_stops_is_a_finding() -> None:
    """log(0) of literal data is -inf, 0 / 0 no number: told with its place, and the report is not fine."""
    report = report_of("a = 0\ny = a / a\n")
    assert not report.ok
    assert [report.source.position(item.span.start)[0] for item in report.diagnostics if item.span] == [2]


def test_memory_is_limited() -> None:
    """10^6 x 10^6 numbers are 8 TB: refused before anything is allocated."""
    text = "dim n\ny = zeros(n x n)\ntest large(n = 1000000)\n"
    assert [item.code for item in report_of(text).diagnostics] == ["too-much-memory"]


def test_the_memory_limit_is_an_option() -> None:
    """A hundred numbers do not fit into 100 bytes, and do into the usual limit."""
    text = "dim n\ny = ones(n)\nz = y + 1\ntest t(n = 100)\n"
    assert [report_of(text, memory_limit=limit).ok for limit in (100, 1 << 20)] == [False, True]


def test_a_recurrence_of_a_million_steps_is_no_deep_recursion() -> None:
    """Shapes for all T do not depend on T."""
    assert report_of("dim T\nh[0] = 0\nh[t] = h[t-1] + 1 for t in 1..T\nclaim h : T + 1\n").ok


def test_a_chain_of_a_thousand_equations() -> None:
    """No recursion along the equations either; the last is as long as the first."""
    lines = "".join(f"a{k} = a{k - 1} + 1\n" for k in range(1, 1001))
    assert report_of(f"dim n\ninput a0 : n\n{lines}claim a1000 : n\n").ok


def test_a_chain_in_reverse_order() -> None:
    """Order does not matter, to the depth of the recursion either."""
    lines = "".join(f"a{k} = a{k - 1} + 1\n" for k in range(1000, 0, -1))
    assert report_of(f"claim a1000 : n\n{lines}input a0 : n\ndim n\n").ok


def test_checking_twice_gives_the_same() -> None:
    """Nothing is kept between checks that could change the second."""
    one, other = (check(Source("t", GOOD + "claim p > d\n")) for _ in range(2))
    assert [(v.word, v.method, dict(v.counterexample)) for v in one.verdicts] == [
        (v.word, v.method, dict(v.counterexample)) for v in other.verdicts
    ]


def test_names_of_sizes_do_not_leak_between_specs() -> None:
    """The same name in two specs: bounds of one do not count in the other."""
    first, second = report_of("dim n >= 5\nclaim n >= 5\n"), report_of("dim n\nclaim n >= 5\n")
    assert [str(report.verdicts[0].word) for report in (first, second)] == ["proved", "refuted"]
