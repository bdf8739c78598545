#!/usr/bin/env python3
"""Writes the arrays in tests/data/import/arrays with NumPy (1.24): python3 make_array_fixtures.py FOLDER

Channel c of the pixel in row y and column x of image i is (31 i + 7 y + 3 x + 50 c) mod 256, grey is channel 0; the label
of image i is (3 i + 1) mod 5. Images are 4 high and 5 wide. Test images begin with i = 100.
"""

import gzip
import pathlib
import struct
import sys

import numpy as np

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def images(n, first=0):
    i, y, x, c = np.meshgrid(first + np.arange(n), np.arange(4), np.arange(5), np.arange(3), indexing="ij")
    return ((31 * i + 7 * y + 3 * x + 50 * c) % 256).astype("uint8")


def labels(n, first=0, dtype="int64"):
    return ((3 * (first + np.arange(n)) + 1) % 5).astype(dtype)


def planar(a):
    return np.ascontiguousarray(a.transpose(0, 3, 1, 2))


np.savez(out / "stored.npz", images=images(6), labels=labels(6), names=np.array(["a", "b"]))
np.savez_compressed(out / "splits.npz", x_train=planar(images(6)), y_train=labels(6, dtype="uint8")[:, None],
                    x_test=planar(images(4, 100)), y_test=labels(4, 100, "int32")[:, None])
np.savez_compressed(out / "validation.npz", train_images=images(6), train_labels=labels(6), val_images=images(2, 50),
                    val_labels=labels(2, 50), test_images=images(4, 100), test_labels=labels(4, 100))
np.savez(out / "positional.npz", images(6)[..., 0], labels(6, dtype=">i2"))
np.save(out / "images.npy", images(6)[..., :1])
np.save(out / "labels.npy", labels(6, dtype="int8"))

np.savez_compressed(out / "float.npz", images=images(6) / np.float32(255), labels=labels(6))
np.savez_compressed(out / "wide.npz", images=images(6).astype("int64"), labels=labels(6))
np.savez_compressed(out / "fortran.npz", images=np.asfortranarray(images(6)), labels=labels(6))
np.savez_compressed(out / "alpha.npz", images=np.concatenate([images(6), images(6)[..., :1]], axis=3), labels=labels(6))
np.savez_compressed(out / "one-hot.npz", images=images(6), labels=np.eye(5, dtype="int64")[labels(6)])
np.savez_compressed(out / "float-labels.npz", images=images(6), labels=labels(6, dtype="float64"))
np.savez_compressed(out / "negative.npz", images=images(6), labels=labels(6) - 1)
np.savez_compressed(out / "fewer.npz", images=images(6), labels=labels(5))
np.savez_compressed(out / "alone.npz", images=images(6))
np.savez_compressed(out / "twice.npz", images=images(6), x=images(6), labels=labels(6))
np.savez(out / "fields.npz", images=images(6), labels=np.zeros(6, dtype=[("a", "i4"), ("b", "i4")]))


def idx(name, a):
    header = struct.pack(">HBB", 0, 8, a.ndim) + struct.pack(f">{a.ndim}I", *a.shape)
    (out / f"{name}.gz").write_bytes(gzip.compress(header + a.tobytes(), mtime=0))


idx("train-images-idx3-ubyte", images(6)[..., 0])
idx("train-labels-idx1-ubyte", labels(6, dtype="uint8"))
idx("t10k-images-idx3-ubyte", images(4, 100)[..., 0])
idx("t10k-labels-idx1-ubyte", labels(4, 100, "uint8"))
