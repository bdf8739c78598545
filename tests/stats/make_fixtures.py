#!/usr/bin/python3
"""Writes fixtures.json: inputs and what SciPy, statsmodels, scikit-learn and NumPy say of them, for the parity
tests of src/stats. Run with Debian's python3-scipy, python3-statsmodels and python3-sklearn (half a minute):

    /usr/bin/python3 tests/stats/make_fixtures.py
"""
import json
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import integrate, optimize, stats
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score, roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower


def floats(values):
    return [float(value) for value in values]


def mcnemar_cases(rng):
    pairs = [(0, 1), (1, 0), (3, 3), (0, 8), (1, 9), (7, 5), (12, 12), (4, 20), (5, 20), (20, 30), (86, 150)]
    pairs += [(500, 431)]
    pairs += [(int(b), int(c)) for b, c in rng.integers(0, 200, (10, 2))]
    cases = []
    for b, c in pairs:
        table = [[50, b], [c, 20]]
        case = {"b": b, "c": c, "exact_p": float(mcnemar(table, exact=True).pvalue)}
        for name, correction in [("corrected", True), ("plain", False)]:
            result = mcnemar(table, exact=False, correction=correction)
            case[name] = {"statistic": float(result.statistic), "p": float(result.pvalue)}
        cases.append(case)
    return cases


def holm_cases(rng):
    lists = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.02, 0.02, 0.02], [0.0, 1.0, 0.3], [0.6, 0.7, 0.9]]
    lists += [floats(rng.random(n) ** 3) for n in (5, 12, 40)]
    return [{"p": p, "adjusted": floats(multipletests(p, method="holm")[1])} for p in lists]


def t_test_cases(rng):
    # Student's ten patients (Biometrika 6, 1908): hours of sleep gained with two drugs.
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    pairs = [(one, two)]
    for n in (2, 3, 5, 30):
        base = rng.normal(0.6, 0.02, n)
        pairs.append((floats(base), floats(base - 0.01 + rng.normal(0, 0.01, n))))
    cases = []
    for first, second in pairs:
        paired = stats.ttest_rel(first, second)
        cases.append({"first": first, "second": second,
                      "paired": {"t": float(paired.statistic), "p": float(paired.pvalue), "df": int(paired.df),
                                 "interval": floats(paired.confidence_interval(0.9))}})
    return cases


def power_by_quadrature(effect, n, alpha):
    """Of the two-sided t test, from normal and chi alone: scipy's noncentral t is Boost's, too."""
    df, noncentrality = n - 1, effect * np.sqrt(n)
    critical = stats.t.isf(alpha / 2, df)

    def density(spread):
        beyond = stats.norm.sf(critical * spread - noncentrality) + stats.norm.cdf(-critical * spread - noncentrality)
        return beyond * stats.chi.pdf(spread * np.sqrt(df), df) * np.sqrt(df)

    return sum(integrate.quad(density, low, low + 0.25, epsabs=1e-14)[0] for low in np.arange(0, 8, 0.25))


def power_cases():
    solver = TTestPower()
    detectable, powers, needed = [], [], []
    for n, sd, power, alpha in [(3, 0.01, 0.8, 0.05), (5, 0.004, 0.8, 0.05), (5, 0.004, 0.9, 0.01),
                                (10, 1.0, 0.8, 0.05), (20, 2.5, 0.5, 0.1), (100, 1.0, 0.95, 0.05)]:
        rough = float(solver.solve_power(effect_size=None, nobs=n, alpha=alpha, power=power))
        # solve_power stops some digits early.
        effect = optimize.brentq(lambda d: solver.power(d, n, alpha) - power, 0.5 * rough, 1.5 * rough, xtol=1e-14)
        assert abs(effect - rough) < 1e-5 * rough
        detectable.append({"n": n, "sd": sd, "power": power, "significance": alpha, "effect": sd * effect})
    for n in (2, 3, 5, 10, 50):
        for effect in (0.05, 0.5, 1.0, 2.0):
            for alpha in (0.05, 0.01):
                power = float(solver.power(effect, n, alpha))
                assert abs(power - power_by_quadrature(effect, n, alpha)) < 1e-9
                powers.append({"n": n, "effect": effect, "significance": alpha, "power": power})
    for effect, power, alpha in [(0.05, 0.8, 0.05), (0.1, 0.95, 0.05), (0.2, 0.8, 0.05), (0.5, 0.8, 0.05),
                                 (0.8, 0.9, 0.01), (1.0, 0.8, 0.05), (1.5, 0.8, 0.05)]:
        n = int(np.ceil(solver.solve_power(effect_size=effect, alpha=alpha, power=power)))
        needed.append({"effect": effect, "power": power, "significance": alpha, "n": n})
    return {"detectable": detectable, "power": powers, "needed": needed}


