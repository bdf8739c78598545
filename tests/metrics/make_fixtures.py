#!/usr/bin/python3
"""Writes fixtures.json: small sets of rows and what NumPy, SciPy and scikit-learn say of them by the definitions of
src/metrics, in other ways than it: whole matrices of distances and kernels, the root of a matrix itself, singular values.
Run with Debian's python3-scipy and python3-sklearn (a second):

    /usr/bin/python3 tests/metrics/make_fixtures.py
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import linalg, stats
from sklearn.metrics.pairwise import cosine_similarity, polynomial_kernel, rbf_kernel


def made_up_rows(rng, n, d, shift=0.0, scale=1.0):
    # Sixty-fourths, which float32, JSON and squares of differences hold exactly.
    return np.round(rng.normal(shift, scale, (n, d)) * 64) / 64


def squared(a, b):
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)


def others(a):
    """Squared distances of a set with itself, without those of a row to itself, and the order of the neighbours."""
    distances = squared(a, a)
    np.fill_diagonal(distances, np.inf)
    return distances, np.argsort(distances, axis=1, kind="stable")


def error(terms):
    return terms.var(ddof=1) / len(terms)


def frechet(a, b):
    means = ((a.mean(0) - b.mean(0)) ** 2).sum()
    one, other = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return float(means + np.trace(one + other) - 2 * np.real(linalg.sqrtm(one @ other)).trace())


def frechet_of_few(a, b):
    """Fewer rows than columns: the trace of the root is the sum of the singular values of the rows' products."""
    one, other = a - a.mean(0), b - b.mean(0)
    root = linalg.svdvals(one @ other.T).sum() / np.sqrt((len(a) - 1) * (len(b) - 1))
    traces = (one ** 2).sum() / (len(a) - 1) + (other ** 2).sum() / (len(b) - 1)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + traces - 2 * root)


def kid(a, b):
    def kernel(x, y):
        return polynomial_kernel(x, y, degree=3, gamma=1 / a.shape[1], coef0=1)
    n, m = len(a), len(b)
    in_a = (kernel(a, a).sum(1) - np.diag(kernel(a, a))) / (n - 1)
    in_b = (kernel(b, b).sum(1) - np.diag(kernel(b, b))) / (m - 1)
    between = kernel(a, b)
    value = in_a.mean() + in_b.mean() - 2 * between.mean()
    se = np.sqrt(error(2 * (in_a - between.mean(1))) + error(2 * (in_b - between.mean(0))))
    return {"value": float(value), "se": float(se)}


def cmmd(a, b, sigma):
    gamma = 1 / (2 * sigma ** 2)
    in_a, in_b, between = rbf_kernel(a, a, gamma), rbf_kernel(b, b, gamma), rbf_kernel(a, b, gamma)
    value = in_a.mean() + in_b.mean() - 2 * between.mean()
    se = np.sqrt(error(2 * (in_a.mean(1) - between.mean(1))) + error(2 * (in_b.mean(1) - between.mean(0))))
    return {"sigma": sigma, "value": float(1000 * value), "se": float(1000 * se)}


def median_distance(a, b):
    pool = np.concatenate([a, b])
    return float(np.median(np.sqrt(squared(pool, pool)[np.triu_indices(len(pool), 1)])))


def neighbourhoods(real, generated, k):
    n, m = len(real), len(generated)
    own, order = others(real)
    radii = np.sort(own, axis=1)[:, k - 1]
    generated_radii = np.sort(others(generated)[0], axis=1)[:, k - 1]
    between = squared(real, generated)
    inside = between <= radii[:, None]
    clipped_radii = np.minimum(radii, np.median(np.sqrt(radii)) ** 2)
    # The square of a root is not always what it was.
    clipped_radii[np.isclose(clipped_radii, radii, rtol=1e-12)] = radii[np.isclose(clipped_radii, radii, rtol=1e-12)]
    counts = (between <= clipped_radii[:, None]).sum(0)
    own_counts = np.zeros(n)
    for i in range(n):
        for j in order[i, :k]:
            own_counts[j] += own[i, j] <= clipped_radii[i]
    clipped_density = np.minimum(counts / k, 1).mean() / np.minimum(own_counts / k, 1).mean()
    # What m good images are expected to have, from k on.
    expected = np.array([0.0] * k + [expected_clipped(n, good, k) for good in range(k, m + 1)])
    in_balls = np.minimum(inside.sum(1), k).mean() / k
    return {
        "k": k,
        "precision": float(inside.any(0).mean()),
        "recall": float((between <= generated_radii[None, :]).any(1).mean()),
        "density": float(inside.sum() / (k * m)),
        "coverage": float(inside.any(1).mean()),
        "clipped_density": float(min(clipped_density, 1)),
        "clipped_coverage": float(np.searchsorted(expected, in_balls) / len(expected)),
    }


