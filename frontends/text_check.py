"""Whether every name in a model is text: protobuf hands out bytes that are not UTF-8 as they are."""

from collections.abc import Iterable
from typing import Any, Final

import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from ..drpdialect.errors import UserError

_NOT_READ: Final = frozenset(("doc_string", "metadata_props", "producer_name", "producer_version"))
"""Fields that mean nothing to a compiler."""


def check_text(model: onnx.ModelProto) -> None:
    """Raises UserError for a name that is not UTF-8."""
    stack: list[Message] = [model]
    while stack:
        message = stack.pop()
        if isinstance(message, onnx.TensorProto):  # its data is not looked at
            _check(message, "name", [message.name])
            stack += message.external_data
            continue
        for field, value in message.ListFields():
            if field.name in _NOT_READ:
                continue
            items: Iterable[Any] = value if field.is_repeated else (value,)
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                stack += items
            elif field.type == FieldDescriptor.TYPE_STRING:
                _check(message, field.name, items)


def _check(message: Message, field: str, items: Iterable[object]) -> None:
    for item in items:
        if not isinstance(item, str):
            kind = message.DESCRIPTOR.name
            raise UserError(f"the model is damaged: {field} {item!r} of a {kind} is not UTF-8")
