#!/usr/bin/python3
"""Makes tests/data/formats/: small image files of many kinds, and what Pillow makes of them.

For every file NAME.jpg, .png, .webp, .gif or .bmp, NAME.rgb holds the pixels (raw bytes in row order) after
ImageOps.exif_transpose and, where the image has alpha, Image.alpha_composite over white; fixtures.json holds size and
remarks. Files that ersatz does not read are in the list "refused". Needs Debian's python3-pil, python3-numpy,
imagemagick and webp; it was last run with Pillow 9.4.0, libjpeg-turbo 2.1.5, libwebp 1.2.4 and ImageMagick 6.9.11.
"""
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy as np
from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).parent / "formats"
H, W = 19, 23  # no multiples of 8 or 16: edges count
TEMPORARY = tempfile.TemporaryDirectory()
SCRATCH = pathlib.Path(TEMPORARY.name)


def picture(seed=1):
    y, x = np.mgrid[0:H, 0:W]
    smooth = np.stack([128 + 120 * np.sin(x / 3.0), 255 * y / H, 128 + 100 * np.cos((x + y) / 4.0)], axis=-1)
    noise = np.random.default_rng(seed).integers(-40, 40, (H, W, 3))
    return np.clip(smooth + noise, 0, 255).astype(np.uint8)


RGB = picture()
IMAGE = Image.fromarray(RGB)
GREY = IMAGE.convert("L")
ALPHA = Image.fromarray(np.where(RGB[:, :, 1] > 200, 255, np.where(RGB[:, :, 1] < 40, 0, RGB[:, :, 1])).astype(np.uint8))
RGBA = Image.merge("RGBA", (*IMAGE.split(), ALPHA))


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def scratch(image, name):
    image.save(SCRATCH / name)
    return SCRATCH / name


def exif(orientation, big_endian=False, kind=3):
    """A TIFF header with a tag before the orientation and one behind it."""
    order = ">" if big_endian else "<"
    value = struct.pack(order + ("H2x" if kind == 3 else "I"), orientation)
    tags = [struct.pack(order + "HHI", 0x0100, 3, 1) + struct.pack(order + "H2x", W),
            struct.pack(order + "HHI", 0x0112, kind, 1) + value,
            struct.pack(order + "HHI", 0x0128, 3, 1) + struct.pack(order + "H2x", 2)]
    head = (b"MM" if big_endian else b"II") + struct.pack(order + "HI", 42, 8)
    return head + struct.pack(order + "H", len(tags)) + b"".join(tags) + struct.pack(order + "I", 0)


