"""The classifiers of the study in PyTorch, and the images that they are trained on: a folder with CIFAKE's layout."""
import collections
import os
import re

import torch
import torchvision
from torch import nn

CLASSES, BATCH = 10, 64
CONVNET_BATCH = 1024  # its recipe's
VGG_MEAN = (103.939, 116.779, 123.68)  # of blue, green, red, 0..255


def dense_head(inputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 128), nn.ReLU(), nn.Linear(128, CLASSES))


def lenet():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 50, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2), dense_head(50 * 8 * 8))


class Times(nn.Module):
    def forward(self, x):
        return x / 9


def convnet():
    """airbench94 (arXiv 2404.00498). Random weights in place of whitening ones: the speed does not depend on them."""
    def half_block(inputs, outputs, *pool):
        norm = nn.BatchNorm2d(outputs, momentum=0.4, eps=1e-12)
        norm.weight.requires_grad = False
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), *pool, norm, nn.GELU()]

    model = nn.Sequential(
        nn.Conv2d(3, 24, 2), nn.GELU(), *half_block(24, 64, nn.MaxPool2d(2)), *half_block(64, 64),
        *half_block(64, 256, nn.MaxPool2d(2)), *half_block(256, 256), *half_block(256, 256, nn.MaxPool2d(2)),
        *half_block(256, 256), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(256, CLASSES, bias=False), Times())
    model[0].weight.requires_grad = False
    return model


def vgg16_features():
    """Frozen, images in, 512 features out. Random weights: the speed does not depend on them."""
    features = nn.Sequential(torchvision.models.vgg16().features, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return features.eval().requires_grad_(False)


def learning_rate(step):
    return 0.01 * 0.9 ** (step / 10000)


def image_files(folder, split, source):
    """Paths and labels in the byte order of their names. "0000 (3).jpg" is of class 3, the first being 1."""
    files = []
    for name in sorted(os.listdir(os.path.join(folder, split, source)), key=os.fsencode):
        number = re.search(r"\((\d+)\)", name)
        files.append((os.path.join(folder, split, source, name), int(number[1]) - 1 if number else 0))
    return files


def training_and_validation(files):
    """The first 20 % of each class are only watched."""
    left = {label: count // 5 for label, count in collections.Counter(label for _, label in files).items()}
    training, validation = [], []
    for file in files:
        left[file[1]] -= 1
        (validation if left[file[1]] >= 0 else training).append(file)
    return training, validation
