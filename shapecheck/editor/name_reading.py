"""Reads the names of a spec, by the rules of scopes that the graph is built with.

In: a spec's source with its syntax tree and tokens.  Out: `Names`.  Assumed: nothing; a name that means nothing is left
out, and so is all that stands in a statement with mistakes.  The file and each body of a block are scopes of their own;
a block sees blocks and its own names.  An index reaches as far as its statement, its `for` or its big operator.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.editor.block_paths import BlockPaths, Scope
from shapecheck.editor.spec_names import Entry, Key, Kind, Names
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import children, walk


class NameReader(BlockPaths):
    """Reads one spec."""

    def names(self) -> Names:
        """All names of the spec."""
        top: Scope = {}
        for statement in self._spec.statements:
            if isinstance(statement, tree.Layer | tree.Function):
                kind = Kind.LAYER if isinstance(statement, tree.Layer) else Kind.FUNCTION
                self._define(top, statement.name, kind, self._word(statement.span, 1), statement)
            elif isinstance(statement, tree.Import):
                self._import(statement, top)
        blocks = dict(top)
        self._collect(self._spec.statements, top)
        written = [item for item in self._spec.statements if isinstance(item, tree.Layer | tree.Function)]
        for block in written:
            self._open(block, blocks)
        self._made_by(self._spec.statements, top)
        for block in written:
            self._read_block(block, self._found.inside[blocks[block.name]])
        for statement in self._spec.statements:
            self._statement(statement, top)
        return self._result(top)

    def _result(self, top: Scope) -> Names:
        """All that was found; a place at which a name is defined is listed once."""
        found = self._found
        places = {(item.span, item.key): item for item in sorted(found.occurrences, key=lambda item: item.defines)}
        ordered = sorted(places.values(), key=lambda item: item.span)
        return Names(self._source, tuple(ordered), found.entries, found.inside, top, tuple(found.blocks), self._foreign)

    # ---- definitions ---------------------------------------------------------------------------

    def _import(self, statement: tree.Import, top: Scope) -> None:
        """The imported names: each means the block of the other file, under a name of its own after `as`."""
        other = self._other(statement.path.value) if isinstance(statement.path, tree.Text) else None
        for item in statement.names:
            key = self._std(item.name) if other is None else other.top.get(item.name)
            if other is not None:
                self._foreign[other.source.name] = other
            if key is not None:
                self._use(key, self._word(item.span, 0))
            if item.alias is not None:
                made = self._define(top, item.alias, Kind.LAYER, self._word(item.span, -1), item)
                self._found.entries[made] = Entry(Kind.LAYER, self._word(item.span, -1), item, alias=key)
            elif key is not None:
                top[item.name] = key

    def _collect(self, statements: Iterable[tree.Statement], scope: Scope) -> None:
        """The sizes, tensors, stages and tests of a scope; their order does not matter."""
        for statement in statements:
            match statement:
                case tree.Dim(declarations):
                    for size in declarations:
                        self._define(scope, size.name, Kind.SIZE, self._word(size.span, 0), size)
                case tree.Declaration(role, items):
                    for item in items:
                        self._define(scope, item.name, Kind.TENSOR, self._word(item.span, 0), item, role)
                case tree.For(_, body):
                    self._collect(body, scope)
                case tree.Equation():
                    self._collect_equation(statement, scope)
                case tree.Signature(target):
                    self._define(scope, target.name, Kind.TENSOR, self._word(target.span, 0), statement)
                case tree.Test(name):
                    self._define({}, name, Kind.TEST, self._word(statement.span, 1), statement)
                case _:
                    pass

    def _collect_equation(self, equation: tree.Equation, scope: Scope) -> None:
        for target in equation.targets:
            self._define(scope, target.name, Kind.TENSOR, self._word(target.span, 0), equation)
        self._collect_stages(equation.value, scope)

    def _collect_stages(self, value: tree.Node, scope: Scope) -> None:
        for node in walk(value):
            if isinstance(node, tree.Stage) and node.alias is not None:
                self._define(scope, node.alias, Kind.STAGE, self._word(node.span, -1), node)

    def _made_by(self, statements: Iterable[tree.Statement], scope: Scope) -> None:
        """The blocks that the values of names come from, for paths into them."""
        for statement in statements:
            if isinstance(statement, tree.For):
                self._made_by(statement.body, scope)
            elif isinstance(statement, tree.Equation):
                maker, kind = self._maker(statement.value, scope), self._instance(statement.value, scope)
                for target in statement.targets:
                    self._note_maker(scope.get(target.name), maker, kind)
                for node in walk(statement.value):
                    if isinstance(node, tree.Stage) and node.alias is not None:
                        self._note_maker(scope.get(node.alias), self._maker(node.layer, scope))

    def _instance(self, value: tree.Expression, scope: Scope) -> Kind | None:
        """The kind of a name whose value is a layer that is not applied: `cell = gru_cell(p)`."""
        if not isinstance(value, tree.Call) or not isinstance(value.function, tree.Name):
            return None
        key = scope.get(value.function.name) or self._std(value.function.name)
        entry = None if key is None else self._entry(key)
        return Kind.INSTANCE if entry is not None and entry.kind is Kind.LAYER else None

    def _note_maker(self, key: Key | None, maker: Key | None, kind: Kind | None = None) -> None:
        entry = self._found.entries.get(key) if key is not None else None
        if key is not None and entry is not None and maker is not None and entry.made_by is None:
            made = Entry(kind or entry.kind, entry.span, entry.node, entry.role, maker, entry.reach)
            self._found.entries[key] = made

    def _open(self, block: tree.Layer | tree.Function, blocks: Scope) -> None:
        """The scope of a block: its parameters, and what its body defines."""
        key, self._block = blocks[block.name], block.name
        scope = self._found.inside.setdefault(key, dict(blocks))
        self._found.blocks.append((block.span, key))
        for parameter in block.parameters:
            self._define(scope, parameter.name, Kind.PARAMETER, self._word(parameter.span, 0), parameter)
        if isinstance(block, tree.Function):
            self._sizes_in_shapes(block, scope)
        else:
            self._collect(block.body or (), scope)
            self._made_by(block.body or (), scope)
            for stage in block.chain or ():
                self._collect_stages(stage, scope)
        self._block = ""

    def _read_block(self, block: tree.Layer | tree.Function, scope: Scope) -> None:
        """The uses of names in a block."""
        self._block = block.name
        for parameter in block.parameters:
            self._parts(parameter, scope)
        for part in [block.body] if isinstance(block, tree.Function) else (block.body or block.chain or ()):
            self._walk(part, scope)
        self._block = ""

    def _sizes_in_shapes(self, block: tree.Function, scope: Scope) -> None:
        """The sizes in the shapes of a function's parameters are bound there."""
        for parameter in block.parameters:
            for node in () if parameter.shape is None else walk(parameter.shape):
                if isinstance(node, tree.Name) and (node.name not in scope or scope[node.name].block != block.name):
                    self._define(scope, node.name, Kind.SIZE, self._word(node.span, 0), node)

    # ---- uses ----------------------------------------------------------------------------------

    def _walk(self, node: tree.Node, scope: Scope) -> None:
        """The names in a statement or an expression."""
        match node:
            case tree.Layer() | tree.Function() | tree.Import():
                return
            case tree.Equation() | tree.For() | tree.Claim() | tree.Test() | tree.Assume() | tree.Signature():
                self._statement(node, scope)
            case tree.Declared(_, _, binders) | tree.DimDeclaration(_, _, _, binders):
                self._parts(node, self._bound(binders, scope, node.span))
            case tree.BigOperator(_, binders):
                self._parts(node, self._bound(binders, scope, node.span))
            case tree.Name(name):
                self._name(name, node.span, scope)
            case tree.Field():
                self._field(node, scope)
            case tree.Call():
                self._call(node, scope)
            case _:
                self._parts(node, scope)

    def _parts(self, node: tree.Node, scope: Scope) -> None:
        for part in children(node):
            self._walk(part, scope)

    def _statement(self, statement: tree.Node, scope: Scope) -> None:
        match statement:
            case tree.For(binders, body):
                inner = self._bound(binders, scope, statement.span)
                self._parts(tree.For(binders, ()), inner)
                for item in body:
                    self._walk(item, inner)
            case tree.Equation(_, targets, _, binders):
                inner = self._bound(binders, scope, statement.span)
                inner = self._fresh(targets, inner, statement.span)
                self._parts(statement, inner)
            case tree.Signature(target):
                self._parts(statement, self._fresh((target,), scope, statement.span))
            case tree.Claim(_, _, _, _, binders) | tree.Assume(_, binders):
                self._parts(statement, self._bound(binders, scope, statement.span))
            case tree.Test(_, settings, body):
                self._test(settings, body or (), scope)
            case tree.Layer() | tree.Function() | tree.Import():
                return
            case _:
                self._walk(statement, scope)

    def _test(self, settings: tuple[tree.Argument, ...], body: tuple[tree.Statement, ...], scope: Scope) -> None:
        """The settings name sizes of the spec, and data are given for its tensors."""
        for setting in settings:
            if setting.name is not None:
                self._name(setting.name, self._word(setting.span, 0), scope)
        for item in body:
            for target in item.targets if isinstance(item, tree.Equation) else ():
                self._name(target.name, self._word(target.span, 0), scope)
            self._parts(item, scope)

    def _bound(self, binders: Iterable[tree.Binder], scope: Scope, reach: Span) -> Scope:
        """The scope with further indices."""
        inner = dict(scope)
        for binder in binders:
            inner.pop(binder.name, None)
            self._define(inner, binder.name, Kind.INDEX, self._word(binder.span, 0), binder, reach=reach)
        return inner

    def _fresh(self, targets: Iterable[tree.Target], scope: Scope, reach: Span) -> Scope:
        """The scope with the indices that left sides bring in."""
        for target in targets:
            for item in target.subscripts or ():
                if isinstance(item, tree.Binder):
                    scope = self._bound((item,), scope, reach)
                for node in () if isinstance(item, tree.Binder) else walk(item):
                    if isinstance(node, tree.Name) and node.name not in scope:
                        self._define(scope := dict(scope), node.name, Kind.INDEX, node.span, node, reach=reach)
        return scope

    def _name(self, name: str, span: Span, scope: Scope) -> Key | None:
        key = scope.get(name) or self._std(name)
        return None if key is None else self._use(key, span)

    def _call(self, call: tree.Call, scope: Scope) -> None:
        """An application: names of arguments are names in the block that is applied."""
        self._walk(call.function, scope)
        block = self._maker(call.function, scope)
        for argument in call.arguments:
            key = None if argument.name is None else self._in_block(block, argument.name)
            if key is not None:
                self._use(key, self._word(argument.span, 0))
            self._parts(argument, scope)

    def _field(self, node: tree.Field, scope: Scope) -> None:
        self._walk(node.base, scope)
        key = self._part(node, scope)
        if key is not None:
            self._use(key, self._word(node.span, -1))
