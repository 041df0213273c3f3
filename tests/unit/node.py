"""Run JavaScript that Pixelweave writes; `make tag` needs node as well."""

from __future__ import annotations

import subprocess
from shutil import which


def run_node(program: str) -> str:
    """What the program prints. Raises CalledProcessError where it throws."""
    node = which("node")
    assert node is not None, "node is missing: apt-get install nodejs"
    return subprocess.run([node, "-"], input=program, capture_output=True, text=True, check=True).stdout