def isotonic_cases(rng):
    cases = []
    for n in (1, 2, 5, 20, 60):
        values = np.cumsum(rng.normal(0.02, 0.2, n))
        weights = rng.uniform(0.1, 5, n)
        cases.append({"values": floats(values), "weights": floats(weights),
                      "fitted": floats(isotonic_regression(values, sample_weight=weights)),
                      "unweighted": floats(isotonic_regression(values))})
    return cases


def line_case(rng):
    x, y = np.cumsum(rng.uniform(0.1, 2, 12)), np.cumsum(rng.uniform(0, 1, 12))
    at = rng.uniform(x[0], x[-1], 30)
    return {"x": floats(x), "y": floats(y), "at": floats(at), "value": floats(np.interp(at, x, y))}


def power_law_cases(rng):
    def law(x, a, b, c):
        return a - b * x ** -c

    cases = []
    for a, b, c, noise in [(0.95, 3.0, 0.45, 0.002), (0.7, 1.2, 0.2, 0.001), (1.1, 40.0, 1.0, 0.005),
                           (0.9, 2.0, 0.35, 0.0005)]:
        x = np.array([100, 200, 500, 1000, 2000, 5000, 10000, 25000, 50000.0])
        weights = rng.uniform(0.2, 4, x.size)
        y = law(x, a, b, c) + rng.normal(0, noise, x.size)
        tight = dict(p0=(a, b, c), ftol=1e-15, xtol=1e-15, gtol=1e-15, maxfev=100000)
        fit, _ = optimize.curve_fit(law, x, y, sigma=1 / np.sqrt(weights), **tight)
        assert 0.03 < fit[2] < 3.5, fit
        cases.append({"x": floats(x), "y": floats(y), "weights": floats(weights), "fit": floats(fit),
                      "residual_sum": float(np.sum(weights * (y - law(x, *fit)) ** 2))})
    return cases


def labels(rng, n, classes):
    truth = rng.integers(0, classes, n)
    first = np.where(rng.random(n) < 0.7, truth, rng.integers(0, classes, n))
    second = np.where(rng.random(n) < 0.6, first, np.where(rng.random(n) < 0.5, truth, rng.integers(0, classes, n)))
    return truth, first, second


def drawn_correct(rng, cells, n, images):
    """Right and wrong of cells that share seeds and test images: images are easy or hard, for all cells or for one."""
    easy = rng.normal(0, 0.7, images)
    right = []
    for _ in range(cells):
        easier = easy + rng.normal(0, 0.4, images)
        latent = rng.normal(0.3, 0.4) + rng.normal(0, 0.1, (n, 1)) + easier + rng.normal(0, 0.6, (n, images))
        right.append((latent > 0).astype(int))
    return np.array(right)


