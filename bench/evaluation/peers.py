"""Times what others do for bench/evaluation: numpy's multinomial draws alone, and scikit-learn's metrics in a bootstrap loop.

Reads the confusion matrix (labels × labels, JSON) on stdin; prints {"numpy": s, "sklearn": s}, both for all resamples.
"""

import json
import sys
import time

import numpy as np
from sklearn import metrics as sk

job = json.load(sys.stdin)
confusion = np.array(job["confusion"])
resamples, timed = job["resamples"], job["timedResamples"]
n = int(confusion.sum())
rng = np.random.default_rng(7)

cells = confusion.ravel() / n
draws = []
for _ in range(job["rounds"]):
    start = time.perf_counter()
    rng.multinomial(n, cells, size=resamples)
    draws.append(time.perf_counter() - start)
multinomial = min(draws)

expected, answer = np.divmod(np.repeat(np.arange(confusion.size), confusion.ravel()), confusion.shape[1])
start = time.perf_counter()
for _ in range(timed):
    rows = rng.integers(0, n, n)
    t, p = expected[rows], answer[rows]
    sk.accuracy_score(t, p)
    for average in ("macro", "micro", "weighted"):
        sk.precision_recall_fscore_support(t, p, average=average, zero_division=0)
    sk.cohen_kappa_score(t, p)
    sk.matthews_corrcoef(t, p)
loop = (time.perf_counter() - start) * resamples / timed

print(json.dumps({"numpy": multinomial, "sklearn": loop, "numpyVersion": np.__version__, "sklearnVersion": __import__("sklearn").__version__}))
