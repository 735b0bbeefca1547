"""Writes oracle.json: what NumPy, SciPy and scikit-learn say about the cases that OracleTest checks.

Run with SciPy 1.17.1 and scikit-learn; prints JSON on standard output.
"""
import json
import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(20240601)


def delong_variance_of_u(x, y):
    m, n = len(x), len(y)
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return (m * n) ** 2 * (psi.mean(1).var(ddof=1) / m + psi.mean(0).var(ddof=1) / n)


rank_sums = []
for m, n, shift, digits in [(40, 25, 0.5, 6), (60, 60, 0.2, 0), (30, 90, 0.0, 1), (7, 5, 1.0, 0)]:
    x = np.round(rng.normal(shift, 1, m), digits)
    y = np.round(rng.normal(0, 1, n), digits)
    u = stats.mannwhitneyu(x, y, alternative="greater", method="asymptotic", use_continuity=False)
    rank_sums.append(dict(members=x.tolist(), nonMembers=y.tolist(), u=float(u.statistic),
                          p=float(u.pvalue),
                          auc=float(roc_auc_score([1] * m + [0] * n, np.concatenate([x, y]))),
                          variance=float(delong_variance_of_u(x, y))))

clopper_pearson = []
for k, n in [(0, 50), (3, 50), (50, 50), (123, 1000), (1, 100000)]:
    ci = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    clopper_pearson.append(dict(k=k, n=n, lower=float(ci.low), upper=float(ci.high)))

newcombe = []
for a, m, b, n in [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (900, 1000, 450, 500)]:
    def wilson(k, t):
        ci = stats.binomtest(k, t).proportion_ci(0.95, method="wilson")
        return ci.low, ci.high
    (l1, u1), (l2, u2) = wilson(a, m), wilson(b, n)
    d = a / m - b / n
    newcombe.append(dict(a=a, m=m, b=b, n=n,
                         lower=float(d - np.hypot(a / m - l1, u2 - b / n)),
                         upper=float(d + np.hypot(u1 - a / m, b / n - l2))))

print(json.dumps(dict(source="oracle.py beside this file; SciPy 1.17.1, scikit-learn",
                      rankSums=rank_sums, clopperPearson=clopper_pearson, newcombe=newcombe), indent=1))
