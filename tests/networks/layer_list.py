"""The published networks once more, as lists of layers in plain Python: how many weights each has, and its shape.

Nothing here knows of shapecheck.  A `Net` goes through the layers with integers; the rules are those of the papers and
of PyTorch's documentation (`Conv2d`: (H + 2p - k) // s + 1).
"""

from __future__ import annotations

from collections.abc import Callable


class Net:
    """An image on its way through a network; counts weights, remembers the shapes of stages."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        self.height, self.width, self.channels = height, width, channels
        self.params = 0
        self.stages: dict[str, tuple[int, ...]] = {}

    def conv(
        self,
        filters: int,
        kernel: int | tuple[int, int],
        s: int = 1,
        p: int | tuple[int, int] = 0,
        bias: bool = False,
        groups: int = 1,
    ) -> Net:
        kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
        ph, pw = (p, p) if isinstance(p, int) else p
        self.height, self.width = (self.height + 2 * ph - kh) // s + 1, (self.width + 2 * pw - kw) // s + 1
        self.params += kh * kw * (self.channels // groups) * filters + bias * filters
        self.channels = filters
        return self

    def bn(self) -> Net:
        self.params += 2 * self.channels
        return self

    def cb(self, filters: int, kernel: int | tuple[int, int], s: int = 1, p: int | tuple[int, int] = 0) -> Net:
        return self.conv(filters, kernel, s, p).bn()

    def pool(self, kernel: int, s: int, p: int = 0) -> Net:
        self.height, self.width = (self.height + 2 * p - kernel) // s + 1, (self.width + 2 * p - kernel) // s + 1
        return self

    def globalpool(self) -> Net:
        self.height = self.width = 1
        return self

    def dense(self, n: int) -> Net:
        self.params += self.height * self.width * self.channels * n + n
        self.height, self.width, self.channels = 1, 1, n
        return self

    def branch(self, way: Callable[[Net], object]) -> Net:
        """A way beside this one, from the same place; its weights count here."""
        other = Net(self.height, self.width, self.channels)
        way(other)
        self.params += other.params
        return other

    def concat(self, *ways: Callable[[Net], object]) -> Net:
        ends = [self.branch(way) for way in ways]
        assert len({(end.height, end.width) for end in ends}) == 1
        self.height, self.width, self.channels = ends[0].height, ends[0].width, sum(end.channels for end in ends)
        return self

    def stage(self, name: str) -> Net:
        self.stages[name] = (self.height, self.width, self.channels)
        return self


def lenet5() -> Net:
    net = Net(32, 32, 1).conv(6, 5, bias=True).stage("c1").pool(2, 2).stage("s2")
    net.conv(16, 5, bias=True).stage("c3").pool(2, 2).stage("s4")
    return net.dense(120).dense(84).dense(10)


def alexnet() -> Net:
    net = Net(224, 224, 3).conv(64, 11, 4, 2, bias=True).stage("c1").pool(3, 2)
    net.conv(192, 5, 1, 2, bias=True).stage("c2").pool(3, 2)
    for name, filters in (("c3", 384), ("c4", 256), ("c5", 256)):
        net.conv(filters, 3, 1, 1, bias=True).stage(name)
    return net.pool(3, 2).stage("p5").dense(4096).dense(4096).dense(1000)


def vgg16() -> Net:
    net = Net(224, 224, 3)
    for number, (count, filters) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for _ in range(count):
            net.conv(filters, 3, 1, 1, bias=True)
        net.pool(2, 2).stage(f"s{number}")
    return net.dense(4096).dense(4096).dense(1000)


def resnet18() -> Net:
    net = Net(224, 224, 3).cb(64, 7, 2, 3).pool(3, 2, 1).stage("c1")
    for number, (filters, s) in enumerate(((64, 1), (128, 2), (256, 2), (512, 2)), 2):
        for step in (s, 1):
            if step != 1 or net.channels != filters:
                net.branch(lambda way, f=filters, step=step: way.cb(f, 1, step))  # type: ignore[misc]
            net.cb(filters, 3, step, 1).cb(filters, 3, 1, 1)
        net.stage(f"c{number}")
    return net.globalpool().dense(1000)


def resnet50() -> Net:
    net = Net(224, 224, 3).cb(64, 7, 2, 3).pool(3, 2, 1).stage("c1")
    for number, (count, f, s) in enumerate(((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)), 2):
        for step in (s, *[1] * (count - 1)):
            if step != 1 or net.channels != 4 * f:
                net.branch(lambda way, f=f, step=step: way.cb(4 * f, 1, step))  # type: ignore[misc]
            net.cb(f, 1).cb(f, 3, step, 1).cb(4 * f, 1)
        net.stage(f"c{number}")
    return net.globalpool().dense(1000)


def mobilenet_v2() -> Net:
    """The paper's table 2: t, c, n, s."""
    net = Net(224, 224, 3).cb(32, 3, 2, 1).stage("stem")
    rows = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for number, (t, c, n, s) in enumerate(rows, 1):
        for step in (s, *[1] * (n - 1)):
            wide = t * net.channels
            if t != 1:
                net.cb(wide, 1)
            net.conv(wide, 3, step, 1, groups=wide).bn().cb(c, 1)
        net.stage(f"r{number}")
    return net.cb(1280, 1).stage("head").globalpool().dense(1000)


