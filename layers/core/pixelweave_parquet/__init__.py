"""Objects of the event log, read with DuckDB."""
