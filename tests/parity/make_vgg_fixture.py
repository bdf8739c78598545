#!/usr/bin/python3
"""Writes vgg.json: the activations of torchvision's VGG16 after each block, on hashed weights.

    /usr/bin/python3 tests/parity/make_vgg_fixture.py > tests/parity/vgg.json

(Debian's python3-torchvision.) Weights and images come from an integer hash that the test computes
too. Of every activation a sample and its product with two hashed vectors is kept. With a Keras
weights file (and Debian's python3-h5py) the pooled features that PyTorch computes with it instead:

    /usr/bin/python3 tests/parity/make_vgg_fixture.py WEIGHTS.h5 > tests/parity/vgg_keras.json
"""
import hashlib
import json
import sys

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


@torch.no_grad()
def keras(path):
    import h5py

    torch.set_num_threads(1)
    features = torchvision.models.vgg16().features.double()
    convolutions = [layer for layer in features if isinstance(layer, torch.nn.Conv2d)]
    names = [f"block{b + 1}_conv{i + 1}" for b, n in enumerate((2, 2, 3, 3, 3)) for i in range(n)]
    with h5py.File(path, "r") as file:
        for layer, name in zip(convolutions, names):
            layer.weight.copy_(torch.from_numpy(file[name][f"{name}_W_1:0"][...].transpose(3, 2, 0, 1)))
            layer.bias.copy_(torch.from_numpy(file[name][f"{name}_b_1:0"][...]))
    pixels = np.floor(hashed(IMAGES * 3 * 32 * 32, 900) * 256).reshape(IMAGES, 32, 32, 3)  # RGB, 0..255
    mean = np.array([103.939, 116.779, 123.68])
    x = torch.from_numpy((pixels[..., ::-1] - mean).transpose(0, 3, 1, 2).copy())
    pooled = torch.nn.functional.adaptive_avg_pool2d(features(x), 1)
    sha256 = hashlib.sha256(open(path, "rb").read()).hexdigest()
    print(json.dumps({"weights_sha256": sha256, "images": IMAGES, "pooled": pooled.numpy().ravel().tolist()}, indent=1))


keras(sys.argv[1]) if len(sys.argv) > 1 else main()