def efficientnet_b0() -> Net:
    """The paper's table 1; squeeze and excite reduces to a quarter of the block's input."""
    net = Net(224, 224, 3).cb(32, 3, 2, 1).stage("stem")
    rows = (
        (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    )  # fmt: skip
    for number, (t, k, s, f, n) in enumerate(rows, 1):
        for step in (s, *[1] * (n - 1)):
            inner, wide = net.channels // 4, t * net.channels
            if t != 1:
                net.cb(wide, 1)
            net.conv(wide, k, step, k // 2, groups=wide).bn()
            net.branch(lambda way, inner=inner, wide=wide: way.globalpool().dense(inner).dense(wide))  # type: ignore[misc]
            net.cb(f, 1)
        net.stage(f"r{number}")
    return net.cb(1280, 1).globalpool().dense(1000)


def densenet121() -> Net:
    net = Net(224, 224, 3).cb(64, 7, 2, 3).pool(3, 2, 1).stage("stem")
    for number, count in enumerate((6, 12, 24, 16), 1):
        for _ in range(count):
            net.concat(lambda way: way, lambda way: way.bn().conv(128, 1).bn().conv(32, 3, 1, 1))
        net.stage(f"b{number}")
        if number < 4:
            net.bn().conv(net.channels // 2, 1).pool(2, 2)
    return net.bn().globalpool().dense(1000)


def inception_v3() -> Net:
    """The modules A to E of torchvision, without the auxiliary head."""

    def module_a(net: Net, pool: int) -> None:
        net.concat(
            lambda n: n.cb(64, 1),
            lambda n: n.cb(48, 1).cb(64, 5, 1, 2),
            lambda n: n.cb(64, 1).cb(96, 3, 1, 1).cb(96, 3, 1, 1),
            lambda n: n.pool(3, 1, 1).cb(pool, 1),
        )

    def module_c(net: Net, f: int) -> None:
        row, column = ((1, 7), (0, 3)), ((7, 1), (3, 0))
        net.concat(
            lambda n: n.cb(192, 1),
            lambda n: n.cb(f, 1).cb(f, row[0], 1, row[1]).cb(192, column[0], 1, column[1]),
            lambda n: n.cb(f, 1).cb(f, column[0], 1, column[1]).cb(f, row[0], 1, row[1])
            .cb(f, column[0], 1, column[1]).cb(192, row[0], 1, row[1]),
            lambda n: n.pool(3, 1, 1).cb(192, 1),
        )  # fmt: skip

    def both(net: Net) -> Net:
        return net.concat(lambda n: n.cb(384, (1, 3), 1, (0, 1)), lambda n: n.cb(384, (3, 1), 1, (1, 0)))

    net = Net(299, 299, 3).cb(32, 3, 2).cb(32, 3).cb(64, 3, 1, 1).pool(3, 2)
    net.cb(80, 1).cb(192, 3).pool(3, 2).stage("stem")
    for number, pool in enumerate((32, 64, 64), 1):
        module_a(net, pool)
        net.stage(f"a{number}")
    net.concat(
        lambda n: n.cb(384, 3, 2), lambda n: n.cb(64, 1).cb(96, 3, 1, 1).cb(96, 3, 2), lambda n: n.pool(3, 2)
    ).stage("b1")
    for number, f in enumerate((128, 160, 160, 192), 1):
        module_c(net, f)
        net.stage(f"f{number}")
    net.concat(
        lambda n: n.cb(192, 1).cb(320, 3, 2),
        lambda n: n.cb(192, 1).cb(192, (1, 7), 1, (0, 3)).cb(192, (7, 1), 1, (3, 0)).cb(192, 3, 2),
        lambda n: n.pool(3, 2),
    ).stage("d1")
    for number in (1, 2):
        net.concat(
            lambda n: n.cb(320, 1),
            lambda n: both(n.cb(384, 1)),
            lambda n: both(n.cb(448, 1).cb(384, 3, 1, 1)),
            lambda n: n.pool(3, 1, 1).cb(192, 1),
        ).stage(f"e{number}")
    return net.globalpool().dense(1000)


def unet() -> Net:
    """The paper's figure 1: VALID, biases, crops that lose no channel."""
    net, skips = Net(572, 572, 1), []
    for number, f in enumerate((64, 128, 256, 512), 1):
        net.conv(f, 3, bias=True).conv(f, 3, bias=True).stage(f"e{number}")
        skips.append(f)
        net.pool(2, 2)
    net.conv(1024, 3, bias=True).conv(1024, 3, bias=True).stage("bottom")
    for number, f in reversed(list(enumerate(skips, 1))):
        net.params += 4 * net.channels * f + f
        net.height, net.width, net.channels = 2 * net.height, 2 * net.width, 2 * f
        net.conv(f, 3, bias=True).conv(f, 3, bias=True).stage(f"d{number}")
    return net.conv(2, 1, bias=True).stage("y")


def convnext_tiny() -> Net:
    net = Net(224, 224, 3).conv(96, 4, 4, bias=True).bn()
    for number, count in enumerate((3, 3, 9, 3)):
        c = 96 * 2**number
        if number:
            net.bn().conv(c, 2, 2, bias=True)
        for _ in range(count):
            net.params += 7 * 7 * c + c + 2 * c + (c * 4 * c + 4 * c) + (4 * c * c + c) + c
        net.stage(f"h[{number}]")
    return net.globalpool().bn().dense(1000)


NETWORKS: dict[str, tuple[Callable[[], Net], int]] = {
    "lenet5": (lenet5, 61_706),
    "alexnet": (alexnet, 61_100_840),
    "vgg16": (vgg16, 138_357_544),
    "resnet18": (resnet18, 11_689_512),
    "resnet50": (resnet50, 25_557_032),
    "inception_v3": (inception_v3, 23_834_568),
    "mobilenet_v2": (mobilenet_v2, 3_504_872),
    "efficientnet_b0": (efficientnet_b0, 5_288_548),
    "densenet121": (densenet121, 7_978_856),
    "convnext_tiny": (convnext_tiny, 28_589_128),
    "unet": (unet, 31_030_658),
}
"""Each with its published total: torchvision's model pages and papers (LeNet and U-Net: as their specs explain)."""

SEQUENCES: dict[str, int] = {
    # 12 layers of (4 D^2 + 4 D) + (8 D^2 + 5 D) + 4 D, two embeddings, the last norm; D = 768
    "gpt2_small": 12 * (12 * 768**2 + 13 * 768) + (50257 + 1024) * 768 + 2 * 768,
    # 12 such layers, patches of 16 x 16 x 3, class token, 197 positions, the last norm, the head
    "vit_b16": 12 * (12 * 768**2 + 13 * 768) + (768 * 768 + 768) + 768 + 197 * 768 + 2 * 768 + 768 * 1000 + 1000,
    # without biases in attention: encoder 4 D^2, decoder 8 D^2, each 2 D F + F + D, norms 2 D each; D = 512, F = 2048
    "transformer": 37000 * 512 + 6 * (12 * 512**2 + 2 * (2 * 512 * 2048 + 2048 + 512) + 5 * 2 * 512),
}
"""Totals of networks over sequences, term by term."""


def llama(vocabulary: int) -> int:
    """32 layers: queries and output D x D, keys and values 1024 x D, three 14336 x D, two norms; D = 4096."""
    d = 4096
    return 32 * (2 * d * d + 2 * 1024 * d + 3 * 14336 * d + 2 * d) + d + 2 * vocabulary * d
