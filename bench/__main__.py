"""`python -m bench` (`make bench`): every table."""

from __future__ import annotations

import bench.collect
import bench.compact
import bench.cost
import bench.dashboard
import bench.enrich
import bench.goal
import bench.identity
import bench.page
import bench.publish
import bench.view

if __name__ == "__main__":
    bench.collect.main()
    bench.enrich.main()
    bench.identity.main()
    bench.goal.main()
    bench.view.main()
    bench.compact.main()
    bench.publish.main([])
    bench.dashboard.main()
    bench.page.main()
    bench.cost.main([])
