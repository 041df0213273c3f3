"""The local runner: an embedded AWS, the real template deployed to it, demo pixels and demo traffic.

`emulator.py`, `shape.py`, `delivery.py`, `buffer.py`, `parquet.py`, `glue_type.py`, `athena.py` and
`gateway.py` run inside the embedded AWS's own environment (`.local/aws`) and import nothing but
ministack, duckdb, sqlglot and the standard library; the other modules run in `.venv`.
"""
