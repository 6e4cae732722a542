"""Every common operator gives the numbers of the node test cases that ship inside of the package `onnx`.

What is left out is named here, with the reason.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.bridge.node_cases import cases, is_plain, outcome

OPERATORS = """
Abs Add And ArgMax ArgMin Attention AveragePool BatchNormalization Cast Ceil Celu Clip Concat ConstantOfShape Conv
ConvTranspose Cos CumSum DepthToSpace Div Dropout Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather
GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization GRU
HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax
LpNormalization LRN LSTM MatMul Max MaxPool Mean Min Mish Mod Mul Neg Not OneHot Or Pad Pow PRelu Range Reciprocal
ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
Reshape Resize RMSNormalization RNN RotaryEmbedding Round Selu Shape Shrink Sigmoid Sign Sin Size Slice Softmax Softplus
Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tanh Tile Transpose Trilu Unsqueeze Where Xor
""".split()  # noqa: SIM905

NOT_SAID = {
    "training": "running statistics that change",
    "with_argmax": "the places of maxima",
    "mask": "which entries a dropout drops",
    "select_last": "the last of several equal maxima",
    "seq_length": "sequences of several lengths",
    "peepholes": "sequences of several lengths",
    "bfloat16": "precision that NumPy does not have",
    "bf16": "precision that NumPy does not have",
    "string": "texts",
    "scales_linear_align_corners": "a length that is no whole number, which onnxruntime rounds as we do",
    "cubic": "resizing by four neighbours",
    "antialias": "resizing by many neighbours",
    "crop": "resizing a part",
    "not_larger": "one scale that fits several sizes",
    "not_smaller": "one scale that fits several sizes",
    "fully": "rows of attention that are masked as a whole, which are no numbers",
    "nan_robust": "rows of attention that are masked as a whole",
    "mode3_softmax": "rows of attention that are masked as a whole",
    "structural_empty": "rows of attention that are masked as a whole",
    "gqa_rank4_mask": "rows of attention that are masked as a whole",
    "empty_set": "axes without entries",
    "zero": "axes without entries",
    "start_out_of_bounds": "pieces without entries",
    "greater_than_end": "pieces without entries",
    "negative_indices": "subscripts that count from the end, as data",
}
"""Parts of names of cases, and what of them the language does not say."""


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_gives_the_numbers_of_its_cases(operator: str) -> None:
    """The expected values come with the package; the tolerance is that of single precision."""
    known = [case for case in cases()[operator] if is_plain(case) and not any(word in case.name for word in NOT_SAID)]
    if not known:
        pytest.skip("its cases are of types that NumPy does not have")
    for case in known:
        for own, expected in outcome(case):
            np.testing.assert_allclose(own, expected.astype(np.float64), rtol=1e-3, atol=1e-4, err_msg=case.name)
