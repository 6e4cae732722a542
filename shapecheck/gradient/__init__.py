"""The backward pass of a spec, written as a spec.

In: a spec, the name of a number in it, and names of tensors.  Out: the spec with equations for the derivative of the
number in every entry of these tensors, and of all tensors between: `hbar` is that of `h`.  `gradient` does it all.

- The derivation works on the shapes with blocks in place (`shapecheck.inline`), so that a value inside of a block is a
  tensor like any other; the text reads it by its path (`h.z[t]`), and its adjoint is called `h_zbar`.
- `active` finds the tensors between the given ones and the number.
- `named_values` holds what has arisen, and gives names to values.
- `backward` walks through the equations, the last ones first, and hands what arrives at a value back to its operands.
  Each op says its adjoint beside its definition, in the vocabulary of `shapecheck.ops.adjoint`, which `node_algebra`
  speaks; an op that works on windows has the adjoint of its defining equation (`defining`).  Big operators, subscripts
  (`cutting`), choices and defaults are handled here.  A value that is needed twice gets a name: `u1` for values of the
  forward pass, `delta1` for adjoints.  The adjoint of a column `[a; b]` is a column on a left side.
- Each read of a live tensor is a *share* of its adjoint.  `solving` solves its subscripts for the indices of the share:
  in `y[t] = W @ h[t-1]`, `h[u]` gets what comes from t = u + 1; so families run backwards in time, and what a weight
  gets at all times is summed.  `member_boxes` cuts the members into boxes in which the same shares arrive;
  `collecting` adds them up.  A range that ends early becomes a box, a `default 0` or an `if`.
- `adjoint_text` writes the equations as a syntax tree, the printer of specs prints it.
- The new spec is derived anew (`spec_gradient`), and each adjoint has to have the shape of its tensor.  `trial`
  compares the derivatives by weights and inputs with differences of the number in runs at small sizes, and counts them.

At kinks: the slope of `relu`, `abs` and `sign` at 0 is 0, and of equal entries of a maximum the first one gets all.
"""

from shapecheck.gradient.model import Refused
from shapecheck.gradient.spec_gradient import Gradient, gradient

__all__ = ["Gradient", "Refused", "gradient"]
