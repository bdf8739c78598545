#!/usr/bin/python3
"""Writes pytorch.json: what PyTorch computes for the seed study's networks.

    /usr/bin/python3 tests/parity/make_pytorch_fixture.py > tests/parity/pytorch.json

(Debian's python3-torch.) Weights and images come from an integer hash that the test computes too,
so only results are stored: the logits of the first batch; of every gradient a sample and its
product with two hashed vectors, which covers every element; the losses of ten training steps.
Everything is computed in double precision.
"""
import json
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

BATCH, STEPS, SAMPLES = 16, 10, 40


def hashed(count, stream):
    """count numbers in [0, 1): lowbias32 of index + 1000003 * stream, over 2^32."""
    x = (np.arange(count, dtype=np.uint64) + np.uint64(1000003 * stream)).astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2**32


def build(name):
    if name == "nn":
        layers = [("flatten", nn.Flatten()), ("fc1", nn.Linear(1024, 128)), ("relu", nn.ReLU()),
                  ("fc2", nn.Linear(128, 10))]
        return nn.Sequential(OrderedDict(layers)), (1, 32, 32)
    layers = [("conv1", nn.Conv2d(3, 32, 3, padding=1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
              ("conv2", nn.Conv2d(32, 50, 5, padding=2)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
              ("flatten", nn.Flatten()), ("fc1", nn.Linear(3200, 128)), ("relu3", nn.ReLU()), ("fc2", nn.Linear(128, 10))]
    return nn.Sequential(OrderedDict(layers)), (3, 32, 32)


@torch.no_grad()
def set_weights(model):
    for stream, (name, parameter) in enumerate(model.state_dict().items()):
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 10000
        values = (hashed(parameter.numel(), stream) * 2 - 1) * np.sqrt(3 / fan_in)
        values = values.astype(np.float32).astype(np.float64)  # the test's weights are float32
        parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))


def describe(gradient, stream):
    flat = gradient.detach().numpy().ravel()
    stride = max(1, flat.size // SAMPLES)
    return {"stride": stride, "sample": flat[::stride].tolist(), "largest": float(np.abs(flat).max()),
            "norm": float(np.linalg.norm(flat)),
            "products": [float(flat @ (hashed(flat.size, 500 + 2 * stream + i) * 2 - 1)) for i in (0, 1)]}


def run(name, momentum, nesterov, dtype=torch.float64):
    model, shape = build(name)
    model.double()
    set_weights(model)
    model.to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=momentum, nesterov=nesterov)
    result = {"classifier": name, "momentum": momentum, "nesterov": nesterov, "losses": []}
    for step in range(STEPS):
        size = BATCH * int(np.prod(shape))
        images = hashed(size, 1100 + step).astype(np.float32).astype(np.float64)
        images = torch.from_numpy(images).reshape(BATCH, *shape).to(dtype)
        labels = torch.from_numpy((hashed(BATCH, 1200 + step) * 10).astype(np.int64))
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * 0.9 ** (step / 5)
        logits = model(images)
        loss = nn.functional.cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            result["logits"] = logits.detach().numpy().ravel().tolist()
            result["gradients"] = {n: describe(p.grad, i) for i, (n, p) in enumerate(model.named_parameters())}
        optimizer.step()
        result["losses"].append(loss.item())
    return result


def main():
    torch.set_num_threads(1)
    cases = []
    for setting in [("nn", 0, False), ("nn", 0.9, False), ("nn", 0.9, True), ("lenet", 0, False)]:
        cases.append(run(*setting))
        # An activation that is zero but for rounding may change sides at a ReLU, in PyTorch's own f32
        # too, and then the losses part. These images have none.
        single = run(*setting, dtype=torch.float32)["losses"]
        assert np.allclose(single, cases[-1]["losses"], rtol=1e-6, atol=0), setting
    print(json.dumps({"pytorch": torch.__version__, "batch": BATCH, "cases": cases}, indent=1))


if __name__ == "__main__":
    main()
