"""Expressions of the syntax tree, read as sizes, static arguments and values.

In: an expression, and the `Reading` at its place: the names of the spec, the indices in force, and a list for
requirements.  Out: a `Size`, a `Setting` or a `Node` of the graph; a mistake is raised as `Rejected`.  The modules,
lowest first; each imports only modules before it, and asks for parts of an expression through `Reading`:

- `names`, `scope`, `reading`: the context.  `names` has everything declared, `scope` the indices at one place.
- `literals`, `unbound`, `familiar_axes`, `familiar`: numbers and tables; help for unbound indices and foreign names.
- `debts`, `binders`, `recognition`, `subscripts`: requirements of sizes, new indices, whether an expression is a
  size, and subscripts.
- `size_expressions`, `size_conditions`, `written_shapes`: sizes, conditions on them, and shapes.
- `lookup`, `callees`, `settings`: blocks by name, blocks about to be applied, and static arguments.
- `applications`, `sites`, `operators`, `op_calls`, `function_calls`, `unknown_functions`, `calls`: everything applied.
- `conditionals`, `value_expressions`: values.
- `read`: the class that puts sizes, static arguments and values together.
"""
