"""Ways to train and to compute features in PyTorch that a good user tries; the fastest counts.

Also tried and left out, one thread, batch 64, on an AMD EPYC (family 26), images/s: torch.jit.script of the model that
is trained (LeNet bf16 2,400, without it 3,100; NN no clear difference); of VGG16's features torch.jit.freeze alone
(bf16, 516; with optimize_for_inference 519), torch.fx's optimize_for_inference (f32, 200) and
torch.jit.enable_onednn_fusion (f32, 261; with optimize_for_inference 294). PyTorch 1.13 has no torch.compile.
"""
import contextlib
import itertools
import time

import torch
from torch.utils import mkldnn

import classifiers

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
EXAMPLES = 4096  # in memory, as in ersatz's own benchmark


def autocast(precision):
    if precision == "f32":
        return contextlib.nullcontext()
    return torch.autocast("cpu", dtype=torch.bfloat16)


class Training:
    """One classifier in one setting: its model, its images in memory, its optimiser.

    cast: "autocast", or "model" for parameters in bf16 but for batch normalisation's, as airbench94 has them in f16.
    """

    def __init__(self, name, examples, labels, layout, precision, images, update, cast="autocast"):
        self.precision, self.labels, self.steps = precision if cast == "autocast" else "f32", labels, 0
        make = {"nn": lambda: classifiers.dense_head(1024), "lenet": classifiers.lenet,
                "head": lambda: classifiers.dense_head(512), "convnet": classifiers.convnet}[name]
        self.model = make().to(memory_format=LAYOUTS[layout])
        if precision == "bf16" and cast == "model":
            self.model.bfloat16()
            for module in self.model.modules():
                if isinstance(module, torch.nn.BatchNorm2d):
                    module.float()
        recipe = {"momentum": 0.85, "nesterov": True, "weight_decay": 1e-3} if name == "convnet" else {}
        trained = [weights for weights in self.model.parameters() if weights.requires_grad]
        self.optimizer = torch.optim.SGD(trained, lr=0.01, foreach=update == "foreach", **recipe)
        self.loss, self.hits = torch.zeros(()), torch.zeros((), dtype=torch.long)
        if examples.dtype == torch.uint8 and images == "prepared":
            examples = examples.float().div_(255)
        if images == "prepared" and precision == "bf16":
            examples = examples.bfloat16()
        self.examples = examples.contiguous(memory_format=LAYOUTS[layout]) if examples.dim() == 4 else examples

    def forward(self, indices):
        inputs, labels = self.examples.index_select(0, indices), self.labels.index_select(0, indices)
        if inputs.dtype == torch.uint8:
            inputs = inputs.float().div_(255)
        with autocast(self.precision):
            logits = self.model(inputs)
            return logits, torch.nn.functional.cross_entropy(logits, labels), labels

    def watch(self, logits, loss, labels):
        self.loss += loss.detach() * len(labels)
        self.hits += (logits.argmax(1) == labels).sum()

    def train(self, indices, watch=False):
        self.optimizer.param_groups[0]["lr"] = classifiers.learning_rate(self.steps)
        self.optimizer.zero_grad(set_to_none=True)
        logits, loss, labels = self.forward(indices)
        loss.backward()
        self.optimizer.step()
        self.steps += 1
        if watch:
            self.watch(logits, loss, labels)

    def evaluate(self, indices):
        with torch.inference_mode():
            self.watch(*self.forward(indices))


def training_settings(name):
    """Every combination, as keyword arguments of Training."""
    combinations = [dict(zip(("layout", "precision", "images", "update"), values)) for values in itertools.product(
        LAYOUTS if name in ("lenet", "convnet") else ("contiguous",), ("f32", "bf16"),
        ("prepared",) if name in ("head", "convnet") else ("uint8", "prepared"),
        ("foreach",) if name == "convnet" else ("loop", "foreach"))]
    if name == "convnet":
        combinations += [{**setting, "cast": "model"} for setting in combinations if setting["precision"] == "bf16"]
    return combinations


def feature_functions(images):
    """(setting, precision, function of uint8 images -> features) one after the other."""
    mean = torch.tensor(classifiers.VGG_MEAN).view(1, 3, 1, 1)

    def prepare(pixels, layout, dtype):
        return pixels.flip(1).float().sub_(mean).to(dtype=dtype, memory_format=LAYOUTS[layout])

    for layout, precision in itertools.product(LAYOUTS, ("f32", "bf16")):
        model = classifiers.vgg16_features().to(memory_format=LAYOUTS[layout])

        def eager(pixels, model=model, layout=layout, precision=precision):
            with autocast(precision):
                return model(prepare(pixels, layout, torch.float)).float()
        yield f"{layout} autocast" if precision == "bf16" else layout, precision, eager
    for precision, dtype in (("f32", torch.float), ("bf16", torch.bfloat16)):
        model = classifiers.vgg16_features().to(memory_format=torch.channels_last, dtype=dtype)
        if precision == "bf16":
            yield ("channels_last, model in bf16", precision,
                   lambda pixels, model=model, dtype=dtype: model(prepare(pixels, "channels_last", dtype)).float())
        with torch.no_grad():
            traced = torch.jit.trace(model, prepare(images[:classifiers.BATCH], "channels_last", dtype))
            traced = torch.jit.optimize_for_inference(traced)
        yield ("torch.jit.optimize_for_inference", precision,
               lambda pixels, model=traced, dtype=dtype: model(prepare(pixels, "channels_last", dtype)).float())
        convolutions, *pooling = classifiers.vgg16_features()
        converted = mkldnn.to_mkldnn(convolutions, dtype)
        yield ("torch.utils.mkldnn.to_mkldnn", precision, lambda pixels, model=converted, pooling=pooling, dtype=dtype:
               pooling[1](pooling[0](model(prepare(pixels, "contiguous", dtype).to_mkldnn()).to_dense(torch.float))))


def rate(step, order, seconds, clock, warm_up=3, batch=classifiers.BATCH):
    """Images per second of step(indices), over and over through `order`."""
    batches = itertools.cycle(order.split(batch))
    for _ in range(warm_up):
        step(next(batches))
    start, images = clock(), 0
    while clock() - start < seconds:
        indices = next(batches)
        step(indices)
        images += len(indices)
    return images / (clock() - start)


def try_all(name, seconds, clock=time.perf_counter):
    """[{setting, precision, rate}, ...] of "nn", "lenet", "convnet", "head" (training) or "features", random images."""
    images = torch.randint(0, 256, (EXAMPLES, 1 if name == "nn" else 3, 32, 32), dtype=torch.uint8)
    labels, order = torch.randint(0, classifiers.CLASSES, (EXAMPLES,)), torch.randperm(EXAMPLES)
    results = []
    if name == "features":
        for setting, precision, features in feature_functions(images):
            with torch.inference_mode():
                speed = rate(lambda indices: features(images.index_select(0, indices)), order, seconds, clock)
            results.append({"setting": setting, "precision": precision, "rate": speed})
        return results
    examples = torch.rand(EXAMPLES, 512) if name == "head" else images
    for setting in training_settings(name):
        training = Training(name, examples, labels, **setting)
        large = {"warm_up": 1, "batch": classifiers.CONVNET_BATCH} if name == "convnet" else {"warm_up": 10}
        speed = rate(training.train, order, seconds, clock, **large)
        text = f"{setting['layout']}, images {setting['images']}, SGD {setting['update']}"
        text += ", model in bf16" if setting.get("cast") == "model" else ""
        results.append({"setting": text, "precision": setting["precision"], "rate": speed, "arguments": setting})
    return results