def jpegs():
    IMAGE.save(OUT / "baseline.jpg", quality=80)
    IMAGE.save(OUT / "progressive.jpg", quality=80, progressive=True)
    GREY.save(OUT / "grey.jpg", quality=80)
    GREY.save(OUT / "grey_turned.jpg", quality=80, exif=b"Exif\0\0" + exif(6))
    for orientation in range(1, 9):
        block = exif(orientation, big_endian=orientation % 2 == 0, kind=4 if orientation == 5 else 3)
        IMAGE.save(OUT / f"orientation{orientation}.jpg", quality=80, exif=b"Exif\0\0" + block)
    IMAGE.save(OUT / "orientation9.jpg", quality=80, exif=b"Exif\0\0" + exif(9))
    cmyk = Image.fromarray(np.dstack([255 - RGB, 255 - RGB[::-1, :, 1] // 2]), "CMYK")
    cmyk.save(OUT / "cmyk.jpg", quality=90)
    cmyk.save(OUT / "cmyk_turned.jpg", quality=90, progressive=True, exif=b"Exif\0\0" + exif(8))
    run("convert", scratch(IMAGE, "rgb.png"), "-colorspace", "CMYK", "-quality", 90, OUT / "cmyk_imagemagick.jpg")
    whole = (OUT / "cmyk.jpg").read_bytes()
    adobe = whole.index(b"\xff\xee")
    assert whole[adobe + 4:adobe + 9] == b"Adobe" and whole[adobe + 15] == 0
    (OUT / "ycck.jpg").write_bytes(whole[:adobe + 15] + b"\x02" + whole[adobe + 16:])
    (OUT / "cmyk_without_adobe.jpg").write_bytes(whole[:adobe] + whole[adobe + 16:])
    run("convert", scratch(IMAGE, "rgb.png"), "-sampling-factor", "1x2", "-quality", 85, OUT / "tall_chroma.jpg")


def raw_png(name, depth, color_type, rows, extra=b""):
    """A PNG that Pillow cannot write itself: rows are the unfiltered bytes of each row."""
    header = struct.pack(">IIBBBBB", W, H, depth, color_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    (OUT / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) +
                             chunk(b"IEND", b""))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pngs():
    IMAGE.save(OUT / "rgb.png")
    RGBA.save(OUT / "rgba.png")
    Image.merge("LA", (GREY, ALPHA)).save(OUT / "grey_alpha.png")
    quantized = IMAGE.quantize(60)
    quantized.save(OUT / "palette_key.png", transparency=3)
    quantized.save(OUT / "palette_alphas.png", transparency=bytes(range(0, 240, 6)))
    IMAGE.quantize(13).save(OUT / "palette4_key.png", transparency=5)
    IMAGE.save(OUT / "rgb_key.png", transparency=tuple(int(v) for v in RGB[4, 5]))
    GREY.save(OUT / "grey_key.png", transparency=int(np.asarray(GREY)[4, 5]))
    IMAGE.save(OUT / "turned.png", exif=exif(6))
    RGBA.save(OUT / "rgba_turned.png", exif=exif(5, big_endian=True))
    whole = (OUT / "rgb.png").read_bytes()  # as some programs write it: behind the pixels
    (OUT / "turned_late.png").write_bytes(whole[:-12] + chunk(b"eXIf", exif(7)) + whole[-12:])
    IMAGE.save(OUT / "animated.png", save_all=True, append_images=[Image.fromarray(picture(2))])
    run("convert", scratch(RGBA, "rgba.png"), "-interlace", "PNG", "-define", "png:exclude-chunks=all",
        OUT / "rgba_interlaced.png")
    wide = np.clip(RGB.astype(np.uint32) * 257 + 100, 0, 65535).astype(">u2")
    rgba16 = np.concatenate([wide, np.asarray(ALPHA)[:, :, None].astype(">u2") * 257], axis=-1).astype(">u2")
    raw_png("rgba16.png", 16, 6, [row.tobytes() for row in rgba16])
    every = np.stack([np.arange(256, dtype=np.uint8)] * 3, axis=-1)  # every value with every alpha
    square = np.dstack([np.broadcast_to(every, (256, 256, 3)), np.arange(256, dtype=np.uint8)[:, None].repeat(256, 1)])
    Image.fromarray(square.astype(np.uint8), "RGBA").save(OUT / "every_alpha.png", optimize=True)


def webps():
    IMAGE.save(OUT / "lossy.webp", quality=80)
    IMAGE.save(OUT / "lossless.webp", lossless=True)
    RGBA.save(OUT / "lossy_alpha.webp", quality=80)
    RGBA.save(OUT / "lossless_alpha.webp", lossless=True, exact=True)
    IMAGE.save(OUT / "turned.webp", quality=80, exif=b"Exif\0\0" + exif(6))
    RGBA.save(OUT / "alpha_turned.webp", lossless=True, exif=exif(3, big_endian=True))
    other = Image.fromarray(picture(2))
    IMAGE.save(OUT / "animated.webp", save_all=True, append_images=[other], quality=80)
    RGBA.save(OUT / "animated_alpha.webp", save_all=True, append_images=[other.convert("RGBA")], lossless=True)
    small = SCRATCH / "small.webp"
    full = SCRATCH / "full.webp"
    IMAGE.resize((9, 7)).save(small, lossless=True)
    RGBA.resize((9, 7)).save(SCRATCH / "small_alpha.webp", lossless=True)
    RGBA.save(full, lossless=True)
    IMAGE.save(SCRATCH / "full_opaque.webp", lossless=True)
    run("webpmux", "-frame", small, "+100+4+2", "-frame", full, "+100", "-o", OUT / "small_frame.webp")
    run("webpmux", "-frame", SCRATCH / "small_alpha.webp", "+100+4+2", "-frame", full, "+100",
        "-o", OUT / "small_frame_alpha.webp")
    run("webpmux", "-frame", small, "+100+4+2", "-frame", SCRATCH / "full_opaque.webp", "+100",
        "-o", OUT / "small_frame_opaque.webp")
    run("cwebp", "-q", 50, "-sharp_yuv", "-segments", 4, scratch(IMAGE, "rgb.png"), "-o", OUT / "sharp.webp")


def gifs():
    quantized = IMAGE.quantize(100)
    quantized.save(OUT / "plain.gif", interlace=0)
    quantized.save(OUT / "interlaced.gif", interlace=1)
    quantized.save(OUT / "key.gif", transparency=7, interlace=1)
    GREY.save(OUT / "grey.gif")
    GREY.convert("1").save(OUT / "bilevel.gif")
    IMAGE.quantize(5).save(OUT / "five.gif")
    other = Image.fromarray(picture(2)).quantize(50)
    quantized.save(OUT / "animated.gif", save_all=True, append_images=[other, IMAGE.quantize(9)])
    source = scratch(IMAGE.resize((9, 7)).quantize(20).convert("RGB"), "small.png")
    run("convert", source, "-repage", f"{W}x{H}+5+3", OUT / "small_frame.gif")
    clear = scratch(Image.merge("RGBA", (*IMAGE.resize((9, 7)).split(), ALPHA.resize((9, 7)).point(
        lambda value: 255 if value > 100 else 0))), "clear.png")
    run("convert", clear, "-repage", f"{W}x{H}+5+3", OUT / "small_frame_key.gif")
    run("convert", source, "-repage", f"6x5+2+1", OUT / "frame_sticks_out.gif")
    whole = (OUT / "plain.gif").read_bytes()  # the same with the colours beside the frame
    colors = 3 << ((whole[10] & 7) + 1)
    frame = whole.index(b"\x2c\0\0\0\0", 13 + colors)
    local = (whole[:10] + bytes([whole[10] & 0x70]) + whole[11:13] + whole[13 + colors:frame + 9] +
             bytes([whole[frame + 9] | 0x80 | (whole[10] & 7)]) + whole[13:13 + colors] + whole[frame + 10:])
    (OUT / "local_colors.gif").write_bytes(local)


def bmps():
    IMAGE.save(OUT / "rgb.bmp")
    GREY.save(OUT / "grey.bmp")
    GREY.convert("1").save(OUT / "bilevel.bmp")
    IMAGE.quantize(90).save(OUT / "palette.bmp")
    RGBA.save(OUT / "rgbx.bmp")  # its alpha is not said to be one
    source = scratch(IMAGE, "rgb.png")
    few = scratch(IMAGE.quantize(13).convert("RGB"), "few.png")
    two = scratch(IMAGE.quantize(2).convert("RGB"), "two.png")
    run("convert", source, "BMP2:" + str(OUT / "os2.bmp"))
    run("convert", few, "-type", "Palette", "-compress", "None", "BMP2:" + str(OUT / "os2_palette.bmp"))
    run("convert", source, "BMP3:" + str(OUT / "windows3.bmp"))
    run("convert", few, "-type", "Palette", "-compress", "None", "BMP3:" + str(OUT / "palette4.bmp"))
    run("convert", two, "-type", "Palette", "-compress", "None", "BMP3:" + str(OUT / "two_colors.bmp"))
    run("convert", scratch(RGBA, "rgba.png"), OUT / "rgba_fields.bmp")
    run("convert", source, "-define", "bmp:subtype=RGB565", OUT / "rgb565.bmp")
    run("convert", source, "-define", "bmp:subtype=RGB555", OUT / "rgb555.bmp")
    run("convert", few, "-type", "Palette", "-compress", "RLE", "BMP3:" + str(OUT / "rle.bmp"))
    whole = (OUT / "rgb.bmp").read_bytes()
    row = (W * 3 + 3) // 4 * 4
    body = [whole[54 + row * y:54 + row * (y + 1)] for y in range(H)]
    (OUT / "top_down.bmp").write_bytes(whole[:22] + struct.pack("<i", -H) + whole[26:54] + b"".join(body[::-1]))


def decode(path):
    with Image.open(path) as opened:
        remarks = {"cmyk": opened.mode == "CMYK", "animated": getattr(opened, "n_frames", 1) > 1,
                   "turned": opened.getexif().get(0x0112, 1) in range(2, 9)}
        image = ImageOps.exif_transpose(opened)
    remarks["over_white"] = False
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        remarks["over_white"] = rgba.getextrema()[3][0] < 255
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), rgba)
    return image.convert("RGB"), remarks


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    for make in (jpegs, pngs, webps, gifs, bmps):
        make()
    IMAGE.save(OUT / "image.tiff")
    images = {}
    refused = ["image.tiff", "rle.bmp"]
    for path in sorted(OUT.iterdir()):
        if path.name in refused:
            continue
        decoded, remarks = decode(path)
        images[path.name] = {"height": decoded.height, "width": decoded.width, **remarks}
        if path.name == "every_alpha.png":  # grey: one channel says it
            decoded = decoded.getchannel(0)
            decoded.save(OUT / (path.name + ".expected.png"), optimize=True)
        else:
            (OUT / (path.name + ".rgb")).write_bytes(np.asarray(decoded).tobytes())
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in images.items())
    (OUT / "fixtures.json").write_text(f'{{"refused": {json.dumps(refused)},\n "images": {{\n{lines}\n}}}}\n')


main()
