"""The table of a spec with the chosen columns, depth of blocks, symbols or numbers.

Comes in: `Shapes` and a `TableContents`.  Goes out: a `Table`.  Sizes stay symbols in the rows; numbers are put in
column by column, and only where every size that a column needs is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from os.path import basename

from shapecheck.diagnostics.render import sizes_text
from shapecheck.diagnostics.suggest import nearest
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import Cases
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.cells import UNKNOWN, Amount, Cell, Column, Dims, Extent, Name, Phrase, Row, is_unknown
from shapecheck.report.spec_table.columns import BYTES, DEFAULT, TITLES, amount, cell, chosen
from shapecheck.report.spec_table.item import Item
from shapecheck.report.spec_table.spec_items import items
from shapecheck.report.table.model import Table
from shapecheck.report.worded_table import worded_table
from shapecheck.report.wording import Wording, wording_of
from shapecheck.sizes import Formula, Inadmissible, Size, Undefined
from shapecheck.sizes.questions.formula import without_not
from shapecheck.terms.receptive.fields import Reach

Sizes = Mapping[str, int]
MOST_LEAVES = 200
"""Rows in blocks by which counts are grouped, at most."""
MOST_TOLD = 4
"""Most answers to its conditions for which a total that depends on the sizes is shown."""
NUMERIC = ("shape", "parameters", "macs", "activations", "receptive-field", *BYTES)
"""Columns that may be repeated for each setting of the sizes."""


class BadSetting(ValueError):
    """Sizes that cannot be put into a table; the message says which, and what to write."""


@record
class TableContents:
    """The wanted contents of a table.

    `depth` is how many blocks deep rows go (0: blocks are folded).  `settings` are sizes to show numbers for,
    `symbolic` keeps the symbols beside them, and the sizes in `kept` stay symbols everywhere.
    """

    columns: tuple[str, ...] = DEFAULT
    depth: int = 0
    settings: tuple[Sizes, ...] = ()
    symbolic: bool = False
    kept: tuple[str, ...] = ()
    caption: str = ""
    label: str = ""
    in_words: bool = False
    """Whether large numbers are told in thousands, millions, billions."""
    is_owed: bool = False
    """Whether the shapes hold where what the equations need is met, which nothing assumes."""


@record(eq=False)
class Layout:
    """The columns of a table as they come to stand, with all their cells."""

    heads: list[Column] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)

    def add(self, head: Column, cells: list[Cell]) -> None:
        """One more column; one of numbers alone is set to the right."""
        numbers = all(one == "" or (isinstance(one, Amount) and one.size.constant is not None) for one in cells)
        self.heads.append(replace(head, align="right") if numbers and any(cells) else head)
        self.cells.append(cells)


def build(shapes: Shapes, contents: TableContents) -> Table:
    """The table; raises `UnknownColumn` or `BadSetting`."""
    columns = chosen(contents.columns)
    for setting in contents.settings or ({},):
        check_setting(shapes, setting, contents.kept)
    told = tuple(_flat(items(shapes), contents.depth))
    totals = _totals(shapes, columns)
    fields = _fields(shapes) if "receptive-field" in columns else _not_asked
    layout = Layout()
    for column in columns:
        source = shapes.graph.source
        cells = [cell(item, column, source, fields) for item in told]
        _add_column(layout, column, [*cells, *(row[columns.index(column)] for row in totals)], shapes, contents)
    rows = tuple(zip(*layout.cells)) if layout.cells[0] else ()
    rows = tuple(map(_in_words, rows)) if contents.in_words else rows
    cut = len(rows) - len(totals)
    table = Table(
        tuple(layout.heads), rows[:cut], _title(shapes, contents), rows[cut:], contents.caption, contents.label,
        tuple(shapes.graph.dims),
    )  # fmt: skip
    return worded_table(table, _wording(shapes, contents), *_inside(told))


def _inside(told: Sequence[Item]) -> tuple[list[Size], list[tuple[Size, ...]]]:
    """The axes inside of the blocks, and the multiply-accumulates that each row, and all of them, add up."""
    top = [item for item in told if not item.name.depth]
    leaves = [[*_leaves(item)] for item in top]
    every = [leaf for found in leaves for leaf in found]
    if len(every) > MOST_LEAVES:
        return [], []
    axes = [size for leaf in every for size in leaf.shape.sizes if not is_unknown(size)]
    return axes, [tuple(leaf.macs for leaf in found if leaf.macs is not None) for found in (*leaves, every)]


def _leaves(item: Item) -> Iterator[Item]:
    """The rows without parts that a row adds up."""
    if not item.parts:
        yield item
    for part in item.parts:
        yield from _leaves(part)


def _wording(shapes: Shapes, contents: TableContents) -> Wording:
    """The assumptions; with a single setting, those on sizes that stay symbols."""
    wording = wording_of(shapes, is_owed=contents.is_owed)
    alone = len(contents.settings) == 1 and not contents.symbolic
    return wording.at(contents.settings[0]) if alone else wording


def _in_words(row: Row) -> Row:
    return tuple(replace(one, in_words=True) if isinstance(one, Amount) else one for one in row)


def _not_asked(item: Item) -> Cell:
    return ""


def _fields(shapes: Shapes) -> Callable[[Item], Cell]:
    """The part of each input that one entry of a row sees; the input is named where there are several."""
    reach = Reach(shapes)
    several = sum(family.role == "input" for family in shapes.graph.families.values()) > 1

    def told(item: Item) -> Cell:
        members = tuple(size.constant for size in item.name.subscripts) if "." not in item.family else ()
        found = reach.extents(item.family, members)
        if found is None:
            return UNKNOWN
        parts = [part for name, sizes in found.items() for part in (", ", f"{name}: " if several else "", Dims(sizes))]
        return Phrase(tuple(parts[1:])) if several or len(found) > 1 else Dims(*found.values()) if found else ""

    return told


def _title(shapes: Shapes, contents: TableContents) -> str:
    title = basename(shapes.graph.source.title)
    alone = len(contents.settings) == 1 and not contents.symbolic
    return f"{title}, {sizes_text(contents.settings[0])}" if alone and contents.settings[0] else title


def _flat(found: Iterable[Item], depth: int) -> Iterator[Item]:
    """The rows down to a depth, those of a body below the block's own."""
    for item in found:
        yield item
        if depth > 0:
            yield from _flat(item.parts, depth - 1)


