"""The newer networks in PyTorch, for their numbers of parameters.

Written from the papers and their public code, layer by layer, with PyTorch's own modules.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ..oracles.engines import engine


def count(*modules: Any) -> int:
    """The parameters of modules, and of tensors given by their shapes."""
    total = 0
    for module in modules:
        if isinstance(module, tuple):
            size = 1
            for extent in module:
                size *= extent
            total += size
        else:
            total += sum(parameter.numel() for parameter in module.parameters())
    return total


def _nn() -> Any:
    return engine("torch").nn


def wavenet(p: int, s: int, q: int, depth: int) -> int:
    """Filter and gate of width 2, residual and skip by 1 x 1, for every layer."""
    nn = _nn()
    layers = [(nn.Conv1d(p, p, 2), nn.Conv1d(p, p, 2), nn.Conv1d(p, p, 1), nn.Conv1d(p, s, 1)) for _ in range(depth)]
    return count(
        nn.Conv1d(1, p, 2), *(one for layer in layers for one in layer), nn.Conv1d(s, s, 1), nn.Conv1d(s, q, 1)
    )


def mamba(blocks: int, width: int, inner: int, states: int, rank: int, words: int) -> int:
    """The modules of the public `mamba_ssm`: one product for input and gate; RMS norms have no shift."""
    nn = _nn()
    block = count(
        (width,),
        nn.Linear(width, 2 * inner, bias=False),
        nn.Conv1d(inner, inner, 4, groups=inner),
        nn.Linear(inner, rank + 2 * states, bias=False),
        nn.Linear(rank, inner),
        (inner, states),
        (inner,),
        nn.Linear(inner, width, bias=False),
    )
    return count(nn.Embedding(words, width), (width,)) + blocks * block


def tiny_llama(words: int) -> int:
    """22 layers of 32 heads of 64 over 4 groups of keys and values, 5632 inside."""
    nn = _nn()
    layer = count(
        nn.Linear(2048, 2048, bias=False), nn.Linear(2048, 256, bias=False), nn.Linear(2048, 256, bias=False),
        nn.Linear(2048, 2048, bias=False), (2048,), (2048,),
        nn.Linear(2048, 5632, bias=False), nn.Linear(2048, 5632, bias=False), nn.Linear(5632, 2048, bias=False),
    )  # fmt: skip
    return count(nn.Embedding(words, 2048), (2048,), nn.Linear(2048, words, bias=False)) + 22 * layer


def vq_vae() -> int:
    """Two strided convolutions, one more, two residual blocks; 512 codes of 64; the same backwards."""
    nn = _nn()
    residual = [nn.Conv2d(128, 32, 3, bias=False), nn.Conv2d(32, 128, 1, bias=False)] * 4
    encoder = [nn.Conv2d(3, 64, 4), nn.Conv2d(64, 128, 4), nn.Conv2d(128, 128, 3), nn.Conv2d(128, 64, 1)]
    decoder = [nn.Conv2d(64, 128, 3), nn.ConvTranspose2d(128, 64, 4), nn.ConvTranspose2d(64, 3, 4)]
    return count(*residual, *encoder, nn.Embedding(512, 64), *decoder)


def tiny_yolo() -> int:
    """Eight convolutions with batch norm, and one without."""
    nn = _nn()
    channels = [3, 16, 32, 64, 128, 256, 512, 1024, 1024]
    pairs = list(pairwise(channels))
    convolutions = [nn.Conv2d(one, other, 3, bias=False) for one, other in pairs]
    return count(*convolutions, *(nn.BatchNorm2d(other) for _, other in pairs), nn.Conv2d(1024, 125, 1))


def crnn(letters: int) -> int:
    """Seven convolutions, three with batch norm, and two LSTMs in both directions."""
    nn = _nn()
    channels = [1, 64, 128, 256, 256, 512, 512]
    convolutions = [nn.Conv2d(one, other, 3) for one, other in pairwise(channels)]
    norms = [nn.BatchNorm2d(256), nn.BatchNorm2d(512), nn.BatchNorm2d(512)]
    readers = [nn.LSTM(512, 256, bidirectional=True), nn.LSTM(256, 256, bidirectional=True)]
    return count(*convolutions, nn.Conv2d(512, 512, 2), *norms, *readers, nn.Linear(512, 256), nn.Linear(512, letters))


def _ddpm_block(one: int, other: int) -> int:
    nn = _nn()
    parts = [nn.GroupNorm(32, one), nn.Conv2d(one, other, 3), nn.Linear(512, other), nn.GroupNorm(32, other)]
    shortcut = [] if one == other else [nn.Conv2d(one, other, 1)]
    return count(*parts, nn.Conv2d(other, other, 3), *shortcut)


def ddpm() -> int:
    """Channels 128, 256, 256, 256; two blocks a level down, three up; attention where there are 16 x 16 pixels."""
    nn = _nn()
    look = count(nn.GroupNorm(32, 256), *(nn.Conv2d(256, 256, 1) for _ in range(4)))
    widths, skips, here = [128, 256, 256, 256], [128], 128
    total = count(nn.Linear(128, 512), nn.Linear(512, 512), nn.Conv2d(3, 128, 3))
    for level, width in enumerate(widths):
        for _ in range(2):
            total += _ddpm_block(here, width) + look * (level == 1)
            here = width
            skips.append(here)
        if level < 3:
            total += count(nn.Conv2d(here, here, 3))
            skips.append(here)
    total += 2 * _ddpm_block(here, here) + look
    for level, width in reversed(list(enumerate(widths))):
        for _ in range(3):
            total += _ddpm_block(here + skips.pop(), width) + look * (level == 1)
            here = width
        if level:
            total += count(nn.Conv2d(here, here, 3))
    return total + count(nn.GroupNorm(32, here), nn.Conv2d(here, 3, 3))


def mixtral() -> int:
    """32 layers of 32 heads of 128 over 8 groups, a router, 8 experts of 14336; too large but on the meta device."""
    nn = _nn()

    def linear(one: int, other: int) -> Any:
        return nn.Linear(one, other, bias=False, device="meta")

    looking = [linear(4096, 4096), linear(4096, 1024), linear(4096, 1024), linear(4096, 4096)]
    expert = [linear(4096, 14336), linear(4096, 14336), linear(14336, 4096)]
    layer = count(*looking, linear(4096, 8), (4096,), (4096,)) + 8 * count(*expert)
    return count(nn.Embedding(32000, 4096, device="meta"), (4096,), linear(4096, 32000)) + 32 * layer


def graph_attention() -> int:
    """As GATConv of PyTorch Geometric: one product for all heads, two vectors a head, a shift behind."""
    nn = _nn()
    first = count(nn.Linear(1433, 64, bias=False), (8, 8), (8, 8), (64,))
    return first + count(nn.Linear(64, 7, bias=False), (1, 7), (1, 7), (7,))


def conditional_decoder() -> int:
    """A GRU of 500 over words of 620, an LSTM of 1000 that reads its last state, and 30000 words."""
    nn = _nn()
    encoder, decoder = nn.GRUCell(620, 500), nn.LSTMCell(620 + 500, 1000)
    first = [nn.Linear(500, 1000, bias=False), nn.Linear(500, 1000, bias=False)]
    return count(encoder, decoder, *first, nn.Embedding(30000, 620), nn.Linear(1500, 30000, bias=False))


CASES: list[tuple[str, str, Callable[[], int], int | None]] = [
    ("wavenet", "p == 4 and s == 6 and q == 8 and L == 5", lambda: wavenet(4, 6, 8, 5), None),
    ("wavenet", "p == 32 and s == 256 and q == 256 and L == 10", lambda: wavenet(32, 256, 256, 10), None),
    ("mamba", "voc == 50280", lambda: mamba(24, 768, 1536, 16, 48, 50280), 129_135_360),
    ("llama_cache", "voc == 32000", lambda: tiny_llama(32000), 1_100_048_384),
    ("vq_vae", "N == 1", vq_vae, None),
    ("tiny_yolo", "N == 1", tiny_yolo, 15_861_773),
    ("crnn", "letters == 37", lambda: crnn(37), None),
    ("ddpm", "N == 1", ddpm, 35_746_307),
    ("mixtral", "T == 1", mixtral, 46_702_792_704),
    (
        "conditional_decoder",
        "D == 620 and e == 620 and p == 500 and q == 1000 and V == 30000",
        conditional_decoder,
        None,
    ),
    ("graph_attention", "n == 3 and E == 5", graph_attention, 92_373),
]
"""Each network with sizes, PyTorch's count there, and the published total if there is one."""
