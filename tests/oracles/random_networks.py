"""Random networks on images with symbolic sizes, twice: as a spec, and as calls of PyTorch.

Comes in: a source of random numbers.  Goes out: a text, and for each tensor of it what PyTorch computes it from.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from shapecheck.record import record

from .engines import engine


class Refused(ValueError):
    """PyTorch would go on, by repeating a tensor; a network means something else."""


@record
class Step:
    """One equation: the line of the spec without its name, and the tensor from those before it."""

    text: str
    compute: Callable[[list[Any]], Any]


@record
class Network:
    """Equations `y0`, `y1`, ..; the input is `x : [H, W, C]`."""

    steps: tuple[Step, ...]

    @property
    def text(self) -> str:
        """The spec."""
        lines = [f"y{number} = {step.text}" for number, step in enumerate(self.steps)]
        return "\n".join(
            ("from std.nn import conv2d, conv2d_transpose, avgpool", "dim C, H, W", "input x : [H, W, C]", *lines, "")
        )

    def shapes(self, channels: int, height: int, width: int) -> list[tuple[int, ...]]:
        """The shapes of all tensors, channels last; raises what PyTorch raises."""
        found = [engine("torch").zeros(1, channels, height, width)]
        for step in self.steps:
            found.append(step.compute(found))
        return [(*map(int, one.shape[2:]), int(one.shape[1])) for one in found[1:]]


def network(random: Random) -> Network:
    """Two to five equations."""
    steps: list[Step] = []
    for number in range(random.randint(2, 5)):
        makers = [_convolution, _convolution, _pooling, _transposed, _padded]
        makers += [_concatenated, _residual, _residual] if number > 1 else []
        steps.append(random.choice(makers)(random, number))
    return Network(tuple(steps))


def _name(place: int) -> str:
    return f"y{place - 1}" if place else "x"


def _padding(random: Random, stride: int) -> tuple[str, tuple[int, int, int, int]]:
    """What is written, and how much is added on the left, right, top and bottom."""
    if random.random() < 0.4:
        return "VALID", (0, 0, 0, 0)
    if random.random() < 0.5:
        sides = random.randint(0, 2)
        return str(sides), (sides, sides, sides, sides)
    top, bottom, left, right = (random.randint(0, 2) for _ in range(4))
    return f"[{top}, {bottom}; {left}, {right}]", (left, right, top, bottom)


def _convolution(random: Random, number: int) -> Step:
    torch = engine("torch")
    filters, height, width = random.choice((1, 2, 3, 4, 6)), random.randint(1, 4), random.randint(1, 3)
    stride, dilation = random.choice((1, 1, 2, 3)), random.choice((1, 1, 2))
    groups = random.choice((1, 1, 1, 1, 1, 2, 3))
    pad, sides = _padding(random, stride)
    same = stride == 1 and random.random() < 0.3

    def compute(found: list[Any]) -> Any:
        image = found[-1]
        kernel = torch.zeros(filters, max(image.shape[1] // groups, 1), height, width)
        if same:
            return torch.nn.functional.conv2d(image, kernel, None, 1, "same", dilation, groups)
        return torch.nn.functional.conv2d(
            torch.nn.functional.pad(image, sides), kernel, None, stride, 0, dilation, groups
        )

    written = f"stride = {stride}, pad = {'SAME' if same else pad}, dilation = {dilation}, groups = {groups}"
    return Step(f"{_name(number)} -> conv2d({filters}, {height} x {width}, {written})", compute)


def _pooling(random: Random, number: int) -> Step:
    functional = engine("torch").nn.functional
    window, stride = random.randint(1, 4), random.randint(1, 3)
    pad = random.choice(("VALID", "CEIL", str(random.randint(0, window // 2))))
    layer, pool = random.choice((("maxpool", functional.max_pool2d), ("avgpool", functional.avg_pool2d)))
    padding = int(pad) if pad.isdigit() else 0

    def compute(found: list[Any]) -> Any:
        return pool(found[-1], window, stride, padding, ceil_mode=pad == "CEIL")

    call = f"{layer}({window}, stride = {stride}, pad = {pad})"
    return Step(f"{_name(number)} -> {call}", compute)


def _transposed(random: Random, number: int) -> Step:
    torch = engine("torch")
    filters, window, stride = random.choice((1, 2, 3)), random.randint(1, 4), random.randint(1, 3)
    pad = random.choice((0, 0, 1, 2))

    def compute(found: list[Any]) -> Any:
        kernel = torch.zeros(found[-1].shape[1], filters, window, window)
        made = torch.nn.functional.conv_transpose2d(found[-1], kernel, None, stride, pad)
        if min(made.shape) < 1:
            raise Refused("nothing is left")
        return made

    call = f"conv2d_transpose({filters}, {window} x {window}, stride = {stride}, pad = {pad})"
    return Step(f"{_name(number)} -> {call}", compute)


def _padded(random: Random, number: int) -> Step:
    top, bottom, left, right = (random.randint(0, 2) for _ in range(4))

    def compute(found: list[Any]) -> Any:
        return engine("torch").nn.functional.pad(found[-1], (left, right, top, bottom))

    return Step(f"pad({_name(number)}, [{top}, {bottom}; {left}, {right}; 0, 0])", compute)


def _concatenated(random: Random, number: int) -> Step:
    one, other = random.sample(range(number + 1), 2)
    axis = random.choice((-1, -1, 0, 1))

    def compute(found: list[Any]) -> Any:
        return engine("torch").cat((found[one], found[other]), {-1: 1, 0: 2, 1: 3}[axis])

    return Step(f"concat({_name(one)}, {_name(other)}, axis = {axis})", compute)


def _residual(random: Random, number: int) -> Step:
    other = random.randrange(number)

    def compute(found: list[Any]) -> Any:
        if found[other].shape != found[number].shape:
            raise Refused("PyTorch repeats axes of one entry, and refuses other unequal ones")
        return found[other] + found[number]

    return Step(f"{_name(number)} + {_name(other)}", compute)
