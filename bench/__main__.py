"""`python -m bench` (`make bench`): every table."""

from __future__ import annotations

import bench.collect
import bench.enrich

if __name__ == "__main__":
    bench.collect.main()
    bench.enrich.main()
