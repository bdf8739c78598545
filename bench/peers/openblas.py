"""The BLAS behind PyTorch must be OpenBLAS with the kernel of its own choice, or a comparison is unfair to PyTorch."""
import ctypes
import os
import sys
import time

import torch

FORBIDDEN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def refuse(message, hint):
    """One clear error, as ersatz prints its own; bad input ends with 2."""
    print(f"bench: error: {message}\nhint: {hint}", file=sys.stderr)
    sys.exit(2)


def library():
    """The OpenBLAS that this process has mapped; refuses when there is none, or another BLAS beside it."""
    with open("/proc/self/maps") as maps:
        mapped = sorted({line.split()[-1] for line in maps if ".so" in line})
    blas = [path for path in mapped if os.path.basename(path).startswith(("libblas", "libopenblas", "libmkl"))]
    open_blas = [path for path in blas if os.path.basename(path).startswith("libopenblas")]
    others = [path for path in blas if "openblas" not in path]
    if len(open_blas) != 1 or others:
        refuse(f"PyTorch computes with {', '.join(others) or 'no BLAS that is known'}, not with OpenBLAS",
               "apt-get install libopenblas0-pthread; update-alternatives --list libblas.so.3-x86_64-linux-gnu")
    return ctypes.CDLL(open_blas[0])


def set_threads(count):
    """PyTorch's own threads and those of OpenBLAS, which PyTorch does not know of."""
    torch.set_num_threads(count)
    library().openblas_set_num_threads(count)


def check():
    """Refuses an unfair BLAS; otherwise says which kernel it has and how fast it is, one thread."""
    for name in FORBIDDEN:
        if name in os.environ:
            refuse(f"{name} is set, so OpenBLAS does not choose its own kernel", f"env -u {' -u '.join(FORBIDDEN)} ...")
    blas = library()
    for function in (blas.openblas_get_corename, blas.openblas_get_config):
        function.restype = ctypes.c_char_p
    set_threads(1)
    a, b = torch.rand(1024, 1024), torch.rand(1024, 1024)
    best = 1e9
    for _ in range(10):
        start = time.process_time()
        torch.mm(a, b)
        best = min(best, time.process_time() - start)
    return {"torch": torch.__version__, "core": blas.openblas_get_corename().decode(),
            "config": blas.openblas_get_config().decode().strip(), "flops": 2 * 1024 ** 3 / best}
