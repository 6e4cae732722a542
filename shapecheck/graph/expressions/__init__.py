"""Expressions of the syntax tree, read as sizes, static arguments and values.

In: an expression, and the `Reading` at its place: the names of the spec, the indices in force, and a list for
requirements.  Out: a `Size`, a `Setting` or a `Node` of the graph; a mistake is raised as `Rejected`.  Every module
imports only modules before it in this list, and asks for the parts of an expression through `Reading`:

- `declared_names`, `scope`, `expression_reading`: the context: everything declared, and the indices at one place.
- `literals`: numbers, lists of numbers and tables.
- `familiar_axes`, `familiar`: names and forms of NumPy, PyTorch and Keras, and the form to write instead.
- `binders`, `recognition`, `subscripts`: new indices, whether an expression is a size, subscripts and paths.
- `size_expressions`, `size_conditions`, `written_shapes`: sizes, conditions on them, and shapes.
- `callees`, `settings`: blocks about to be applied, and their static arguments.
- `applications`, `ops_applied`, `calls`: blocks, functions and ops applied to their operands.
- `data_ends`, `indexed_operators`, `conditionals`, `value_expressions`: values.
- `complete_reading`: the class that puts sizes, static arguments and values together.
"""
