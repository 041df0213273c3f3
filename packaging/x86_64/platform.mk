# Wheels that run on Lambda's Intel machines, and on a laptop: Amazon Linux 2023 has glibc 2.34.
PLATFORMS := manylinux_2_34_x86_64 manylinux_2_28_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64
