# Wheels that run on Lambda's Graviton machines: Amazon Linux 2023 has glibc 2.34.
PLATFORMS := manylinux_2_34_aarch64 manylinux_2_28_aarch64 manylinux_2_17_aarch64 manylinux2014_aarch64
