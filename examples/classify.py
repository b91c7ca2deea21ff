"""Compile a trained network for RZ/V2H and classify a photograph: the IR, the placement, the label.

    python examples/classify.py [PHOTO] [--target NAME]

The network is MLPerf Tiny's ResNet-8, trained on CIFAR-10; see NOTICE for where it and the
photograph come from.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from drpc.compiler import compile

FOLDER = Path(__file__).parent
LABELS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


def read_photo(path: Path) -> np.ndarray:
    """A photograph as the network wants it: (1, 32, 32, 3) float32, (pixel - 128) / 128."""
    photo = Image.open(path).convert("RGB").resize((32, 32), Image.Resampling.BOX)
    return (np.asarray(photo, np.float32)[np.newaxis] - 128) / 128


def main() -> None:
    """Compile, show, run."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("photo", type=Path, nargs="?", default=FOLDER / "cat.png")
    arguments.add_argument("--target", default="rzv2h")
    options = arguments.parse_args()

    program = compile(
        FOLDER / "resnet8.onnx", target=options.target, shapes={"input_1": (1, 32, 32, 3)}
    )
    print(program.ir("drp-ir"))
    for op in program.placement.ops:
        print(f"{op.engine:<8} {op.op_type:<12} {op.name:<48} {op.reason}")
    share = program.placement.summary["macs_on_accelerator"]
    print(f"{share:.0%} of the multiply-accumulates run on {program.target}'s AI-MAC\n")

    outputs = program.run({"input_1": read_photo(options.photo)})
    probabilities = outputs["output_0"][0]
    for index in np.argsort(-probabilities)[:3]:
        print(f"{LABELS[index]:<10} {probabilities[index]:6.1%}")
    print(f"\n{options.photo.name} shows: {LABELS[int(np.argmax(probabilities))]}")


if __name__ == "__main__":
    main()
