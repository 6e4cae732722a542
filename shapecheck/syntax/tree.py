"""The syntax tree of a spec: what the author wrote, name for name, every node with its span.

Spans do not take part in equality: a Unicode and an ASCII spelling of the same text give equal trees.  Names are
stored in their ASCII spelling (`sigma` for the Greek letter), operators likewise (`.*`, `->`, `<=`).  Nothing here
knows what a name means; that is the business of `shapecheck.graph`.
"""

from __future__ import annotations

from shapecheck.syntax.tree_expressions import (
    PATHS,
    Argument,
    BigOperator,
    Binary,
    Binder,
    Call,
    Coefficient,
    Column,
    Comparison,
    Conditional,
    Default,
    Expression,
    Field,
    Full,
    Index,
    Integer,
    Logic,
    Minus,
    Name,
    Node,
    Not,
    Pipe,
    Range,
    Real,
    Sizes,
    Stage,
    Subscript,
    Table,
    Text,
    Transpose,
    Tuple,
)
from shapecheck.syntax.tree_statements import (
    Annotation,
    Assume,
    Claim,
    Declaration,
    Declared,
    Dim,
    DimDeclaration,
    Equation,
    For,
    Function,
    Import,
    ImportName,
    Layer,
    Parameter,
    Shape,
    ShapeAxis,
    Signature,
    Spec,
    Statement,
    Target,
    Test,
)

__all__ = [
    "PATHS", "Annotation", "Argument", "Assume", "BigOperator", "Binary", "Binder", "Call", "Claim", "Coefficient",
    "Column", "Comparison", "Conditional", "Declaration", "Declared", "Default", "Dim", "DimDeclaration",
    "Equation", "Expression", "Field", "For", "Full", "Function", "Import", "ImportName", "Index", "Integer",
    "Layer", "Logic", "Minus", "Name", "Node", "Not", "Parameter", "Pipe", "Range", "Real", "Shape", "ShapeAxis",
    "Signature", "Sizes", "Spec", "Stage", "Statement", "Subscript", "Table", "Target", "Test", "Text", "Transpose",
    "Tuple",
]  # fmt: skip
