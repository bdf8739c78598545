#!/usr/bin/python3
"""Writes vgg.json: the activations of torchvision's VGG16 after each block, on hashed weights.

    /usr/bin/python3 tests/parity/make_vgg_fixture.py > tests/parity/vgg.json

(Debian's python3-torchvision.) Weights and images come from an integer hash that the test computes
too. Of every activation a sample and its product with two hashed vectors is kept.
"""
import json

import numpy as np
import torch
import torchvision

from make_pytorch_fixture import describe, hashed

IMAGES = 2


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    features = torchvision.models.vgg16().features.double()
    for stream, parameter in enumerate(features.parameters()):
        weight = parameter.dim() > 1
        limit = np.sqrt(6 / parameter[0].numel()) if weight else 0.1
        values = ((hashed(parameter.numel(), stream) * 2 - 1) * limit).astype(np.float32).astype(np.float64)
        parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))
    images = (hashed(IMAGES * 3 * 32 * 32, 900) * 2 - 1).astype(np.float32).astype(np.float64)
    x = torch.from_numpy(images).reshape(IMAGES, 3, 32, 32)
    blocks = []
    for layer in features:
        x = layer(x)
        if isinstance(layer, torch.nn.MaxPool2d):
            pooled = torch.nn.functional.adaptive_avg_pool2d(x, 1)
            blocks.append({"shape": list(x.shape), "activations": describe(x, len(blocks)),
                           "pooled": pooled.numpy().ravel().tolist()})
    print(json.dumps({"torchvision": torchvision.__version__, "images": IMAGES, "blocks": blocks}, indent=1))


main()