def crossed(d, level=0.95):
    """The crossed analysis of d[seed, image], written from the definitions: residuals, not sums of squares."""
    n, images = d.shape
    mean, rows, columns = d.mean(), d.mean(axis=1, keepdims=True), d.mean(axis=0, keepdims=True)
    of_images = n * columns.var(ddof=1)
    if n == 1:
        x, df = of_images, images - 1
        squares = {"of_seeds": 0.0, "of_images": of_images, "residual": 0.0}
    else:
        of_seeds = images * rows.var(ddof=1)
        residual = ((d - rows - columns + mean) ** 2).sum() / ((n - 1) * (images - 1))
        x = max(of_seeds + max(of_images - residual, 0), of_images)
        df = min(x**2 * (n - 1) / of_seeds**2, images - 1) if of_seeds > 0 else images - 1
        squares = {"of_seeds": of_seeds, "of_images": of_images, "residual": residual}
    error = np.sqrt(x / (n * images))
    half = stats.t.ppf(0.5 + level / 2, df) * error
    return {"mean": float(mean), "standard_error": float(error), "df": float(df), "low": float(mean - half),
            "high": float(mean + half), "p": float(2 * stats.t.sf(abs(mean) / error, df)),
            **{name: float(value) for name, value in squares.items()}}


def inverted(difference, at, inside):
    """Where a test stops to refuse: the roots of |mean| - t se around `inside`, at the places `at` or between them."""
    def beyond(x):
        test = crossed(difference(x))
        return max(test["low"], -test["high"])

    def root(refused, accepted):
        return optimize.brentq(beyond, refused, accepted, xtol=1e-13, rtol=1e-14)

    lower = [x for x in at if x < inside and beyond(x) > 0]
    upper = [x for x in at if x > inside and beyond(x) > 0]
    return [float(root(max(lower), inside)) if lower else None, float(root(min(upper), inside)) if upper else None]


def crossed_cases(rng):
    """Contrasts of three cells, the ratio of two cells' means, and where on a curve of three cells a fourth belongs."""
    cases = []
    for n, images in [(1, 60), (2, 40), (3, 200), (5, 120), (5, 300), (10, 80)]:
        right = drawn_correct(rng, 3, n, images)
        contrasts = []
        for weights in [(1, 0, 0), (-1, 1, 0), (0.25, -1, 0.75)]:
            d = np.tensordot(np.array(weights), right.astype(float), 1)
            contrasts.append({"weights": weights, **crossed(d)})
        ratio = right[1].mean() / right[0].mean()
        between = inverted(lambda c: right[1] - c * right[0], np.linspace(0, 4, 4001), ratio)
        cases.append({"right": ["".join(map(str, cell.ravel())) for cell in right], "n": n, "images": images,
                      "contrasts": contrasts, "ratio": between})
    return cases


def curve_cases(rng):
    cases, points = [], np.array([100, 1000, 10000])
    for n, images in [(3, 400), (5, 900), (5, 2000)]:
        right = drawn_correct(rng, 4, n, images)
        right[0] &= rng.random(right[0].shape) < 0.5  # a rising curve: cells 0, 1, 2
        right[2] |= rng.random(right[2].shape) < 0.5
        means = right[:3].mean(axis=(1, 2))
        assert np.all(np.diff(means) > 0), means

        def above(log_images):
            logs = np.log(points)
            j = min(np.searchsorted(logs, log_images, side="right") - 1, 1)
            share = (log_images - logs[j]) / (logs[j + 1] - logs[j])
            return right[3] - (1 - share) * right[j] - share * right[j + 1]

        best = np.interp(right[3].mean(), means, np.log(points))
        ends = inverted(above, np.linspace(np.log(100), np.log(10000), 2001), best)
        cases.append({"right": ["".join(map(str, cell.ravel())) for cell in right], "n": n, "images": images,
                      "points": points.tolist(), "best": float(np.exp(best)),
                      "ends": [None if end is None else float(np.exp(end)) for end in ends]})
    return cases


