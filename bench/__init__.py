"""What Pixelweave costs, measured so that it can be repeated."""
