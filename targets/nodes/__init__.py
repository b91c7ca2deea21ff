"""What an ONNX node asks for, whichever opset it is written in.

The support rules and the conversion read nodes through these functions, so that both see the
same thing. What depends on a dynamic shape or on an operand that is not constant cannot be
told: then they raise `Undetermined`. A node that cannot be right is a UserError.
"""

from .attributes import (
    Undetermined,
    choice_attribute,
    constant_input,
    contradiction,
    float_attribute,
    int_attribute,
    ints_attribute,
    result_shape,
    shape_of_input,
    text_attribute,
    version_of,
)

__all__ = [
    "Undetermined",
    "choice_attribute",
    "constant_input",
    "contradiction",
    "float_attribute",
    "int_attribute",
    "ints_attribute",
    "result_shape",
    "shape_of_input",
    "text_attribute",
    "version_of",
]
