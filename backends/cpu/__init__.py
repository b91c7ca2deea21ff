"""The CPU backend: `onnx` operations run in ONNX Runtime."""
