"""Model files to the `onnx` dialect."""
