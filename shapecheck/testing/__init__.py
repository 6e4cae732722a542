"""Property tests of specs, and of what others program from them.

    import shapecheck
    from shapecheck.testing import arrays, assert_matches, runs, sizes

    spec = shapecheck.load("gru.shape")
    assert_matches(spec, my_gru, outputs="h")    # my_gru(x, W, V) has the shapes and values that the spec says

The rooms: `cases` chooses sizes and numbers, `properties` checks a run, `part_runs` runs many cases of one part of a
spec, `whole_spec` all parts, and `summary` words the outcome; `campaigns` tests many specs through an executor.
`plugin` and `listing` present specs to pytest; `examples`, `matching` and `module_matching` serve the users' own
tests.  `mutation` changes specs to test their claims.

`sizes`, `arrays` and `runs` are Hypothesis strategies.  They are imported when they are first asked for, so that the
plugin of pytest, which everybody loads who has this package, costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.testing.campaigns import campaign
    from shapecheck.testing.examples import Example, arrays, runs, sizes
    from shapecheck.testing.matching import assert_matches
    from shapecheck.testing.module_matching import assert_module_matches

_HOMES = {
    "Example": "examples",
    "arrays": "examples",
    "assert_matches": "matching",
    "assert_module_matches": "module_matching",
    "campaign": "campaigns",
    "runs": "examples",
    "sizes": "examples",
}
__all__ = ["Example", "arrays", "assert_matches", "assert_module_matches", "campaign", "runs", "sizes"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"shapecheck.testing.{_HOMES[name]}"), name)
