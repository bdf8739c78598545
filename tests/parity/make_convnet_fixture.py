#!/usr/bin/python3
"""Writes convnet.json: what PyTorch computes for a small network of convnet's kinds of layers.

    /usr/bin/python3 tests/parity/make_convnet_fixture.py > tests/parity/convnet.json

Convolutions without padding, without bias and with frozen weights, GELU, max pooling, batch normalisation without a
factor, a scaled dense layer without bias; label smoothing; SGD with Nesterov momentum, weight decay and a rate of their
own for the biases of batch normalisation. Weights and images are the hashed numbers of make_pytorch_fixture.py.
Everything is computed in double precision.
"""
import json
from collections import OrderedDict

import numpy as np
import torch
from make_pytorch_fixture import describe, hashed
from torch import nn

BATCH, STEPS, CLASSES, SMOOTHING = 12, 6, 10, 0.2
RATE, MOMENTUM, DECAY, FACTOR = 0.05, 0.85, 0.01, 8


def norm(channels):
    layer = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    layer.weight.requires_grad = False  # stays 1
    return layer


class Times(nn.Module):
    def forward(self, x):
        return x / 9


def build():
    def conv(a, b):
        return nn.Conv2d(a, b, 3, padding=1, bias=False)

    model = nn.Sequential(OrderedDict([
        ("whiten", nn.Conv2d(3, 24, 2)), ("gelu0", nn.GELU()),
        ("conv1", conv(24, 16)), ("pool1", nn.MaxPool2d(2)), ("norm1", norm(16)), ("gelu1", nn.GELU()),
        ("conv2", conv(16, 16)), ("norm2", norm(16)), ("gelu2", nn.GELU()),
        ("pool2", nn.MaxPool2d(5)), ("flatten", nn.Flatten()),
        ("fc", nn.Linear(16, CLASSES, bias=False)), ("times", Times())]))
    model.whiten.weight.requires_grad = False
    return model.double()


@torch.no_grad()
def set_weights(model):
    """In the order of ersatz: of every layer the weight, the bias, the running statistics."""
    stream = 0
    for name, tensor in model.state_dict().items():
        if name.startswith("norm") and name.endswith((".weight", "num_batches_tracked")):
            continue
        fan_in = tensor[0].numel() if tensor.dim() > 1 else 10000
        values = (hashed(tensor.numel(), stream) * 2 - 1) * np.sqrt(3 / fan_in)
        values = values.astype(np.float32).astype(np.float64)
        tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))
        stream += 1
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()


def main():
    torch.set_num_threads(1)
    model = build()
    set_weights(model)
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    biases = [p for name, p in trained.items() if name.startswith("norm")]
    others = [p for name, p in trained.items() if not name.startswith("norm")]
    optimizer = torch.optim.SGD([dict(params=biases, lr=RATE * FACTOR, weight_decay=DECAY / FACTOR),
                                 dict(params=others, lr=RATE, weight_decay=DECAY)], momentum=MOMENTUM, nesterov=True)
    result = {"pytorch": torch.__version__, "batch": BATCH, "smoothing": SMOOTHING, "rate": RATE,
              "momentum": MOMENTUM, "weight_decay": DECAY, "norm_bias_factor": FACTOR, "losses": []}
    for step in range(STEPS):
        images = hashed(BATCH * 3 * 12 * 12, 1100 + step).astype(np.float32).astype(np.float64)
        images = torch.from_numpy(images).reshape(BATCH, 3, 12, 12)
        labels = torch.from_numpy((hashed(BATCH, 1200 + step) * CLASSES).astype(np.int64))
        logits = model(images)
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=SMOOTHING)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            result["logits"] = logits.detach().numpy().ravel().tolist()
            result["gradients"] = {n: describe(p.grad, i) for i, (n, p) in enumerate(trained.items())}
        optimizer.step()
        result["losses"].append(loss.item())
    result["running"] = {name: tensor.tolist() for name, tensor in model.state_dict().items() if "running" in name}
    model.eval()
    with torch.no_grad():
        result["tested"] = model(images).numpy().ravel().tolist()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