def influence_cases(rng):
    """Derivatives of scikit-learn's rates with respect to the weight of each image, by differences."""
    classes, images, step = 4, 60, 1e-5
    truth, predicted, _ = labels(rng, images, classes)
    scores = {"f1": f1_score, "precision": precision_score, "recall": recall_score}
    cases = []
    for name, score in scores.items():
        def rates(weights, average):
            return score(truth, predicted, labels=range(classes), average=average, sample_weight=weights,
                         zero_division=0)

        for average in (None, "macro"):
            values = np.zeros((images, classes if average is None else 1))
            for i in range(images):
                up, down = np.ones(images), np.ones(images)
                up[i] += step
                down[i] -= step
                values[i] = images * (rates(up, average) - rates(down, average)) / (2 * step)
            values = values + rates(np.ones(images), average)
            cases.append({"rate": name, "macro": average == "macro", "values": [floats(row) for row in values.T]})
    return {"classes": classes, "truth": truth.tolist(), "predicted": predicted.tolist(), "cases": cases}


def values_of(score, positive, scores):
    """A score as the mean of one value an image: itself, and its derivative by the image's weight."""
    n, step = len(scores), 1e-4
    values = []
    for i in range(n):
        up, down = np.ones(n), np.ones(n)
        up[i] += step
        down[i] -= step
        difference = score(positive, scores, sample_weight=up) - score(positive, scores, sample_weight=down)
        values.append(score(positive, scores) + n * difference / (2 * step))
    return floats(np.array(values))


def roc_cases(rng):
    """Areas and average precisions by scikit-learn; errors by DeLong's definition, every pair of scores compared."""
    cases = []
    for n, ties in [(12, False), (40, True), (200, False), (201, True)]:
        positive = (rng.random(n) < 0.4).astype(int)
        positive[:2] = [0, 1]
        scores = rng.normal(size=n) + 0.8 * positive
        if ties:
            scores = np.round(scores, 0)
        pairs = np.subtract.outer(scores[positive == 1], scores[positive == 0])
        wins = (pairs > 0) + 0.5 * (pairs == 0)
        variance = np.var(wins.mean(1), ddof=1) / len(wins) + np.var(wins.mean(0), ddof=1) / wins.shape[1]
        cases.append({"scores": floats(scores), "positive": positive.tolist(),
                      "area": float(roc_auc_score(positive, scores)), "se": float(np.sqrt(variance)),
                      "area_values": values_of(roc_auc_score, positive, scores),
                      "precision": float(average_precision_score(positive, scores)),
                      "precision_values": values_of(average_precision_score, positive, scores)})
    return cases


def logistic_cases(rng):
    cases = []
    for n, d, penalty in [(60, 2, 2.0), (100, 5, 0.5), (40, 20, 20.0)]:
        rows = np.round(16 * rng.normal(size=(n, d))) / 16  # float32 has them exactly
        odds = rows @ rng.normal(size=d) + 0.7
        positive = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)
        model = LogisticRegression(C=1 / penalty, tol=1e-10, solver="newton-cholesky")
        model.fit(rows, positive)
        cases.append({"rows": [floats(row) for row in rows], "positive": positive.tolist(), "penalty": penalty,
                      "intercept": float(model.intercept_[0]), "weights": floats(model.coef_[0])})
    return cases


def main():
    warnings.simplefilter("ignore", RuntimeWarning)  # scipy divides by 0 at noncentrality 0

    def rng(seed):
        return np.random.default_rng(seed)

    fixture = {
        "made_with": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__,
                      "statsmodels": statsmodels.__version__.split("+")[0]},
        "mcnemar": mcnemar_cases(rng(1)), "holm": holm_cases(rng(2)), "t_test": t_test_cases(rng(3)),
        "power": power_cases(), "isotonic": isotonic_cases(rng(4)), "line": line_case(rng(5)),
        "power_law": power_law_cases(rng(6)), "crossed": crossed_cases(rng(10)), "curve": curve_cases(rng(11)),
        "influence": influence_cases(rng(12)), "roc": roc_cases(rng(13)), "logistic": logistic_cases(rng(14)),
    }
    path = pathlib.Path(__file__).with_name("fixtures.json")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(part)}" for name, part in fixture.items())
    path.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
