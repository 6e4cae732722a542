"""Records: the values that every stage is made of, immutable and slotted unless they say otherwise.

    @record
    class Span:
        start: int
        end: int = 0

To readers, type checkers, `match`, `fields` and `replace` this is `dataclass(frozen=True, slots=True)`; `field` gives
defaults as there.  Only the making differs.  `dataclass` compiles six functions for every class when its module is
imported, 0.3 ms each time; with two hundred classes that was a third of a whole check, and a run makes objects of
half of them.  A record compiles its initialiser when the first one is made, and shares everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Generic, TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type[Any])
_Value = TypeVar("_Value")


class remembered(Generic[_Value]):
    """A property that is worked out when it is first asked for; as `cached_property`, without its lock.

    The record has `slots=False`.
    """

    def __init__(self, function: Callable[[Any], _Value]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> remembered[_Value]: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> _Value: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> remembered[_Value] | _Value:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


@overload
def record(cls: _Class, /) -> _Class: ...


@overload
def record(*, eq: bool = True, frozen: bool = True, slots: bool = True) -> Callable[[_Class], _Class]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Any] | None = None, /, *, eq: bool = True, frozen: bool = True, slots: bool = True) -> Any:
    """Make the annotated attributes of a class its fields.

    With `eq=False` two records are equal only if identical, as they always are with `frozen=False`: that is for the
    state of some work, whose fields may be set.  `slots=False` leaves room for what is `remembered`, the hash for one.
    What the class or one of its bases defines itself (`__repr__`, `__eq__`) is kept.
    """
    by_value = _BY_VALUE if slots else _BY_VALUE_AND_HASH
    methods = {**_SHARED, **(_FROZEN if frozen else {}), **(by_value if frozen and eq else {})}
    return _made(cls, methods, slots) if cls is not None else lambda late: _made(late, methods, slots)


def _made(cls: type[Any], methods: _Methods, slots: bool) -> type[Any]:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else `dataclass` would work out a signature to put there
    made: type[Any] = dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    compared = [item.name for item in fields(made) if item.compare]
    made._compared = attrgetter(*(compared or ["__class__"]))
    if "__init__" not in made.__dict__:
        made.__init__ = _first_init
    for name, method in methods.items():
        if getattr(made, name, None) is getattr(object, name, None):
            setattr(made, name, method)
    return made


def _first_init(self: Any, *values: Any, **named: Any) -> None:
    """Stands in for the initialiser until it is first called."""
    owner: Any = next(base for base in type(self).__mro__ if "__init__" in base.__dict__)
    owner.__init__ = _initialiser(owner)
    owner.__init__(self, *values, **named)


def _initialiser(cls: type[Any]) -> Callable[..., None]:
    """`__init__` as `dataclass` writes it: one argument a field, those that are `kw_only` behind a star."""
    taken = [item for item in fields(cls) if item.init]
    first = [_argument(item) for item in taken if not item.kw_only]
    named = [_argument(item) for item in taken if item.kw_only]
    head = ", ".join(["self", *first, *(["*"] if named else []), *named])
    body = [f"_set(self, {item.name!r}, {_value(item)})" for item in fields(cls)]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    scope: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    for item in fields(cls):
        scope |= {f"_default_{item.name}": item.default, f"_factory_{item.name}": item.default_factory}
    exec(f"def __init__({head}):\n " + "\n ".join(body or ["pass"]), scope)
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    return made


def _argument(item: Field[Any]) -> str:
    if item.default_factory is not MISSING:
        return f"{item.name}=_missing"
    return item.name if item.default is MISSING else f"{item.name}=_default_{item.name}"


def _value(item: Field[Any]) -> str:
    """The expression for what a field is set to."""
    if item.default_factory is not MISSING:
        fresh = f"_factory_{item.name}()"
        return f"{fresh} if {item.name} is _missing else {item.name}" if item.init else fresh
    return item.name if item.init else f"_default_{item.name}"


def _setattr(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _setstate(self: Any, state: Any) -> None:
    """A copied or unpickled record takes its fields from here: those in its `__dict__`, and those in slots."""
    for part in state if isinstance(state, tuple) else (state,):
        for name, value in (part or {}).items():
            if name != "_hash":  # that of text differs from process to process
                object.__setattr__(self, name, value)


def _repr(self: Any) -> str:
    shown = (f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _eq_by_hash(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    if self is other:
        return True
    return _hash_once(self) == _hash_once(other) and self._compared(self) == self._compared(other)


def _hash_once(self: Any) -> int:
    known: int | None = self.__dict__.get("_hash")
    if known is None:
        known = self.__dict__["_hash"] = hash(self._compared(self))
    return known


_Methods = Mapping[str, Callable[..., Any]]
_SHARED: _Methods = MappingProxyType({"__repr__": _repr})
_FROZEN: _Methods = MappingProxyType({"__setattr__": _setattr, "__delattr__": _delattr, "__setstate__": _setstate})
_BY_VALUE: _Methods = MappingProxyType({"__eq__": _eq, "__hash__": _hash})
_BY_VALUE_AND_HASH: _Methods = MappingProxyType({"__eq__": _eq_by_hash, "__hash__": _hash_once})
