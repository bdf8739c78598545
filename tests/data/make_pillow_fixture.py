#!/usr/bin/python3
"""Makes tests/data/pillow/: small image files and what Pillow decodes them to.

For every file NAME.jpg or NAME.png, NAME.rgb holds convert("RGB"), of images with alpha over white, and NAME.grey
holds convert("L") of that, raw bytes in row order. NAME is KIND-HEIGHTxWIDTH. More kinds: make_format_fixture.py. Run it with Debian's Python
(python3-pil, python3-numpy); it was last run with Pillow 9.4.0 and libjpeg-turbo 2.1.5.
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parent / "pillow"
H, W = 19, 23  # no multiples of 8 or 16: edges count


def picture():
    y, x = np.mgrid[0:H, 0:W]
    smooth = np.stack([128 + 120 * np.sin(x / 3.0), 255 * y / H, 128 + 100 * np.cos((x + y) / 4.0)], axis=-1)
    noise = np.random.default_rng(1).integers(-40, 40, (H, W, 3))
    return np.clip(smooth + noise, 0, 255).astype(np.uint8)


def raw_png(name, depth, color_type, rows, extra=b""):
    """A PNG that Pillow cannot write itself: rows are the unfiltered bytes of each row."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", W, H, depth, color_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    path = OUT / f"{name}-{H}x{W}.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    rgb = picture()
    image = Image.fromarray(rgb)
    grey = image.convert("L")
    alpha = Image.fromarray(rgb[:, :, 1])

    def save(picture, name, **options):
        picture.save(OUT / f"{name.split('.')[0]}-{H}x{W}.{name.split('.')[1]}", **options)

    save(image, "yuv420.jpg", quality=75, subsampling=2)
    save(image, "yuv422.jpg", quality=85, subsampling=1)
    save(image, "yuv444.jpg", quality=90, subsampling=0)
    save(image, "progressive.jpg", quality=80, progressive=True)
    save(grey, "greyscale.jpg", quality=80)
    save(image, "rgb.png")
    save(grey, "grey.png")
    save(grey.convert("1"), "bilevel.png")
    save(image.quantize(200), "palette.png")
    save(image.quantize(12), "palette4.png")
    save(image.quantize(60), "palette_transparent.png", transparency=3)
    save(Image.merge("RGBA", (*image.split(), alpha)), "rgba.png")
    save(Image.merge("LA", (grey, alpha)), "grey_alpha.png")
    save(Image.fromarray(np.arange(H * W, dtype=np.uint16).reshape(H, W)), "grey16.png")
    wide = rgb.astype(np.uint16) * 257 + np.random.default_rng(2).integers(-128, 128, rgb.shape)
    wide = np.clip(wide, 0, 65535).astype(">u2")
    raw_png("rgb16", 16, 2, [row.tobytes() for row in wide])
    rgba16 = np.concatenate([wide, wide[:, :, :1]], axis=-1)
    raw_png("rgba16", 16, 6, [row.tobytes() for row in rgba16])
    raw_png("grey_alpha16", 16, 4, [row.tobytes() for row in wide[:, :, :2]])
    nibbles = (np.asarray(grey) >> 4).astype(np.uint8)
    packed = np.pad(nibbles, ((0, 0), (0, W % 2)))
    raw_png("grey4", 4, 0, [(row[0::2] << 4 | row[1::2]).tobytes() for row in packed])

    for path in sorted(OUT.iterdir()):
        with Image.open(path) as opened:
            decoded = opened
            if opened.mode in ("RGBA", "LA") or "transparency" in opened.info:
                decoded = Image.alpha_composite(Image.new("RGBA", opened.size, "white"), opened.convert("RGBA"))
            decoded = decoded.convert("RGB")
        path.with_suffix(".rgb").write_bytes(np.asarray(decoded).tobytes())
        path.with_suffix(".grey").write_bytes(np.asarray(decoded.convert("L")).tobytes())


main()