def _totals(shapes: Shapes, columns: Sequence[str]) -> list[Row]:
    totals = {"parameters": "params", "macs": "macs"} | {
        column: "params" for column, (counted, _) in BYTES.items() if counted == "parameters"
    }
    if not any(column in totals for column in columns):
        return []
    row = [
        _total(counts.cases(shapes, totals[column]), *BYTES.get(column, ("", 1))[1:]) if column in totals else ""
        for column in columns
    ]
    first = next((at for at, column in enumerate(columns) if column not in totals), None)
    if first is not None:
        row[first] = "total"
    return [tuple(row)]


def _total(found: Cases, each: int = 1) -> Cell:
    """A total, `each` for one that is counted; where it depends on the sizes, each with its condition."""
    sizes = [size * each for _, size in found if size is not None]
    if len(found) == 1 or len(sizes) < len(found) or len(found) > MOST_TOLD:
        single = counts.single(found)
        return amount(None if single is None else single * each)
    parts: list[str | Size | Dims] = []
    for (facts, _), size in zip(found[:-1], sizes):
        told = " and ".join(str(without_not(fact)) for fact in facts)
        parts += [size, f" if {told}, "]
    return Phrase((*parts, "else ", sizes[-1]))


# ---- numbers for symbols -----------------------------------------------------------------------


