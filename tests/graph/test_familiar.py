"""Names and forms that people bring along: each is answered with the form to write, and that form holds.

Independent truth: what NumPy, PyTorch and Keras mean by the wrong line, written down by hand as a right line and the
shape of its result.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.source import Source

SPEC = """dim N, m, T, B, H, V
input Y : N x m, x : m, z : m, K : [B, H, N, m], Q : [B, H, N, m], image : [B, 8, 8, 3], A : N x N
input seq[t in 1..T] : m
input word[t in 1..T] in 0..V-1
weight E : V x m
"""


def _told(line: str) -> Diagnostic:
    """The only message on the line, with its place behind the spec's head."""
    source = Source("t", SPEC + line)
    (found,) = check(source, lint="none").diagnostics
    assert found.span is not None
    assert found.span.start >= len(SPEC)
    return found


_FORMS = [
    ("y = sum(Y, 0)", "sum[i in 0..N-1] Y[i, j]  with j on the left", "y[j] = sum[i in 0..N-1] Y[i, j]", "m"),
    ("y = sum(Y, axis = 1)", "sum[j in 0..m-1] Y[i, j]", "y[i] = sum[j in 0..m-1] Y[i, j]", "N"),
    ("y = mean(Y, axis = -1)", "mean[j in 0..m-1] Y[i, j]", "y[i] = mean[j in 0..m-1] Y[i, j]", "N"),
    ("y = max(seq, axis = 0)", "max[i in 1..T] seq[i, j]", "y[j] = max[i in 1..T] seq[i, j]", "m"),
    ("y = Y.sum(0)", "sum[i in 0..N-1] Y[i, j]", "y[j] = sum[i in 0..N-1] Y[i, j]", "m"),
    ("y = np.mean(Y, axis = 0)", "mean[i in 0..N-1] Y[i, j]", "y[j] = mean[i in 0..N-1] Y[i, j]", "m"),
    ("y = argmax(Y, 1)", "argmax[j in 0..m-1] Y[i, j]", "y[i] = argmax[j in 0..m-1] Y[i, j]", "N"),
    ("y = argmax(x)", "argmax[i] x[i]", "y = argmax[i] x[i]", "scalar"),
    ("y = softmax(Y, axis = 0)", "softmax(Y[:, j])[i]", "y[i, j] = softmax(Y[:, j])[i]", "N x m"),
    ("y = softmax(Y, axis = -1)", "softmax(Y) ", "y = softmax(Y)", "N x m"),
    ("y = permute(K, 0, 2, 1, 3)", "K[i, j, k, l]  with i, k, j, l on",
     "y[i, k, j, l] = K[i, j, k, l]", "B x N x H x m"),
    ("y = transpose(K, 1, 2)", "K[i, j, k, l]  with i, k, j, l on",
     "y[i, k, j, l] = K[i, j, k, l]", "B x N x H x m"),
    ("y = K.T", "K[i, j].T  with i, j on the left", "y[i, j] = K[i, j].T", "B x H x m x N"),
    ("y = A @ K", "A @ K[i, j]  with i, j on", None, ""),
    ("y = Q @ K", "Q[i, j] @ K[i, j].T", "y[i, j] = Q[i, j] @ K[i, j].T", "B x H x N x N"),
    ('y = einsum("bhqd,bhkd->bhqk", Q, K)', "sum[d] Q[b, h, q, d] * K[b, h, k, d]  with b, h, q, k on the left",
     "y[b, h, q, k] = sum[d] Q[b, h, q, d] * K[b, h, k, d]", "B x H x N x N"),
    ('y = torch.einsum("nm,m->n", Y, x)', "sum[i] Y[n, i] * x[i]  with n on the left",
     "y[n] = sum[i] Y[n, i] * x[i]", "N"),
    ("y = zeros(N, m)", "zeros(N x m)", "y = zeros(N x m)", "N x m"),
    ("y = reshape(Y, m, N)", "reshape(Y, m x N)", "y = reshape(Y, m x N)", "m x N"),
    ("y = Y -> reshape(m, N)", "reshape(m x N)", "y = Y -> reshape(m x N)", "m x N"),
    ("y = x[-1]", "the last entry is x[m-1]", "y = x[m-1]", "scalar"),
    ("y = Y[0, -2]", "Y[:, m-2]", None, ""),
    ("y = seq[-1]", "the last entry is seq[T]", "y = seq[T]", "m"),
    ("y = where(x > 0, x, 0)", "if x > 0 then x else 0", "y = if x > 0 then x else 0", "m"),
    ("y = clip(x, 0, 1)", "min(max(x, 0), 1)", "y = min(max(x, 0), 1)", "m"),
    ("y = matmul(Y, x)", "Y @ x", "y = Y @ x", "N"),
    ("y = cross_entropy(x, word[1])", "-log_softmax(x)[word[1]]", None, ""),
    ("y = F.mse_loss(x, z)", "mean[i] (x[i] - z[i])^2", "y = mean[i] (x[i] - z[i])^2", "scalar"),
    ("y = norm(x)", "sqrt(sum[i] x[i]^2)", "y = sqrt(sum[i] x[i]^2)", "scalar"),
    ("y = np.linalg.norm(x)", "sqrt(sum[i] x[i]^2)", "y = sqrt(sum[i] x[i]^2)", "scalar"),
    ("y = len(x)", "size(x, 0)", "y = size(x, 0)", "scalar"),
    ("y = Sigmoid(x)", "did you mean sigmoid?", "y = sigmoid(x)", "m"),
    ("y = x -> Sigmoid", "did you mean sigmoid?", "y = x -> sigmoid", "m"),
    ("y = [relu; sigmoid](Y)", None, None, ""),
    ("y = x -> RELU", "did you mean relu?", "y = x -> relu", "m"),
    ("y = torch.relu(x)", "relu(x)", "y = relu(x)", "m"),
    ("y = x.tanh()", "tanh(x)", "y = tanh(x)", "m"),
    ("y = Y -> linear(3)", "dense(3)", "y = Y -> dense(3)", "N x 3"),
    ("y = Y -> Linear(m, 3)", "dense(3)", "y = Y -> dense(3)", "N x 3"),
    ("y = Y -> nn.Linear(m, 3)", "dense(3) ; the size of its input is inferred", None, ""),
    ("y = Linear(m, 3)(Y)", "dense(3)", "y = dense(3)(Y)", "N x 3"),
    ("y = Y -> fc(3)", "dense(3)", None, ""),
    ('y = Y -> Dense(3, activation = relu)', "dense(3, act = relu)", "y = Y -> dense(3, act = relu)", "N x 3"),
    ("y = Y -> Linear", "did you mean dense(n)?", None, ""),
    ("y = Y -> Linear(in_features = m, out_features = 3)", "dense(n = 3)", "y = Y -> dense(n = 3)", "N x 3"),
    ("y = image -> Conv2D(32, 3)", "conv2d(32, 3)", "y = image -> conv2d(32, 3)", "B x 6 x 6 x 32"),
    ("y = image -> Conv2d(3, 32, kernel_size = 3, padding = 1)", "conv2d(32, size = 3, pad = 1)",
     "y = image -> conv2d(32, size = 3, pad = 1)", "B x 8 x 8 x 32"),
    ('y = image -> Conv2D(32, 3, padding = "same")', "conv2d(32, 3, pad = SAME)",
     "y = image -> conv2d(32, 3, pad = SAME)", "B x 8 x 8 x 32"),
    ("y = image -> Conv2d(3, 32, 3, dialation = 2)", "did you mean conv2d(filters, size)?", None, ""),
    ("y = image -> BatchNorm2d(3)", "did you mean batchnorm?", "y = image -> batchnorm", "B x 8 x 8 x 3"),
    ("y = seq -> GRU(m, 5)", "gru(5)", "y = seq -> gru(5)", "T x 5"),
    ("y = seq -> conv1d(8, 3, pad = causal)", "write CAUSAL", "y = seq -> conv1d(8, 3, pad = CAUSAL)", "T x 8"),
    ("y = norm(Y, axis = 0)", "sqrt(sum[i in 0..N-1] Y[i, j]^2)  with j on",
     "y[j] = sqrt(sum[i in 0..N-1] Y[i, j]^2)", "m"),
    ("y = Y -> layernorm(axis = -1)", "layernorm runs along the last axis", "y = Y -> layernorm", "N x m"),
    ("y = Y.reshape(m, N)", "reshape(Y, m x N)", "y = reshape(Y, m x N)", "m x N"),
    ("y = Y.view(N, m)", "reshape(Y, N x m)", "y = reshape(Y, N x m)", "N x m"),
    ("y = Y.view(-1)", "reshape(Y, [_])", "y = reshape(Y, [_])", "N * m"),
    ("y = max(Y, dim = 0)", "max[i] Y[i, j]", "y[j] = max[i] Y[i, j]", "m"),
    ("y = softmax(Y, dim = -1)", "softmax(Y) ", "y = softmax(Y)", "N x m"),
    ("y = image[0:2]", "0..1 ;", None, ""),
    ("y = x[1:]", "1..n-1", None, ""),
    ("y = Y[:3]", "0..2 ;", None, ""),
    ("y = x[0..m-1 by 2]", "y[i] = x[2i]", None, ""),
    ("y = sum[i where x[i] > 0] x[i]", "when x[i]", "y = sum[i in 0..m-1 when x[i] > 0] x[i]", "scalar"),
    ("input u : [None, 3]", "dim N", None, ""),
    ("input u : None x 3", "dim N", None, ""),
    ("input u : [?, 3]", "dim N", None, ""),
    ("input u : [-1, 3]", "dim N", None, ""),
    ("param P : N x m", "weight P : N x m", None, ""),
    ("const P : N x m", "buffer P : N x m", None, ""),
    ("frozen P : N x m", "buffer P : N x m", None, ""),
    ("y = image -> Conv2d(3, 32, 3)", "conv2d(32, 3)", "y = image -> conv2d(32, 3)", "B x 6 x 6 x 32"),
    ("y = image -> conv2d(32, 3 x 3, padding = 1)", "did you mean pad?",
     "y = image -> conv2d(32, 3 x 3, pad = 1)", "B x 8 x 8 x 32"),
    ("y = image -> MaxPool2d(2)", "maxpool", "y = image -> maxpool(2)", "B x 4 x 4 x 3"),
    ("y = image -> batch_norm", "batchnorm", "y = image -> batchnorm", "B x 8 x 8 x 3"),
    ("y = dense(3, x)", "x -> dense(3)", "y = x -> dense(3)", "3"),
    ("y = batchnorm(image)", "image -> batchnorm", "y = image -> batchnorm", "B x 8 x 8 x 3"),
    ("y = maxpool(image, 2, pad = [1, CEIL; 1, CEIL])", "pad = CEIL",
     "y = maxpool(image, 2, pad = CEIL)", "B x 4 x 4 x 3"),
    ("y = x.T", "leave `.T` out", "y = x", "m"),
]  # fmt: skip
_ANSWERED = [form for form in _FORMS if form[1] is not None]