def expected_clipped(real, good, k):
    images = np.arange(good + 1)
    return float((np.minimum(images, k) * stats.betabinom.pmf(images, good, k, real - k)).sum() / k)


def vendi(rows):
    eigenvalues = np.linalg.eigvalsh(cosine_similarity(rows) / len(rows))
    eigenvalues = eigenvalues[eigenvalues > 1e-12]
    return float(np.exp(-(eigenvalues * np.log(eigenvalues)).sum()))


def authenticity(training, generated):
    between = squared(generated, training)
    nearest = between.argmin(1)
    return float((others(training)[0].min(1)[nearest] < between.min(1)).mean())


def memorisation(training, held_out, generated):
    one, other = squared(generated, training), squared(generated, held_out)
    to_training, to_held_out = one.min(1), other.min(1)
    decided = to_training != to_held_out
    share = (to_training < to_held_out)[decided].mean()
    # Over random halves of all photographs: a sum of counts, drawn without replacement.
    nearest = np.concatenate([one, other], axis=1).argmin(1)[decided]
    counts = np.bincount(nearest, minlength=len(training) + len(held_out))
    halves = len(counts) * counts.var(ddof=1) / 4 / decided.sum() ** 2
    ratio = np.ones(len(generated))
    with np.errstate(divide="ignore"):
        ratio[decided] = np.sqrt(to_training[decided] / to_held_out[decided])
    order = np.lexsort((np.arange(len(generated)), to_training, ratio, to_training > 0))
    return {
        "share": float(share),
        "se": float(np.sqrt(max(halves, share * (1 - share) / decided.sum()))),
        "equally_near": int((~decided).sum()),
        "exact_copies": int((to_training == 0).sum()),
        "generated": [int(j) for j in order[:8]],
        "training": [int(i) for i in one.argmin(1)[order[:8]]],
    }


def neighbour_accuracy(real, generated, k=5):
    pool = np.concatenate([real, generated])
    label = np.repeat([0, 1], [len(real), len(generated)])
    order = others(pool)[1][:, :k]
    return float(((label[order] == label[:, None]).sum(1) * 2 > k).mean())


def main():
    rng = np.random.default_rng(20250707)
    real, held_out = made_up_rows(rng, 60, 5), made_up_rows(rng, 60, 5)
    generated = made_up_rows(rng, 60, 5, 0.4, 0.8)
    # Copies: in the real set (one image seven times, which makes radii 0), of real images, of held-out ones, and of both.
    real[10:16] = real[3]
    real[20] = real[21]
    generated[:4] = real[[3, 20, 30, 31]]
    generated[4] = held_out[7]
    generated[5] = held_out[8] = real[40]
    generated[6:8] = generated[9]
    few_real, few_generated = made_up_rows(rng, 20, 40), made_up_rows(rng, 17, 40, 0.2, 1.1)
    few_real[4] = few_real[5]
    content = {
        "made_with": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "real": real.tolist(), "held_out": held_out.tolist(), "generated": generated.tolist(),
        "few_real": few_real.tolist(), "few_generated": few_generated.tolist(),
        "frechet": frechet(real, generated), "frechet_of_few": frechet_of_few(few_real, few_generated),
        "kid": kid(real, generated), "kid_of_few": kid(few_real, few_generated),
        "cmmd": [cmmd(real, generated, sigma) for sigma in (10.0, 1.5)], "cmmd_of_few": cmmd(few_real, few_generated, 10.0),
        "median_distance": median_distance(real, generated),
        "neighbourhoods": [neighbourhoods(real, generated, k) for k in (1, 3, 5, 10)],
        "neighbourhoods_of_few": neighbourhoods(few_real, few_generated, 3),
        "expected_clipped_coverage": [
            {"real": n, "good": m, "k": k, "value": expected_clipped(n, m, k)}
            for n, m, k in [(100, 0, 3), (100, 2, 3), (100, 100, 5), (1000, 700, 5), (500, 5000, 20), (7, 50, 6)]],
        "vendi": vendi(real), "vendi_of_few": vendi(few_real),
        "authenticity": authenticity(real, generated),
        "memorisation": memorisation(real, held_out, generated),
        "neighbour_accuracy": neighbour_accuracy(real, generated),
    }
    path = pathlib.Path(__file__).with_name("fixtures.json")
    path.write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
