"""The driver: Python API, command line, pipelines, pass-by-pass debugging, reports."""
