"""The local runner: an embedded AWS, the real template deployed to it, demo pixels and demo traffic.

`emulator.py` and what it imports run inside the embedded AWS's own environment (`.local/aws`), with nothing
but ministack, duckdb, sqlglot and the standard library; the other modules run in `.venv`.
"""
