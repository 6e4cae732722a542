"""Names from NumPy, PyTorch and Keras, and the form to write instead.

In: a name that the language does not have, its arguments, and the reading at its place.  Out: a help, or None.  Sums
along an axis and permutations stand in `familiar_axes`.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck import ops
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.expressions import familiar_axes
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.familiar_layers import OPTIONS, call_form
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

_RENAMED = {
    "logistic": "sigm", "linear": "dense", "fc": "dense", "affine": "dense",
    "fullyconnected": "dense", "maxpool2d": "maxpool", "maxpooling2d": "maxpool",
    "avgpool2d": "avgpool", "averagepooling2d": "avgpool",
    "adaptiveavgpool2d": "adaptive_avgpool", "adaptivemaxpool2d": "adaptive_maxpool",
    "globalaveragepooling2d": "globalpool", "globalmaxpooling2d": "globalmaxpool", "batchnorm1d": "batchnorm",
    "batchnorm2d": "batchnorm", "batchnormalization": "batchnorm", "layernormalization": "layernorm",
    "groupnormalization": "groupnorm", "convtranspose2d": "conv2d_transpose", "convtranspose1d": "conv1d_transpose",
    "deconv2d": "conv2d_transpose", "depthwiseconv2d": "depthwise", "upsampling2d": "upsample",
    "zeropadding2d": "zeropad", "simplernn": "rnn", "multiheadattention": "mha", "selfattention": "attention",
    "selu": "elu", "absolute": "abs", "ln": "log", "maximum": "max", "minimum": "min", "einsum2": "einsum",
    "maxpooling1d": "maxpool1d", "averagepooling1d": "avgpool1d", "globalaveragepooling1d": "globalpool1d",
    "globalmaxpooling1d": "globalmaxpool1d", "convtranspose3d": "conv3d_transpose", "reflectionpad2d": "reflectpad",
    "localresponsenorm": "lrn", "instancenorm2d": "instancenorm", "centercrop": "crop",
    "concatenate": "concat", "cat": "concat", "hstack": "concat", "dropout1d": "dropout", "dropout2d": "dropout",
}  # fmt: skip
"""Foreign names, in small letters and without `_`, with the name of the same function here."""
_FORMS = {
    "matmul": "{0} @ {1}", "mm": "{0} @ {1}", "multiply": "{0} .* {1}", "mul": "{0} .* {1}", "add": "{0} + {1}",
    "subtract": "{0} - {1}", "divide": "{0} ./ {1}", "hadamard": "{0} .* {1}", "where": "if {0} then {1} else {2}",
    "square": "{0}^2", "pow": "{0}^{1}", "power": "{0}^{1}", "clip": "min(max({0}, {1}), {2})",
    "clamp": "min(max({0}, {1}), {2})", "shape": "size({0}, 0)", "len": "size({0}, 0)", "ndim": "size({0}, 0)",
    "gather": "{0}[{1}[i]]  with i on the left side", "take": "{0}[{1}[i]]  with i on the left side",
    "vstack": "[{0}; {1}]", "view": "reshape({0}, n x m)", "argmax": "argmax[i] {0}[i]", "argmin": "argmin[i] {0}[i]",
    "prod": "prod[i] {0}[i]", "stack": "[{0}, {1}]  for numbers, or  stack[i in 1..n] ..",
    "norm": "sqrt(sum[i] {0}[i]^2)", "var": "mean[i] ({0}[i] - mean({0}))^2",
    "std": "sqrt(mean[i] ({0}[i] - mean({0}))^2)", "logsumexp": "log(sum[i] exp({0}[i]))",
    "cumsum": "sum[j in 0..i] {0}[j]  with i on the left side", "relu1": "min(max({0}, 0), 1)",
    "mse": "mean[i] ({0}[i] - {1}[i])^2", "mseloss": "mean[i] ({0}[i] - {1}[i])^2",
    "crossentropy": "-log_softmax({0})[{1}]", "crossentropyloss": "-log_softmax({0})[{1}]",
    "nllloss": "-{0}[{1}]",
    "tril": "if j <= i then {0}[i, j] else 0  with i, j on the left side",
    "triu": "if j >= i then {0}[i, j] else 0  with i, j on the left side",
    "diag": "{0}[i, i]  with i on the left side", "softsign": "{0} ./ (1 + abs({0}))",
    "log2": "log({0}) / log(2)", "log10": "log({0}) / log(10)", "tan": "sin({0}) ./ cos({0})",
    "squeeze": "{0}[0]", "unsqueeze": "{0}[i]  with one index more on the left side",
    "expanddims": "{0}[i]  with one index more on the left side",
    "broadcastto": "{0}[i]  with one index more on the left side",
}  # fmt: skip
"""Foreign names, in small letters and without `_`, with the form to write here; `{0}` is the first argument."""
MODULES = frozenset({"np", "numpy", "torch", "nn", "F", "tf", "keras", "jnp", "jax", "math", "layers"})
"""Modules in whose name programs call functions: `np.exp`."""


def help_for(reading: Reading, name: str, arguments: Sequence[tree.Argument]) -> str | None:
    """The form to write instead of a function that the language does not have."""
    plain = name.lower().replace("_", "")
    ours = _RENAMED.get(plain) or _spelt_otherwise(reading, plain)
    if ours is not None:
        return _renamed(reading, ours, name, arguments)
    if (form := familiar_axes.form(reading, plain, arguments)) is not None:
        return f"write  {form}"
    if plain not in _FORMS:
        return None
    written = [print_expression(item.value, tight=True) for item in arguments]
    return f"write  {_FORMS[plain].format(*written, *('x', 'y', 'z')[len(written) :])}"


def known_as(name: str) -> str | None:
    """The name or form here for a name of programs: `sigm` for `sigmoid`, `x @ y` for `matmul`."""
    plain = name.lower().replace("_", "")
    form = _FORMS.get(plain)
    return _RENAMED.get(plain) or (form.format("x", "y", "z") if form else None)


def method_help(reading: Reading, base: tree.Expression, name: str, arguments: Sequence[tree.Argument]) -> str | None:
    """The form to write instead of `Y.sum(0)`, `x.relu()` or `np.exp(x)`."""
    module = _root(base) in MODULES - reading.names.families.keys()
    given = arguments if module else (tree.Argument(None, base), *arguments)
    if (form := familiar_axes.along(reading, name, given)) is not None:
        return f"write  {form}"
    if name in ("reshape", "view") and len(given) > 1:
        return f"write  {familiar_axes.shape_call('reshape', given, 1)}"
    if name in ops.NAMES or name in reading.home.names:
        return f"write  {name}({', '.join(print_expression(item) for item in given)})"
    return help_for(reading, name, given)


def _root(expression: tree.Expression) -> str:
    """The name that a path starts with: `np` of `np.linalg`."""
    while isinstance(expression, tree.Field):
        expression = expression.base
    return expression.name if isinstance(expression, tree.Name) else ""


def option_for(name: str, known: Sequence[str]) -> str | None:
    """The name here of an argument of programs, if the function has that argument."""
    ours = OPTIONS.get(name)
    return ours if ours in known else None


def _spelt_otherwise(reading: Reading, plain: str) -> str | None:
    """The name here that has other letters or `_`: `ReLU`, `LayerNorm`, `log_sigm`."""
    known = [*ops.NAMES, *reading.home.names]
    return next((name for name in known if name.isidentifier() and name.lower().replace("_", "") == plain), None)


def _renamed(reading: Reading, ours: str, foreign: str, arguments: Sequence[tree.Argument]) -> str:
    """The help with the call to write: a function, or a layer with the arguments that it has here."""
    definition = reading.home.std(ours)
    if isinstance(definition, Definition) and definition.is_function:
        return f"did you mean {ours}?"
    layer = definition if isinstance(definition, Definition) else None
    if (layer is not None or ours == "maxpool") and (form := call_form(ours, layer, foreign, arguments)):
        return f"write  {form} ; the size of its input is inferred"
    if layer is None:
        return f"did you mean {ours}?"
    definition = layer
    given = ", ".join(item.name for item in definition.parameters if item.default is None)
    return f"did you mean {ours}{f'({given})' if given else ''}? The size of its input is inferred"
