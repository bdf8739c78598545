#!/usr/bin/python3
"""The student's pipeline in PyTorch, as it is: files decoded by Pillow in every epoch (a DataLoader with shuffling),
f32, the frozen VGG16 run in every epoch.

    seed_pytorch.py FOLDER [--quick]

FOLDER has train/REAL, ... with CIFAKE's files. Each classifier: the best numbers of threads (Debian's PyTorch takes one
of two cores when it is not told) and of DataLoader workers, all that were tried are printed; then one epoch over the
training images and one pass over the validation images; of VGG16, which takes minutes, as many batches of both
as --help says. The last line is JSON: images per second.
"""
import argparse
import itertools
import json
import os
import sys
import time

import numpy
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

import classifiers
import openblas

WARM_UP = 3  # batches before the clock starts: workers are started, memory is there
VGG_BATCHES = 60


class Files(Dataset):
    """Decodes a file whenever it is asked for, as the classifier wants it."""

    def __init__(self, files, classifier):
        self.files, self.classifier = files, classifier

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        path, label = self.files[i]
        with Image.open(path) as image:
            pixels = numpy.asarray(image.convert("L" if self.classifier == "nn" else "RGB"), dtype=numpy.float32)
        if self.classifier == "nn":
            return pixels[None] / 255, label
        if self.classifier == "lenet":
            return pixels.transpose(2, 0, 1) / 255, label
        return (pixels[..., ::-1] - numpy.float32(classifiers.VGG_MEAN)).transpose(2, 0, 1), label


class Vgg16(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.features, self.head = classifiers.vgg16_features(), classifiers.dense_head(512)

    def forward(self, images):
        with torch.no_grad():
            features = self.features(images)
        return self.head(features)


def rate(loader, step, batches=None):
    """Images per second of step(images, labels) over the loader, or over `batches` after the warm-up."""
    images, start = 0, None
    for i, (inputs, labels) in enumerate(loader):
        step(inputs, labels)
        if i + 1 == WARM_UP:
            start = time.perf_counter()
        elif start:
            images += len(labels)
            if batches and i + 1 >= WARM_UP + batches:
                break
    return images / (time.perf_counter() - start)


def time_classifier(name, training, validation, quick):
    model = Vgg16() if name == "vgg16" else classifiers.lenet() if name == "lenet" else classifiers.dense_head(1024)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.01)
    totals = [0.0, 0, 0]  # loss, hits, updates: the running means of a history

    def watch(logits, loss, labels):
        totals[0] += loss.item() * len(labels)
        totals[1] += (logits.argmax(1) == labels).sum().item()

    def train(images, labels):
        optimizer.param_groups[0]["lr"] = classifiers.learning_rate(totals[2])
        optimizer.zero_grad()
        logits = model(images)
        loss = torch.nn.functional.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        totals[2] += 1
        watch(logits, loss, labels)

    def evaluate(images, labels):
        with torch.no_grad():
            logits = model(images)
            watch(logits, torch.nn.functional.cross_entropy(logits, labels), labels)

    def load(files, workers, shuffle):
        return DataLoader(Files(files, name), classifiers.BATCH, shuffle=shuffle, num_workers=workers)

    tried = {}
    for threads, workers in itertools.product(sorted({1, os.cpu_count()}), range(os.cpu_count() + 1)):
        openblas.set_threads(threads)
        speed = rate(load(training, workers, True), train, 10 if name == "vgg16" or quick else 60)
        print(f"{name}, threads {threads}, workers {workers}: {speed:,.0f} images/s", file=sys.stderr)
        tried[threads, workers] = speed
    threads, workers = max(tried, key=tried.get)
    openblas.set_threads(threads)
    batches = 10 if quick else VGG_BATCHES if name == "vgg16" else None
    return {"workers": workers, "threads": threads, "batches": batches,
            "train": rate(load(training, workers, True), train, batches),
            "evaluate": rate(load(validation, workers, False), evaluate, batches)}


def main():
    parser = argparse.ArgumentParser(description="The student's pipeline in PyTorch, timed",
                                     epilog=f"Of VGG16 {VGG_BATCHES} batches are timed, of the others a whole epoch.")
    parser.add_argument("folder")
    parser.add_argument("--quick", action="store_true", help="10 batches of everything, only to try it out")
    arguments = parser.parse_args()
    openblas.check()
    files = classifiers.image_files(arguments.folder, "train", "REAL")
    training, validation = classifiers.training_and_validation(files)
    print(json.dumps({name: time_classifier(name, training, validation, arguments.quick)
                      for name in ("nn", "lenet", "vgg16")}))


if __name__ == "__main__":
    main()
