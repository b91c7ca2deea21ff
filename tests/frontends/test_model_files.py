"""Files: weights stay in them, and external data stays in the model's folder."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from model_runs import random_feeds, run_model, run_module, same
from onnx import TensorProto, helper, numpy_helper

from drpc.drpdialect.errors import UserError
from drpc.drpdialect.weights import tensors_of
from drpc.frontends import import_onnx

WIDTH = 600


def linear(weight: onnx.TensorProto) -> onnx.ModelProto:
    """A MatMul with a weight of 600 x 600."""
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, WIDTH])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, WIDTH])],
            [weight],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )


def weight_array() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((WIDTH, WIDTH)).astype(np.float32)


def test_large_weights_are_views_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    model = linear(numpy_helper.from_array(weight_array(), "w"))
    onnx.save(model, path)
    import_onnx(path)  # loads what is loaded once
    tracemalloc.start()
    module = import_onnx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (weight,) = tensors_of(module)
    assert peak < weight.nbytes // 2
    assert not weight.array.flags.owndata
    assert same(weight.array, weight_array())
    feeds = random_feeds(model)
    assert same(run_module(module, feeds), run_model(model, feeds))


def test_large_tensors_in_attributes_and_bodies_are_read(tmp_path: Path) -> None:
    tensor = numpy_helper.from_array(weight_array(), "w")
    constant = helper.make_node("Constant", [], ["w"], value=tensor)
    branches = {
        name: helper.make_graph(
            [
                helper.make_node("Constant", [], [f"{name}_w"], value=tensor),
                helper.make_node("Add", ["w", f"{name}_w"], [name]),
            ],
            name,
            [],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [WIDTH, WIDTH])],
        )
        for name in ("then_branch", "else_branch")
    }
    graph = helper.make_graph(
        [constant, helper.make_node("If", ["flag"], ["y"], **branches)],
        "g",
        [helper.make_tensor_value_info("flag", TensorProto.BOOL, [])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [WIDTH, WIDTH])],
    )
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), tmp_path / "m.onnx")
    module = import_onnx(tmp_path / "m.onnx")
    assert all(same(tensor.array, weight_array()) for tensor in tensors_of(module))
    assert same(run_module(module, {"flag": np.array(True)}), [2 * weight_array()])


def test_a_file_cannot_forge_the_mark_of_data_that_was_cut_out(tmp_path: Path) -> None:
    model = linear(numpy_helper.from_array(weight_array(), "w"))
    forged = TensorProto(name="f", data_type=TensorProto.UINT8, dims=[32], raw_data=bytes(32))
    model.graph.initializer.append(forged)
    onnx.save(model, tmp_path / "model.onnx")
    tensors = list(tensors_of(import_onnx(tmp_path / "model.onnx")))
    assert tensors[1].array.tobytes() == bytes(32)


# --- external data ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    onnx.save(
        linear(numpy_helper.from_array(weight_array(), "w")),
        folder / "model.onnx",
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    (tmp_path / "secret.bin").write_bytes(bytes(weight_array().nbytes))
    return folder


def test_external_data_is_mapped(folder: Path) -> None:
    module = import_onnx(folder / "model.onnx")
    (weight,) = tensors_of(module)
    assert not weight.array.flags.owndata
    assert same(weight.array, weight_array())
    loaded = onnx.load(folder / "model.onnx")
    feeds = random_feeds(loaded)
    assert same(run_module(module, feeds), run_model(loaded, feeds))


def test_a_model_in_memory_cannot_have_external_data(folder: Path) -> None:
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    with pytest.raises(UserError, match="give the model as a file"):
        import_onnx(model)


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "weights.bin").rename(folder / "real.bin")
    (folder / "weights.bin").symlink_to("real.bin")
    (weight,) = tensors_of(import_onnx(folder / "model.onnx"))
    assert same(weight.array, weight_array())


def set_entry(key: str, value: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        model = onnx.load(folder / "model.onnx", load_external_data=False)
        entries = model.graph.initializer[0].external_data
        for entry in entries:
            if entry.key == key:
                entry.value = value
        if all(entry.key != key for entry in entries):
            entries.add(key=key, value=value)
        (folder / "model.onnx").write_bytes(model.SerializeToString())

    return change


def link_out(folder: Path) -> None:
    (folder / "weights.bin").unlink()
    (folder / "weights.bin").symlink_to("../secret.bin")


def link_folder_out(folder: Path) -> None:
    (folder / "data").symlink_to("..")
    set_entry("location", "data/secret.bin")(folder)


def loop(folder: Path) -> None:
    (folder / "weights.bin").unlink()
    (folder / "weights.bin").symlink_to("weights.bin")


def truncate(folder: Path) -> None:
    os.truncate(folder / "weights.bin", 1000)


def fifo(folder: Path) -> None:
    (folder / "weights.bin").unlink()
    os.mkfifo(folder / "weights.bin")


BAD = {
    "climbs out": (set_entry("location", "../secret.bin"), "outside the model's folder"),
    "climbs out deeply": (set_entry("location", "a/../../secret.bin"), "outside the model's"),
    "absolute": (set_entry("location", "/etc/passwd"), "outside the model's folder"),
    "a link that leads out": (link_out, "outside the model's folder"),
    "a folder that leads out": (link_folder_out, "outside the model's folder"),
    "a link to itself": (loop, "weights.bin"),
    "missing": (set_entry("location", "gone.bin"), "there is no file"),
    "a folder": (set_entry("location", "."), "there is no file"),
    "a pipe": (fifo, "there is no file"),
    "a null character": (set_entry("location", "a\0b"), "cannot be read"),
    "a long name": (set_entry("location", "n" * 5000), "cannot be read"),
    "no location": (set_entry("location", ""), "no location"),
    "too short": (truncate, "ends after 1000 bytes"),
    "an offset behind the end": (set_entry("offset", "4096"), "are needed"),
    "a negative offset": (set_entry("offset", "-8"), "offset '-8'"),
    "an offset that is no number": (set_entry("offset", "ten"), "offset 'ten'"),
    "an endless offset": (set_entry("offset", "9" * 400), "offset"),
    "another length": (set_entry("length", "12"), "its external data has 12"),
}


@pytest.mark.parametrize(("change", "expected"), BAD.values(), ids=BAD)
def test_bad_external_data_is_refused(
    change: Callable[[Path], None], expected: str, folder: Path
) -> None:
    change(folder)
    with pytest.raises(UserError, match="initializer 'w'") as caught:
        import_onnx(folder / "model.onnx")
    assert expected in str(caught.value)