def _add_column(layout: Layout, column: str, cells: list[Cell], shapes: Shapes, contents: TableContents) -> None:
    title, settings = TITLES[column], contents.settings
    alone = len(settings) == 1 and not contents.symbolic
    if not settings or (column not in NUMERIC and not alone):
        layout.add(Column(title, column), cells)
        return
    numbers = [[put(one, setting, shapes, contents.kept) for one in cells] for setting in settings]
    if alone or all(found == cells for found in numbers):
        layout.add(Column(title, column), numbers[0])
        return
    if contents.symbolic:
        layout.add(Column(title, column), cells)
    for setting, found in zip(settings, numbers):
        text = sizes_text(setting)
        layout.add(Column(f"{title}, {text}", f"{column}, {text}"), found)


def put(one: Cell, setting: Sizes, shapes: Shapes, kept: Sequence[str]) -> Cell:
    """A cell with numbers for sizes; raises `BadSetting` where a size in it is not set."""

    def number(size: Size) -> Size:
        missing = [name for name in shapes.graph.free_sizes if name in size.names and name not in {*setting, *kept}]
        if missing:
            raise BadSetting(_missing(missing[0], setting))
        try:
            return size.substitute(dict(setting))
        except Inadmissible as error:
            raise BadSetting(f"{size} has no value for {sizes_text(setting)}") from error

    match one:
        case Amount(size):
            return Amount(number(size))
        case Dims(sizes):
            return Dims(tuple(map(number, sizes)))
        case Phrase(parts):
            return Phrase(tuple(_part(part, number) for part in parts))
        case Name():
            ranges = tuple(Extent(item.label, number(item.low), number(item.high)) for item in one.ranges)
            return replace(one, ranges=ranges)
        case str():
            return one


def _part(part: str | Size | Dims, number: Callable[[Size], Size]) -> str | Size | Dims:
    if isinstance(part, Dims):
        return Dims(tuple(map(number, part.sizes)))
    return number(part) if isinstance(part, Size) else part


def _missing(name: str, setting: Sizes) -> str:
    whole = ",".join([*(f"{known}={value}" for known, value in setting.items()), f"{name}=1"])
    return f"the size {name} is not set; write --set {whole}, or --keep {name} to leave it a symbol"


def check_setting(shapes: Shapes, setting: Sizes, kept: Sequence[str]) -> None:
    """Raise `BadSetting` for names that are no sizes, and for sizes that the spec does not admit."""
    graph = shapes.graph
    wanted = graph.least_at(setting)
    for name in (*setting, *kept):
        if name not in wanted:
            near = nearest(name, wanted)
            known = f"did you mean {near}?" if near else f"its sizes are {', '.join(wanted) or 'all fixed'}"
            raise BadSetting(f"{name} is not a free size of this spec; {known}")
    for name, value in setting.items():
        if value < wanted[name]:
            raise BadSetting(f"the size {name} is {value}, and must be at least {wanted[name]}")
    known_sizes = {**setting, **_measured(shapes, setting)}
    for assumption in graph.assumptions:
        if _holds(assumption.formula, known_sizes) is False:
            raise BadSetting(f"the sizes {sizes_text(setting)} violate the assumption {assumption.text}")
    for owed in shapes.requirements:
        is_owed = all(_holds(fact, known_sizes) is True for fact in owed.facts)
        if is_owed and _holds(owed.relation, known_sizes) is False:
            raise BadSetting(f"the sizes {sizes_text(setting)} do not fit: this needs {owed.why}")


def _holds(formula: Formula, sizes: Sizes) -> bool | None:
    """Whether a statement holds; None where a size in it is not set."""
    try:
        return formula.holds(sizes) if formula.names <= sizes.keys() else None
    except Undefined:  # a member of a family of sizes is not set
        return None


def _measured(shapes: Shapes, setting: Sizes) -> dict[str, int]:
    """Measured sizes whose value follows."""
    return {name: size.evaluate(setting) for name, size in shapes.measures.items() if size.names <= setting.keys()}
