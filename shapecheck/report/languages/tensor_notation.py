r"""Names, members and shapes in formulas, in LaTeX, Typst and MathML.

In: a tensor's name with its subscripts, sizes, texts.  Out: the inside of a formula (`h_{t-1}^{(k)}`), or text with
everything escaped that would be markup.  As on slides, the number of a layer is a superscript in parentheses, every
other index a subscript, and the digits of a name (`c1`) are one too.  Sizes are written by a `Markup`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from shapecheck.record import record
from shapecheck.report.cells import UNKNOWN, Amount, Cell, Dims, Extent, Name, Phrase, is_unknown, rounded, told
from shapecheck.report.languages.letters import GREEK
from shapecheck.report.wording import Note, worded, written_size
from shapecheck.sizes import Formula, Size
from shapecheck.sizes.writing.notation import Sum

LAYERS = ("k", "l", "layer")
"""Names that authors use for the index of layers."""
ACCENTS = ("bar", "hat", "tilde", "prime")
"""Ends of names that are written as marks on a letter: `Wbar`, `alpha_hat`, `h_prime`."""
_ACCENT = re.compile(rf"([A-Za-z]|{'|'.join(sorted(GREEK))})(_?)({'|'.join(ACCENTS)})_?(\d*)")
_ENGLISH = frozenset({"what", "that", "chat"})
_DIGITS = re.compile(rf"([A-Za-z]|{'|'.join(sorted(GREEK))})_?(\d+)")
_TAIL = re.compile(rf"([A-Za-z]|{'|'.join(sorted(GREEK))})_([A-Za-z0-9]+)")


@record(eq=False)
class Notation:
    """One language of formulas.

    `factored` writes a size with its common factor in front, `number` a count in a text, `symbol` a name, `scripts` a
    base with what stands below and above it (either may be empty), `between` takes the ends of a range, `inline` puts a
    formula in a text, `accent` puts one of `ACCENTS` on a letter.
    """

    text: Callable[[str], str]
    size: Callable[[Size], str]
    factored: Callable[[Size], str]
    number: Callable[[int], str]
    symbol: Callable[[str], str]
    scripts: Callable[[str, str, str], str]
    fence: Callable[[str], str]
    product: Callable[[Sequence[str]], str]
    listed: Callable[[Sequence[str]], str]
    dotted: Callable[[Sequence[str]], str]
    between: Callable[[str, str, str], str]
    inline: Callable[[str], str]
    formula: Callable[[Formula], str]
    accent: Callable[[str, str], str]

    def note(self, note: Note) -> str:
        """The notes below a table, as text."""
        with worded(None):
            return "".join(map(self._piece, note))

    def _piece(self, part: str | Size | Formula) -> str:
        if isinstance(part, str):
            return self.text(part)
        return self.inline(self.size(told(part)) if isinstance(part, Size) else self.formula(part))

    def cell(self, cell: Cell) -> str:
        """The content of a cell of a table, in a text."""
        match cell:
            case Amount(size, in_words) if size.constant is not None:
                return self.text(rounded(size.constant)) if in_words else self.number(size.constant)
            case Amount(size):
                return UNKNOWN if is_unknown(size) else self.inline(self.factored(told(size)))
            case Dims():
                return self._dims(cell)
            case Name():
                return self.name(cell)
            case Phrase(parts):
                return "".join(map(self._part, parts))
            case str():
                return self.text(cell)

    def _part(self, part: str | Size | Dims) -> str:
        if isinstance(part, Dims):
            return self._dims(part)
        return self.text(part) if isinstance(part, str) else self.inline(self.size(told(part)))

    def _dims(self, cell: Dims) -> str:
        if any(map(is_unknown, cell.sizes)):
            return UNKNOWN
        return self.inline(self.shape(cell.sizes)) if cell.sizes else "scalar"

    def name(self, cell: Name) -> str:
        """Members of a tensor in a text: a formula where the name is one of a formula, its path as text elsewhere."""
        subscripts = [self.size(told(size)) for size in cell.subscripts]
        members = (self.inline(self.member(name, subscripts, cell.layers)) for name in (cell.name, *cell.beside))
        return ", ".join((*members, *(self.inline(self.extent(extent)) for extent in cell.ranges)))

    def member(self, name: str, subscripts: Sequence[str], layers: Sequence[int] = ()) -> str:
        """A name with subscripts that are formulas; those at the positions `layers` stand above."""
        base, tail, mark = split(name)
        below = [self.symbol(tail)] if tail else []
        below += [text for at, text in enumerate(subscripts) if at not in layers]
        above = [text for at, text in enumerate(subscripts) if at in layers]
        raised = self.fence(self.listed(above)) if above else ""
        letter = self.accent(mark, self.symbol(base)) if mark else self.path(base)
        return self.scripts(letter, self.listed(below) if below else "", raised)

    def path(self, name: str) -> str:
        """A name, or the names of a path with points between them."""
        return self.dotted([self.symbol(part) for part in name.split(".")]) if "." in name else self.symbol(name)

    def shape(self, sizes: Sequence[Size]) -> str:
        """The sizes with a cross between them, compound ones in parentheses; one alone as it is."""
        texts = [self.size(told(size)) for size in sizes]
        if len(texts) < 2:
            return "".join(texts)
        return self.product([self.fence(text) if _is_sum(size) else text for text, size in zip(texts, sizes)])

    def extent(self, extent: Extent) -> str:
        """An index and its range."""
        ends = (self.size(told(extent.low)), self.size(told(extent.high)))
        return self.between(self.symbol(extent.label), *ends)


def _is_sum(size: Size) -> bool:
    """Whether a size is written as a sum of several terms."""
    tree = written_size(told(size))
    return isinstance(tree, Sum) and len(tree.terms) > 1


def split(name: str) -> tuple[str, str, str]:
    """A letter, what stands below it, and its accent: `c1` is c with a 1, `W_h` has an h below, `Wbar` a bar above.

    Other names are whole.
    """
    marked = _ACCENT.fullmatch(name)
    if marked and name not in _ENGLISH:
        return marked[1], marked[4], marked[3]
    found = _DIGITS.fullmatch(name) or _TAIL.fullmatch(name)
    return (found[1], found[2], "") if found else (name, "", "")
