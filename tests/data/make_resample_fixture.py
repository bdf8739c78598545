#!/usr/bin/python3
"""Makes tests/data/resample/: what Pillow makes of images of other sizes.

cases.json lists the cases, expected.bin holds their pixels one after another. Source images are noise that both sides
compute (noise() here, in tests/data/codec/resample_test.cpp); large.jpg and turned.jpg are for decoding at a fraction
of the size. Needs Debian's python3-pil and python3-numpy; it was last run with Pillow 9.4.0 and libjpeg-turbo 2.1.5.
"""
import json
import pathlib
import struct

import numpy as np
from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).parent / "resample"
FILTERS = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
           "lanczos": Image.LANCZOS}
FITS = {"crop": lambda image, size, method: ImageOps.fit(image, size, method, centering=(.5, .5)),
        "squash": lambda image, size, method: image.resize(size, method),
        "pad": lambda image, size, method: ImageOps.pad(image, size, method)}
# Source and new size, width first: whole and odd ratios, larger, both at once, other proportions, single pixels, one
# side or both unchanged.
SIZES = [((48, 36), (12, 9)), ((61, 47), (13, 9)), ((11, 9), (24, 19)), ((23, 40), (13, 13)), ((1, 15), (8, 8)),
         ((9, 1), (5, 7)), ((90, 7), (7, 11)), ((13, 13), (13, 7)), ((13, 13), (7, 13)), ((300, 90), (2, 3)),
         ((33, 21), (1, 1)), ((10, 10), (10, 10)), ((1, 1), (3, 4))]
BOXES = [(3.3, 2.7, 31.25, 28.9), (0, 0, 39.5, 29.75), (12, 7, 13, 30), (5, 5, 14, 13)]


def noise(width, height):
    """Bytes of a linear congruential generator, half of them 0 or 255: sums beyond both ends are common."""
    state, values = 12345, []
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) % 2**32
        value = state >> 24
        values.append(0 if value < 64 else 255 if value > 192 else value)
    return Image.fromarray(np.array(values, dtype=np.uint8).reshape(height, width, 3))


def smooth(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([128 + 120 * np.sin(x / 9.0), 255 * y / height, 128 + 100 * np.cos((x + y) / 14.0)],
                                    axis=-1).astype(np.uint8))


def exif(orientation):
    return (b"Exif\0\0II" + struct.pack("<HIHHHIH2xI", 42, 8, 1, 0x0112, 3, 1, orientation, 0))


def main():
    OUT.mkdir(exist_ok=True)
    smooth(203, 149).save(OUT / "large.jpg", quality=50)
    smooth(203, 149).save(OUT / "turned.jpg", quality=50, exif=exif(6))
    cases, pixels = [], []

    def add(image, **case):
        cases.append({"size": image.size, **case})
        pixels.append(np.asarray(image.convert("RGB")).tobytes())

    for source, size in SIZES:
        for fit, fitted in FITS.items():
            for name, method in FILTERS.items():
                add(fitted(noise(*source), size, method), source=source, fit=fit, filter=name)
    for box in BOXES:
        for name, method in FILTERS.items():
            add(noise(40, 30).resize((9, 8), method, box=box), source=(40, 30), box=box, filter=name)
    for size in ((12, 9), (24, 18), (50, 37), (102, 75)):
        image = Image.open(OUT / "large.jpg")
        box = image.draft(None, (size[0] * 2, size[1] * 2))[1]
        shape = image.size
        if size[0] < 100:
            add(image.resize(size, Image.BICUBIC, box=box), file="large.jpg", filter="bicubic", decoded=shape)
    image = Image.open(OUT / "turned.jpg")
    box = image.draft(None, (24 * 2, 18 * 2))[1]  # for 18 x 24 when it is turned
    upright = ImageOps.exif_transpose(image)
    box = (upright.width - box[3], 0, upright.width, box[2])
    add(upright.resize((18, 24), Image.BICUBIC, box=box), file="turned.jpg", filter="bicubic", decoded=upright.size)
    lines = ",\n".join(json.dumps(case) for case in cases)
    (OUT / "cases.json").write_text(f"[\n{lines}\n]\n")
    (OUT / "expected.bin").write_bytes(b"".join(pixels))


main()
