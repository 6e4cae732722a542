"""The body of a block as a spec of its own, without an application.

In: a definition.  Out: a `Graph` whose sizes are the block's parameters and own sizes, with its claims and tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import claim_errors
from shapecheck.graph.applied_bodies import body_as_written, next_serial, sole_output, without_unused
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.callees import default_in
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Block, Names
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.graph.expressions.sized_parameters import length, length_bound, name_of_length
from shapecheck.graph.model import Claim, Dim, Graph
from shapecheck.graph.numbering.first_indices import Blocks
from shapecheck.graph.numbering.renumber import renumber
from shapecheck.graph.reads import claim_reads
from shapecheck.graph.statements.statement_reader import StatementReader
from shapecheck.sizes import ZERO, SizeFamily, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


def on_its_own(definition: Definition, root: Graph) -> tuple[Graph, tuple[Diagnostic, ...]] | None:
    """The graph of a block's body: its parameters without default are sizes, its inputs are as declared.

    None for a block that can only be read as it is applied: an input has no shape, or a parameter is a block.
    """
    if any(port.rank is None for port in definition.inputs) or _takes_blocks(definition):
        return None
    names = Names(definition.home, Block(sole_output=sole_output(definition), is_alone=True), next_serial())
    dims: dict[str, Dim] = {}
    for parameter in definition.parameters:
        if not definition.is_function or parameter.shape is None:
            _take_parameter(definition, parameter, names, dims)
    reader = StatementReader(root.source, names, dims)
    reader.read(definition.statements)
    graph, vain = _with_readable_claims(without_unused(reader.graph()))
    graph, unclear = renumber(graph, BLOCKS)
    return graph, (*names.diagnostics, *vain, *unclear)


# ---- parameters ----------------------------------------------------------------------------------


def _take_parameter(definition: Definition, parameter: tree.Parameter, names: Names, dims: dict[str, Dim]) -> None:
    """Record the default of a parameter, else a size of its name, or a list if it has a shape or is subscripted."""
    if parameter.default is not None:
        try:
            known = {parameter.name: default_in(reading_at(names), definition, parameter)}
            names.take_settings({**known, **length_bound(parameter, known)})
        except Rejected as rejected:
            names.report(rejected, parameter.name)
        return
    bound = None if definition.is_function else name_of_length(parameter)
    if bound is not None:
        _take_list(parameter, bound, names, dims)
        return
    entries = length(parameter) or _entries_used(definition, parameter.name)
    labels = [f"{parameter.name}[{at}]" for at in range(entries)] if entries else [parameter.name]
    for label in labels:
        dims[label] = Dim(label, 1, None, parameter.span)
    names.take_settings({parameter.name: tuple(map(symbol, labels)) if entries else symbol(parameter.name)})


def _take_list(parameter: tree.Parameter, length: str, names: Names, dims: dict[str, Dim]) -> None:
    """Record a list of any length: its length is a size, and its entries are a family of sizes."""
    ranges = ((ZERO, symbol(length) - 1),)
    family = SizeFamily(parameter.name, ranges, ("i",))
    dims[length] = Dim(length, 1, None, parameter.span)
    dims[parameter.name] = Dim(parameter.name, 1, None, parameter.span, family)
    names.take_settings({length: symbol(length), parameter.name: SizeList(parameter.name, ranges, ("i",), family)})


def _entries_used(definition: Definition, name: str) -> int:
    """The number of entries of a parameter in the body: `size[0]`, `size[1]`; 0 if it is not subscripted."""
    found = 0
    for node in _nodes(definition):
        match node:
            case tree.Index(tree.Name(base), (tree.Integer(at),)) if base == name:
                found = max(found, at + 1)
    return found


def _takes_blocks(definition: Definition) -> bool:
    """Whether a parameter without default is applied to something."""
    free = {item.name for item in definition.parameters if item.default is None and item.shape is None}
    for node in _nodes(definition):
        match node:
            case tree.Call(tree.Name(name)) | tree.Stage(tree.Name(name)) if name in free:
                return True
            case tree.Call(tree.Name("repeat"), (_, tree.Argument(_, tree.Name(name)))) if name in free:
                return True
    return False


def _nodes(definition: Definition) -> Iterator[tree.Node]:
    return (node for statement in definition.statements for node in walk(statement))


# ---- weights that a parameter switches off -------------------------------------------------------


def _with_readable_claims(graph: Graph) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """The graph without claims on weights that do not exist, and an error for each of them."""
    wrong = [
        claim_errors.switched_off(name, claim.span)
        for claim in (*graph.claims, *(claim for test in graph.tests for claim in test.claims))
        for name in sorted(claim_reads(claim) - graph.families.keys())
    ]
    reported = {diagnostic.span for diagnostic in wrong}

    def kept(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.span not in reported)

    tests = tuple(replace(test, claims=kept(test.claims)) for test in graph.tests)
    return replace(graph, claims=kept(graph.claims), tests=tests), tuple(wrong)


BLOCKS = Blocks(on_its_own, body_as_written)
"""The ways to read the body of a block, for its numbering."""
