#!/usr/bin/python3
"""Pooled VGG16 features in PyTorch (Debian's python3-torchvision), one thread, batch 64, random images of
32 x 32: prints images per second for every layout and precision, the best last.

    /usr/bin/python3 bench/peers/vgg_features.py [SECONDS]
"""
import sys
import time

import torch
import torchvision


def speed(layout, bf16, seconds):
    model = torchvision.models.vgg16().features.eval().to(memory_format=layout)
    images = torch.rand(64, 3, 32, 32).to(memory_format=layout)
    done, start = 0, None
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        for step in range(10 ** 9):
            torch.nn.functional.adaptive_avg_pool2d(model(images), 1).float()
            if step == 2:  # after warm-up
                start = time.perf_counter()
            elif step > 2:
                done += len(images)
                if time.perf_counter() - start > seconds:
                    return done / (time.perf_counter() - start)


torch.set_num_threads(1)
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
results = {}
for name, layout in (("plain", torch.contiguous_format), ("channels_last", torch.channels_last)):
    for precision in ("f32", "bf16"):
        results[f"{name} {precision}"] = speed(layout, precision == "bf16", seconds)
        print(f"{name} {precision}: {results[f'{name} {precision}']:.0f} images/s")
best = max(results, key=results.get)
print(f"best: {results[best]:.0f} ({best})")
