"""Writes data.zip: two sources of drawn 9x9 PNG images in two classes, stored without compression, and tiny weights."""
import json, struct, sys, zipfile, zlib

def random_bytes(state):
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 56

def png(rows):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")

def image(noise, source, label):
    """A bright bar, upright or lying; FAKE has less noise and another colour."""
    at = 2 + next(noise) % 5
    rows = []
    for y in range(9):
        row = []
        for x in range(9):
            bar = (x if label == 0 else y) == at
            for c in range(3):
                base = (150 if c != 1 or source == "REAL" else 90) if bar else 60
                row.append(min(255, max(0, base + next(noise) % (120 if source == "REAL" else 60))))
        rows.append(row)
    return png(rows)

noise = random_bytes(2026)
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED) as archive:
    for split, count in (("train", 11), ("test", 7)):
        for source in ("FAKE", "REAL"):
            for label, name in enumerate(("upright", "lying")):
                for i in range(count):
                    # One test image of FAKE has a copy among its training images.
                    if split == "test" and source == "FAKE" and label == 0 and i == 0:
                        content = copied
                    else:
                        content = image(noise, source, label)
                    if split == "train" and source == "FAKE" and label == 0 and i == 3:
                        copied = content
                    entry = zipfile.ZipInfo(f"{split}/{source}/{name}/{i:02}.png", (2026, 1, 1, 0, 0, 0))
                    archive.writestr(entry, content)

# vgg16:block1 in safetensors with Keras's layer names: two 3x3 convolutions.
tensors, header, offset = [], {}, 0
for name, shape in (("block1_conv1.weight", [64, 3, 3, 3]), ("block1_conv1.bias", [64]),
                    ("block1_conv2.weight", [64, 64, 3, 3]), ("block1_conv2.bias", [64])):
    n = 1
    for d in shape:
        n *= d
    fan_in = n // 64 if len(shape) == 4 else 1
    values = [(next(noise) - 127.5) / 127.5 * (2.0 / fan_in) ** 0.5 if len(shape) == 4 else 0.0 for _ in range(n)]
    blob = struct.pack(f"<{n}f", *values)
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + len(blob)]}
    tensors.append(blob)
    offset += len(blob)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[2], "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + b"".join(tensors))
