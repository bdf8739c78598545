#!/usr/bin/python3
"""Writes grad_cam.json: the maps that PyTorch computes for two small networks.

    /usr/bin/python3 tests/parity/make_grad_cam_fixture.py > tests/parity/grad_cam.json

One has LeNet's kinds of layers, the other is convnet's of make_convnet_fixture.py. Weights and images are the hashed
numbers of make_pytorch_fixture.py. Everything is computed in double precision.
"""
import json
from collections import OrderedDict

import torch
from make_convnet_fixture import build as build_convnet
from make_convnet_fixture import set_weights
from make_pytorch_fixture import hashed
from torch import nn
from torch.nn import functional

IMAGES, CLASSES = 3, 10


def build_lenet():
    return nn.Sequential(OrderedDict([
        ("conv1", nn.Conv2d(3, 8, 3, padding=1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(8, 10, 5, padding=2)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(10 * 5 * 4, 16)), ("relu3", nn.ReLU()), ("fc2", nn.Linear(16, CLASSES))])).double()


def explain(model, layer, image, target):
    kept = {}
    handle = model.get_submodule(layer).register_forward_hook(lambda _, __, output: kept.update(output=output))
    scores = model(image)
    handle.remove()
    (gradient,) = torch.autograd.grad(scores[0, target], kept["output"])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    small = torch.relu((weights * kept["output"]).sum(dim=1, keepdim=True))
    peak = small.max()
    small = small / peak if peak > 0 else small
    large = functional.interpolate(small, image.shape[2:], mode="bilinear", align_corners=False)
    return {"target": target, "probabilities": torch.softmax(scores, 1)[0].tolist(),
            "map": [round(value, 7) for value in large.flatten().tolist()]}


def main():
    torch.set_num_threads(1)
    result = {"pytorch": torch.__version__}
    for name, model, layer, shape in [("lenet", build_lenet(), "relu2", (3, 20, 16)),
                                      ("convnet", build_convnet(), "gelu2", (3, 12, 12))]:
        set_weights(model)
        model.eval()
        result[name] = []
        for i in range(IMAGES):
            pixels = hashed(shape[0] * shape[1] * shape[2], 1300 + i).astype("float32").astype("float64")
            result[name].append(explain(model, layer, torch.from_numpy(pixels).reshape(1, *shape), 3 * i))
    print(json.dumps(result))


main()
