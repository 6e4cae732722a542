"""Spec -> Graph: the entry of this room."""

from __future__ import annotations

from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.blocks_alone import BLOCKS
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.imports import Importer
from shapecheck.graph.library import Library
from shapecheck.graph.model import Graph
from shapecheck.graph.numbering.renumber import renumber
from shapecheck.graph.statements.statement_reader import StatementReader
from shapecheck.source import Source
from shapecheck.syntax import tree


def build(source: Source, spec: tree.Spec) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """The graph of a spec, as far as it can be read, and the mistakes in the rest."""
    importer = Importer(source, Library(source))
    home = importer.home(source, spec.statements)
    reader = StatementReader(source, Names(home))
    reader.read(spec.statements)
    graph, unclear = renumber(reader.graph(), BLOCKS)
    own = tuple(block for block in home.definitions.values() if block.home is home)
    return replace(graph, blocks=own), (*importer.diagnostics, *reader.names.diagnostics, *unclear)
