#!/usr/bin/python3
"""The study in PyTorch as a good user would write it: images decoded once into memory, VGG16's features computed once,
the fastest of all settings in settings.py.

    tuned_pytorch.py check                          which PyTorch, which BLAS
    tuned_pytorch.py speed [--seconds S]            one thread, all settings: images per second of processor time
    tuned_pytorch.py study FOLDER [--seconds S]     what the parts of a study take, wall-clock, by number of threads

FOLDER has train/REAL, ... with CIFAKE's files. The last line is JSON.
"""
import argparse
import json
import multiprocessing
import os
import sys
import time

import numpy
import torch
import torchvision
from PIL import Image

import classifiers
import openblas
import settings


def with_pillow(path):
    with Image.open(path) as image:
        return numpy.asarray(image.convert("RGB")).transpose(2, 0, 1)


def with_torchvision(path):
    return torchvision.io.read_image(path, torchvision.io.ImageReadMode.RGB).numpy()


def decode(files, decoder):
    """uint8 [n, 3, 32, 32], decoded by one process per core."""
    with multiprocessing.Pool(os.cpu_count()) as pool:
        return torch.from_numpy(numpy.stack(pool.map(decoder, [path for path, _ in files], chunksize=500)))


def say(name, results):
    for result in results:
        print(f"{name} {result['precision']}, {result['setting']}: {result['rate']:,.0f} images/s", file=sys.stderr)
    return max(results, key=lambda result: result["rate"])


def speed(seconds):
    openblas.set_threads(1)
    names = ("nn", "lenet", "convnet", "features")
    results = {name: settings.try_all(name, seconds, time.process_time) for name in names}
    for name in results:
        say(name, results[name])
    return results


def epoch(name, arguments, examples, labels):
    """Images per second of training for one epoch on 80 % of the examples and of a pass over the others."""
    training = settings.Training(name, examples, labels, **arguments)
    for indices in torch.arange(640).split(64):
        training.train(indices, watch=True)
    watched = len(examples) // 5
    start = time.perf_counter()
    for indices in (watched + torch.randperm(len(examples) - watched)).split(classifiers.BATCH):
        training.train(indices, watch=True)
    middle = time.perf_counter()
    for indices in torch.arange(watched).split(256):
        training.evaluate(indices)
    end = time.perf_counter()
    return {"train": (len(examples) - watched) / (middle - start), "evaluate": watched / (end - middle)}


def study(folder, seconds):
    files = classifiers.image_files(folder, "train", "REAL")
    labels = torch.tensor([label for _, label in files])
    result = {"decode": {}, "threads": {}}
    for decoder in (with_pillow, with_torchvision):  # before PyTorch starts threads
        start = time.perf_counter()
        images = decode(files, decoder)
        result["decode"][decoder.__name__] = len(files) / (time.perf_counter() - start)
        print(f"decode {decoder.__name__}: {result['decode'][decoder.__name__]:,.0f} images/s", file=sys.stderr)
    # Pillow's grey of the same pixels; which files are watched does not matter to the speed.
    weights = torch.tensor([19595, 38470, 7471]).view(1, 3, 1, 1)
    grey = torch.cat([((part.int() * weights).sum(1, keepdim=True) + 32768 >> 16).byte()
                      for part in images.split(5000)])
    examples = {"nn": grey, "lenet": images, "head": torch.rand(len(files), 512)}
    for threads in sorted({1, os.cpu_count()}):
        openblas.set_threads(threads)
        best = say(f"{threads} threads, features", settings.try_all("features", seconds))
        part = {"features": {"setting": f"{best['setting']} {best['precision']}", "rate": best["rate"]}}
        for name in examples:
            best = say(f"{threads} threads, {name}", settings.try_all(name, seconds))
            part[name] = {"setting": f"{best['setting']} {best['precision']}",
                          **epoch(name, best["arguments"], examples[name], labels)}
        result["threads"][threads] = part
    return result


def main():
    parser = argparse.ArgumentParser(description="The study in PyTorch as a good user would write it, timed")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    for name in ("speed", "study"):
        command = commands.add_parser(name)
        command.add_argument("--seconds", type=float, default=1.0, help="for each setting (default: 1)")
        if name == "study":
            command.add_argument("folder")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_flush_denormal(True)
    result = openblas.check()
    if arguments.command == "speed":
        result = speed(arguments.seconds)
    elif arguments.command == "study":
        result = study(arguments.folder, arguments.seconds)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
