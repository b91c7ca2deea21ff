"""Mutants of model files, and a run of them through the frontend.

    python tests/model_mutations.py --count 20000 [--seed 0] [--sample convolution]

A mutant is a sample model that was damaged a few times, as bytes or as a message. Importing it
must give a module or one `UserError`: anything else is printed with its seed and ends the run
with exit code 1.
"""

import argparse
import random
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import EncodeError, Message
from onnx_samples import SAMPLES

from drpc.drpdialect.errors import UserError
from drpc.frontends import import_onnx

_NUMBERS: Final = (0, 1, -1, 2, 3, 7, 8, 12, 17, 28, 29, 255, 2**31 - 1, -(2**31), 2**40, 2**62)
_TEXTS: Final = ("", "x", "\0", "../../etc/passwd", "/etc/passwd", "é" * 300, "ai.onnx", "If")
_CPP: Final = FieldDescriptor


def mutant(model: onnx.ModelProto, rng: random.Random) -> bytes:
    """A damaged model: its message changed up to four times, its bytes up to three times."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    in_message = rng.random() < 0.7
    if in_message:
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            _mutate_message(copy, rng)
    try:
        content = copy.SerializeToString()
    except EncodeError:
        content = model.SerializeToString()
    if not in_message or rng.random() < 0.1:
        for _ in range(rng.randint(1, 3)):
            content = rng.choice(_BYTE_MUTATIONS)(content, rng)
    return content


# --- bytes -----------------------------------------------------------------------------------


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return content
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _overwrite(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    noise = rng.randbytes(rng.randint(1, 8))
    return content[:at] + noise + content[at + len(noise) :]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    begin, end = sorted(rng.randint(0, len(content)) for _ in range(2))
    return content[:end] + content[begin:end] + content[end:]


def _remove(content: bytes, rng: random.Random) -> bytes:
    begin, end = sorted(rng.randint(0, len(content)) for _ in range(2))
    return content[:begin] + content[end:]


_BYTE_MUTATIONS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _truncate,
    _flip,
    _flip,
    _overwrite,
    _repeat,
    _remove,
)


# --- messages --------------------------------------------------------------------------------


def _messages(message: Message) -> Iterator[Message]:
    yield message
    for field, value in message.ListFields():
        if field.type != _CPP.TYPE_MESSAGE:
            continue
        for inner in value if field.is_repeated else (value,):
            yield from _messages(inner)


def _mutate_message(model: Message, rng: random.Random) -> None:
    """Change one field of one message below."""
    message = rng.choice(list(_messages(model)))
    present = [field for field, _ in message.ListFields()]
    fields = present if present and rng.random() < 0.8 else list(message.DESCRIPTOR.fields)
    field = rng.choice(fields)
    if rng.random() < 0.15:
        message.ClearField(field.name)
    elif field.is_repeated:
        _mutate_list(model, message, field, rng)
    elif field.type == _CPP.TYPE_MESSAGE:
        getattr(message, field.name).SetInParent()
    else:
        setattr(message, field.name, _scalar(model, field, getattr(message, field.name), rng))


def _mutate_list(
    model: Message, message: Message, field: FieldDescriptor, rng: random.Random
) -> None:
    items: Any = getattr(message, field.name)
    is_message = field.type == _CPP.TYPE_MESSAGE
    at = rng.randrange(len(items)) if len(items) else None
    action = rng.randrange(4)
    if action == 0 and at is not None:
        del items[at]
    elif action == 1 and at is not None:
        items.append(items[at])
    elif action == 2 and at is not None and len(items) > 1:
        other = rng.randrange(len(items))
        order = list(range(len(items)))
        order[at], order[other] = order[other], order[at]
        saved = [items[i] for i in order]
        if is_message:
            saved = [type(item).FromString(item.SerializePartialToString()) for item in saved]
        del items[:]
        items.extend(saved)
    elif is_message:
        items.add()
    elif at is not None:
        items[at] = _scalar(model, field, items[at], rng)
    else:
        items.append(_scalar(model, field, None, rng))


def _scalar(model: Message, field: FieldDescriptor, value: Any, rng: random.Random) -> Any:
    if field.type == _CPP.TYPE_ENUM:
        return rng.choice([v.number for v in field.enum_type.values])
    if field.type == _CPP.TYPE_STRING:
        return rng.choice([*_TEXTS, *_names(model)])
    if field.type == _CPP.TYPE_BYTES:
        damage = rng.choice(_BYTE_MUTATIONS)
        return damage(value or b"\xff\xfe", rng)
    if field.cpp_type in (_CPP.CPPTYPE_FLOAT, _CPP.CPPTYPE_DOUBLE):
        return rng.choice([0.0, -1.0, 1e30, float("nan"), float("inf")])
    number = rng.choice(_NUMBERS)
    if field.cpp_type == _CPP.CPPTYPE_INT32:
        return max(min(number, 2**31 - 1), -(2**31))
    if field.cpp_type == _CPP.CPPTYPE_UINT64:
        return abs(number)
    return number


def _names(model: Message) -> list[str]:
    """Names that the model mentions, to make references that clash or that do not fit."""
    names: list[str] = []
    for message in _messages(model):
        if isinstance(message, onnx.NodeProto):
            names += [*message.input, *message.output, message.op_type]
    return names[:200]


# --- a run -----------------------------------------------------------------------------------


def run_mutants(
    count: int, seed: int, folder: Path, samples: list[str] | None = None
) -> tuple[Counter[str], list[str]]:
    """Import `count` mutants; return how many were (accepted, refused), and what escaped."""
    models = [SAMPLES[name]() for name in samples or SAMPLES]
    outcomes: Counter[str] = Counter()
    escapes: list[str] = []
    path = folder / "mutant.onnx"
    for index in range(count):
        rng = random.Random(seed * 1_000_003 + index)
        content = mutant(rng.choice(models), rng)
        path.write_bytes(content)
        start = time.perf_counter()
        try:
            import_onnx(path).verify()
            outcomes["accepted"] += 1
        except UserError as error:
            outcomes["refused"] += 1
            if not str(error).strip():
                escapes.append(f"mutant {index}: a UserError without a message")
        except Exception:
            outcomes["escaped"] += 1
            escapes.append(f"mutant {index} of seed {seed}:\n{traceback.format_exc(limit=-6)}")
        if time.perf_counter() - start > 10:
            escapes.append(f"mutant {index} of seed {seed} took over 10 s")
    return outcomes, escapes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", action="append", choices=list(SAMPLES))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes, escapes = run_mutants(args.count, args.seed, Path(folder), args.sample)
    print("\n".join(escapes))
    print(f"{args.count} mutants: {dict(outcomes)}, {len(escapes)} findings")
    return 1 if escapes else 0


if __name__ == "__main__":
    raise SystemExit(main())
