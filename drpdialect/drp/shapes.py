"""Shapes of results, shared by constructors and verifiers. All shapes are static, NCHW where spatial."""

from collections.abc import Sequence
from itertools import zip_longest

from xdsl.dialects.builtin import DYNAMIC_INDEX, TensorType
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from ..uniform_type import UniformType

Shape = tuple[int, ...]


def shape_of(value: SSAValue | Attribute) -> Shape:
    """The static shape of a tensor value or type. Raises VerifyException if it has none."""
    candidate = value.type if isinstance(value, SSAValue) else value
    if not isinstance(candidate, TensorType):
        raise VerifyException(f"expected a tensor, but got {candidate}")
    shape = candidate.get_shape()
    if DYNAMIC_INDEX in shape:
        raise VerifyException(f"expected a static shape, but got {candidate}")
    return shape


def element_type_of(value: SSAValue | Attribute) -> Attribute:
    """The element type of a tensor value or type. Raises VerifyException for another type."""
    candidate = value.type if isinstance(value, SSAValue) else value
    if not isinstance(candidate, TensorType):
        raise VerifyException(f"expected a tensor, but got {candidate}")
    return candidate.element_type


def verify_quantised_shape(value: SSAValue | Attribute) -> None:
    """Raises VerifyException if a quantised tensor's type has scales for another shape."""
    element = element_type_of(value)
    if isinstance(element, UniformType):
        element.verify_shape(shape_of(value))


def broadcast(*shapes: Shape) -> Shape:
    """The shape that NumPy's (and ONNX's) multidirectional broadcasting gives."""
    result: list[int] = []
    for sizes in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        wanted = {size for size in sizes if size != 1}
        if len(wanted) > 1:
            text = ", ".join("x".join(map(str, shape)) or "scalar" for shape in shapes)
            raise VerifyException(f"expected shapes that broadcast, but got {text}")
        result.append(wanted.pop() if wanted else 1)
    return tuple(reversed(result))


def window_size(size: int, kernel: int, stride: int, dilation: int, pads: int) -> int:
    """Positions of a sliding window along one dimension; `pads` is the sum of both sides."""
    return (size + pads - dilation * (kernel - 1) - 1) // stride + 1


def spatial_windows(
    size: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    pads: Sequence[int],
) -> Shape:
    """Height and width after a window slides; `pads` is (top, left, bottom, right)."""
    if len(kernel) != 2 or min(kernel) < 1:
        raise VerifyException(f"expected a kernel of 2 sizes of at least 1, got {list(kernel)}")
    _require_window(strides, dilations, pads)
    return tuple(
        window_size(size[i], kernel[i], strides[i], dilations[i], pads[i] + pads[i + 2])
        for i in range(2)
    )


def convolution(
    x: Shape,
    w: Shape,
    strides: Sequence[int],
    dilations: Sequence[int],
    pads: Sequence[int],
    groups: int,
) -> Shape:
    """(N, C, H, W) * (M, C/groups, kh, kw) -> (N, M, H', W')."""
    _require_rank(4, x=x, w=w)
    if groups < 1 or x[1] != w[1] * groups or w[0] % groups:
        raise VerifyException(
            f"expected {groups} groups to divide {x[1]} input and {w[0]} output channels with "
            f"{w[1]} input channels a group"
        )
    result = (x[0], w[0], *spatial_windows(x[2:], w[2:], strides, dilations, pads))
    _require_positive(result, "the kernel is larger than the padded input")
    return result


def transposed_convolution(
    x: Shape,
    w: Shape,
    strides: Sequence[int],
    dilations: Sequence[int],
    pads: Sequence[int],
    output_padding: Sequence[int],
    groups: int,
) -> Shape:
    """(N, C, H, W) * (C, M/groups, kh, kw) -> (N, M, H', W')."""
    _require_rank(4, x=x, w=w)
    _require_window(strides, dilations, pads)
    if len(output_padding) != 2 or min(output_padding) < 0:
        raise VerifyException("expected 2 output paddings of at least 0")
    if groups < 1 or x[1] != w[0] or w[0] % groups:
        raise VerifyException(f"expected {groups} groups to divide {x[1]} = {w[0]} input channels")
    spatial = tuple(
        strides[i] * (x[i + 2] - 1)
        + output_padding[i]
        + dilations[i] * (w[i + 2] - 1)
        + 1
        - pads[i]
        - pads[i + 2]
        for i in range(2)
    )
    result = (x[0], w[1] * groups, *spatial)
    _require_positive(result, "the padding leaves no output")
    return result


def matrix_product(a: Shape, b: Shape) -> Shape:
    """(..., M, K) * (..., K, N) -> (..., M, N), leading dimensions broadcast."""
    if len(a) < 2 or len(b) < 2 or a[-1] != b[-2]:
        raise VerifyException(f"expected matrices (..., M, K) and (..., K, N), but got {a} and {b}")
    return (*broadcast(a[:-2], b[:-2]), a[-2], b[-1])


def reduction(x: Shape, axes: Sequence[int], keep: bool) -> Shape:
    """Sizes along `axes` become 1, or go where they are not kept."""
    require_axes(x, axes)
    if keep:
        return tuple(1 if i in axes else size for i, size in enumerate(x))
    return tuple(size for i, size in enumerate(x) if i not in axes)


def concatenation(shapes: Sequence[Shape], axis: int) -> Shape:
    """Sizes along `axis` add up; all others must agree."""
    first = shapes[0]
    require_axes(first, (axis,))
    for shape in shapes:
        same = len(shape) == len(first) and all(
            i == axis or size == first[i] for i, size in enumerate(shape)
        )
        if not same:
            raise VerifyException(
                f"expected sizes that agree but for axis {axis}: {first}, {shape}"
            )
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def require_axes(x: Shape, axes: Sequence[int]) -> None:
    """Raise unless the axes are distinct, non-negative and within the rank."""
    if len(set(axes)) != len(axes) or any(not 0 <= axis < len(x) for axis in axes):
        raise VerifyException(f"expected distinct axes in [0, {len(x)}), but got {list(axes)}")


def _require_rank(rank: int, **shapes: Shape) -> None:
    for name, shape in shapes.items():
        if len(shape) != rank:
            raise VerifyException(f"expected {name} of rank {rank}, but got {shape}")


def _require_window(strides: Sequence[int], dilations: Sequence[int], pads: Sequence[int]) -> None:
    if len(strides) != 2 or len(dilations) != 2:
        raise VerifyException("expected 2 strides and 2 dilations")
    if len(pads) != 4:
        raise VerifyException(f"expected 4 pads (top, left, bottom, right), but got {len(pads)}")
    if min(*strides, *dilations) < 1 or min(pads) < 0:
        raise VerifyException("expected strides and dilations of at least 1 and pads of at least 0")


def _require_positive(shape: Shape, why: str) -> None:
    if any(size < 1 for size in shape[2:]):
        raise VerifyException(f"expected a result of positive height and width: {why}")
