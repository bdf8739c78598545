#!/usr/bin/python3
"""Writes sklearn_reports.json: labels, predictions and what scikit-learn's classification_report
says of them. Run with Debian's python3-sklearn:  /usr/bin/python3 tests/report/make_sklearn_fixture.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import classification_report, precision_recall_fscore_support

CIFAKE = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def case(name, classes, truth, predicted):
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    options = dict(labels=range(len(classes)), zero_division=0)
    # Up to scikit-learn 1.4 a class that is neither there nor predicted turns "accuracy" into "micro avg".
    assert set(truth) | set(predicted) == set(range(len(classes))), name
    per_class = precision_recall_fscore_support(truth, predicted, **options)
    return {
        "name": name,
        "classes": classes,
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "report": classification_report(truth, predicted, target_names=classes, digits=2, **options),
        "f1": per_class[2].tolist(),
        "macro": list(precision_recall_fscore_support(truth, predicted, average="macro", **options)[:3]),
        "weighted": list(precision_recall_fscore_support(truth, predicted, average="weighted", **options)[:3]),
    }


def noisy(rng, n, classes, right, p=None):
    truth = rng.choice(classes, n, p=p)
    return truth, np.where(rng.random(n) < right, truth, rng.integers(0, classes, n))


def main():
    rng = np.random.default_rng(1)
    skewed = np.arange(1, 8) / np.arange(1, 8).sum()
    cases = [
        case("ten classes", CIFAKE, *noisy(rng, 1000, 10, 0.6)),
        case("unequal support", [f"class {i}" for i in range(7)], *noisy(rng, 500, 7, 0.5, skewed)),
        case("long names", ["a rather long class name", "short", "naïve café 猫"], *noisy(rng, 60, 3, 0.7)),
        case("two classes", ["fake", "real"], *noisy(rng, 40, 2, 0.8)),
        case("a class is never predicted", ["a", "b", "c"], [0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 0, 1]),
        case("a class has no support", ["a", "b", "c"], [0, 0, 1, 1, 1], [0, 2, 1, 1, 2]),
        case("nothing right", ["a", "b"], [0, 0, 1], [1, 1, 0]),
        case("all right", ["a", "b", "c"], [0, 1, 2, 2], [0, 1, 2, 2]),
        # 1/8, 3/8, 5/8 and 7/8 end in 5 exactly: rounding to even shows.
        case("ties", ["a", "b"], [0] * 8 + [1] * 8, [0] * 1 + [1] * 7 + [1] * 3 + [0] * 5),
        case("thousands", ["a", "b"], *noisy(rng, 1500, 2, 0.9)),
        case("two hundred classes", [f"n{i:08d}" for i in range(200)],
             *(np.concatenate([np.arange(200), x]) for x in noisy(rng, 1200, 200, 0.4))),
    ]
    # Many small cases, where ratios that end in 5 are frequent.
    for i in range(40):
        classes = int(rng.integers(2, 14))
        truth, predicted = noisy(rng, int(rng.integers(20, 60)), classes, rng.random())
        truth, predicted = np.append(truth, range(classes)), np.append(predicted, rng.permutation(classes))
        cases.append(case(f"random {i}", [f"c{k}" for k in range(classes)], truth, predicted))
    path = pathlib.Path(__file__).with_name("sklearn_reports.json")
    path.write_text(json.dumps({"sklearn": sklearn.__version__, "cases": cases}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