@pytest.mark.parametrize(("line", "help"), [form[:2] for form in _ANSWERED], ids=[form[0] for form in _ANSWERED])
def test_the_form_is_told(line: str, help: str) -> None:
    """One message, whose help is the form to write, with the names of the line."""
    assert help in (_told(line).help or "")


@pytest.mark.parametrize(
    ("right", "shape"),
    [form[2:] for form in _FORMS if form[2] is not None],
    ids=[form[0] for form in _FORMS if form[2]],
)
def test_the_form_holds(right: str, shape: str) -> None:
    """The line with that form is accepted, and gives what the other notation gives."""
    assert check(Source("t", f"{SPEC}{right}\nclaim y : {shape}\n"), lint="none").ok


def test_letters_are_free() -> None:
    """An index never takes the name of a size or a tensor: `i` is a size here, and `d` and `q`."""
    head = "dim i, d, q\ninput Q : i x d, K : q x d\n"
    texts = {
        line: check(Source("t", head + line)).diagnostics[0].help
        for line in ("y = sum(Q, 0)", 'y = einsum("qd,kd->qk", Q, K)')
    }
    assert texts["y = sum(Q, 0)"] == "write  sum[j in 0..i-1] Q[j, k]  with k on the left side"
    product = texts['y = einsum("qd,kd->qk", Q, K)']
    assert product == "write  sum[l] Q[j, l] * K[k, l]  with j, k on the left side"
    assert check(Source("t", f"{head}y[j, k] = sum[l] Q[j, l] * K[k, l]\nclaim y : i x q"), lint="none").ok


