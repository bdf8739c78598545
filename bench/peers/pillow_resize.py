#!/usr/bin/python3
"""bench/peers/pillow_resize.py [build-bench/bench/data_bench]: Pillow's Image.resize on the sizes of the benchmarks
"resize/..." of data_bench, one thread, in microseconds. With that program given, both are measured in turn, and the
third column is how many times as fast ersatz is.
"""
import json
import subprocess
import sys
import time

import numpy as np
from PIL import Image

SIZES = [((256, 256), (32, 32)), ((512, 512), (64, 64)), ((1024, 768), (224, 224)), ((32, 32), (64, 64))]
FILTERS = {"bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
ROUNDS = 3


def measure_pillow(source, size, method):
    pixels = np.random.default_rng(1).integers(0, 256, (source[1], source[0], 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    count, seconds = 0, 0.0
    start = time.perf_counter()
    while seconds < 0.2:
        image.resize(size, method)
        count += 1
        seconds = time.perf_counter() - start
    return seconds / count * 1e6


def measure_ersatz(program, name):
    done = subprocess.run([program, f"--benchmark_filter=^{name}$", "--benchmark_min_time=0.2",
                           "--benchmark_format=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout)["benchmarks"][0]["real_time"]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"# Pillow {Image.__version__}, the best of {ROUNDS}")
    for source, size in SIZES:
        for name, method in FILTERS.items():
            title = f"resize/{source[0]}x{source[1]}_to_{size[0]}x{size[1]}/{name}"
            pillow, ersatz = [], []
            for _ in range(ROUNDS):
                pillow.append(measure_pillow(source, size, method))
                if program:
                    ersatz.append(measure_ersatz(program, title))
            line = f"{title:42} {min(pillow):9.1f}"
            if program:
                line += f" {min(ersatz):9.1f} {min(pillow) / min(ersatz):6.2f}"
            print(line)


main()
