"""`python -m bench` (`make bench`): every table."""

from __future__ import annotations

from bench import collect, enrich

if __name__ == "__main__":
    collect.main()
    enrich.main()