def test_the_name_is_marked() -> None:
    """The caret stands under the name that is unknown, also in a chain and with a module in front."""
    for line, name in (
        ("y = tanh(logistic(x))", "logistic"),
        ("y = x -> dense(3) -> Swoosh", "Swoosh"),
        ("y = np.foo(x)", "np.foo"),
    ):
        source = Source("t", SPEC + line)
        found = _told(line)
        assert found.span is not None
        assert source[found.span] == name


_INDICES = [
    ("claim seq[t] : m", "add `for t in 1..T`"),
    ("claim Y[i] : m", "add `for i in 0..N-1`"),
    ("claim Y[0, k] == Y[0, k]", "add `for k in 0..m-1`"),
    ("r[t] = tanh(seq[t]) for t in 2..T\nclaim r[t] : m", "add `for t in 2..T`"),
    ("claim x[2k] == 3", "add `for k in 0..n-1`"),
    ("y[i] = Y[i, j]", "sum[j] .."),
    ("y[i] = sum[j] Y[i, j] + Y[i, j]", "sum[j] (.. + ..)"),
    ("claim sum(x) == sum[i] x[i] + x[i]", "sum[i] (.. + ..)"),
]


@pytest.mark.parametrize(("line", "help"), _INDICES, ids=[line for line, _ in _INDICES])
def test_an_index_that_nothing_binds(line: str, help: str) -> None:
    """A claim says for which members it is made, with their range; an equation binds on the left or sums."""
    told = _told(line)
    assert told.code == "undeclared-name"
    assert help in (told.help or "")


def test_a_family_is_not_read_from_its_end() -> None:
    """`r[-1]` of r[0], .., r[T] is its last member for many; it may also be a base case that is missing."""
    told = _told("r[0] = zeros(m)\nr[t] = tanh(seq[t] + r[t-1]) for t in 1..T\ny = r[-1]\n")
    assert told.help == "the last entry is r[T]; or write a base case: r[-1] = zeros(m)"


def test_a_base_case_is_asked_for_as_before() -> None:
    """A recurrence that goes back by two steps lacks a member before the first: nobody meant the last one."""
    told = _told("r[0] = zeros(m)\nr[t] = tanh(r[t-2]) for t in 1..T\n")
    assert told.help == "write a base case: r[-1] = zeros(m)"


def test_a_column_is_called_so() -> None:
    """`[a; b] = ..` is a column in the author's words; no name of an operation that he cannot write is shown."""
    told = _told("[c : m; d : m] = sigm(x)\n")
    assert told.shapes is not None
    assert told.title == "this needs both sides to have one shape: 2m is not m"
    assert {told.shapes.left, told.shapes.right} == {"the result of sigm", "the column"}
