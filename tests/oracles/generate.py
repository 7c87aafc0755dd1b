"""Golden values for domain/evaluation and domain/gate, from the implementations that others trust.

    uv run --no-project --python 3.11 --with numpy==2.4.6,scipy==1.17.1,scikit-learn==1.9.1,statsmodels==0.15.0,rouge-score==0.1.2,sacrebleu==2.6.0 \
        tests/oracles/generate.py

1,000 cases per metric. `draws.py` makes them from seeds, as `draws.ts` does for the tests, so that `golden/` holds the answers alone: one line per
case, numbers to ten decimals, which is finer than the 1e-9 that the tests ask for.
"""

import collections
import json
import logging
import math
import pathlib
import re
import string
import warnings

import numpy as np
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF
from scipy.stats import binomtest, norm, spearmanr, t
from scipy.stats._resampling import _bca_interval
from sklearn import metrics as sk
from sklearn.preprocessing import MultiLabelBinarizer
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

import draws

warnings.filterwarnings("ignore")
logging.getLogger("sacrebleu").setLevel(logging.ERROR)

CASES = 1000
CLASSIFICATION = ["accuracy", "precision_macro", "recall_macro", "f1_macro", "f1_micro", "f1_weighted", "precision_weighted", "recall_weighted", "kappa", "mcc"]
VARIANTS = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def classification(i):
    """The averages in the order of CLASSIFICATION, then per label four sums over labels weighted by 1, 2, 3, …: precision, recall, F1, support."""
    _, expected, answer = draws.classification(i)
    seen = sorted(set(expected) | {a for a in answer if a >= 0})
    values = {"accuracy": sk.accuracy_score(expected, answer)}
    for average in ("macro", "weighted"):
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            values[f"{name}_{average}"] = score(expected, answer, labels=seen, average=average, zero_division=0)
    values["f1_micro"] = sk.f1_score(expected, answer, labels=seen, average="micro", zero_division=0)
    kappa = sk.cohen_kappa_score(expected, answer)
    values["kappa"] = 0.0 if math.isnan(kappa) else kappa
    values["mcc"] = sk.matthews_corrcoef(expected, answer)
    per_class = sk.precision_recall_fscore_support(expected, answer, labels=seen, zero_division=0)
    return [values[name] for name in CLASSIFICATION] + [float(sum(v * (s + 1) for s, v in zip(seen, column)) / 100) for column in per_class]


def statistics(i):
    """Wilson low and high, McNemar's p, normal quantile and cumulative, Student's quantile, Holm's adjusted p, weighted kappa, Spearman."""
    hits, n, confidence, gains, losses, q, degrees, ps, grades = draws.statistics(i)
    low, high = proportion_confint(hits, n, alpha=1 - confidence, method="wilson")
    p = min(1.0, float(mcnemar([[10, gains], [losses, 10]], exact=True).pvalue)) if gains + losses else 1.0
    if gains + losses > 0:
        assert abs(p - binomtest(min(gains, losses), gains + losses, 0.5).pvalue) < 1e-12
    a, b = zip(*grades)
    kappa = sk.cohen_kappa_score(a, b, weights="quadratic", labels=[1, 2, 3, 4, 5]) if set(a) | set(b) != {a[0]} else math.nan
    rank = spearmanr(a, b).statistic if len(set(a)) > 1 and len(set(b)) > 1 else math.nan
    return [low, high, p, norm.ppf(q), norm.cdf(8 * q - 4), t.ppf(q, degrees), kappa, rank, *multipletests(ps, method="holm")[1]]


def calibration(i):
    """Brier, ECE in 15 bins, top-k accuracy."""
    labels, expected, scores, top = draws.calibration(i)
    scores, expected = np.array(scores), np.array(expected)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    brier = sum(sk.brier_score_loss(expected == k, p[:, k]) for k in range(labels) if 0 < (expected == k).sum() < len(expected))
    brier += sum(float(np.mean(((expected == k) - p[:, k]) ** 2)) for k in range(labels) if not 0 < (expected == k).sum() < len(expected))
    confidence, hit = p.max(axis=1), p.argmax(axis=1) == expected
    bins = np.clip(np.ceil(confidence * 15) - 1, 0, 14).astype(int)
    ece = sum(abs(hit[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any())
    return [brier, ece, sk.top_k_accuracy_score(expected, p, k=top, labels=range(labels))]


def multi_label(i):
    labels, expected, answer = draws.multi_label(i)
    e, a = np.array(expected, dtype=int), np.array(answer, dtype=int)
    f1 = [sk.f1_score(e, a, average=average, zero_division=0) for average in ("micro", "macro", "samples")]
    return [sk.accuracy_score(e, a), sk.hamming_loss(e, a), *f1, sk.jaccard_score(e, a, average="samples", zero_division=0)]


def out_of_scope(i):
    """Area under the ROC curve, and the false acceptance where 95 % of the inside are let in."""
    inside, confidence = draws.out_of_scope(i)
    false_rate, true_rate, _ = sk.roc_curve(inside, confidence, drop_intermediate=False)
    return [sk.roc_auc_score(inside, confidence), float(false_rate[true_rate >= 0.95 - 1e-12].min())]


def bootstrap(i):
    """BCa interval of a mean, with scipy's choice of quantiles from given resamples."""
    sample, resamples, confidence = draws.bootstrap(i)
    sample = np.array(sample)
    values = sample[np.array(resamples)].mean(axis=1)
    low, high, acceleration = _bca_interval((sample,), lambda x, axis=-1: np.mean(x, axis=axis), -1, (1 - confidence) / 2, values, None, np)
    return [*np.quantile(values, [float(low), float(high)], method="weibull"), float(np.squeeze(acceleration))]


# The functions of the official SQuAD 2.0 evaluation script (Rajpurkar et al. 2018).
def normalize_answer(s):
    s = s.lower()
    s = "".join(ch for ch in s if ch not in set(string.punctuation))
    s = re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", s)
    return " ".join(s.split())


def squad_f1(gold, said):
    gold, said = normalize_answer(gold).split(), normalize_answer(said).split()
    if len(gold) == 0 or len(said) == 0:
        return int(gold == said)
    same = sum((collections.Counter(gold) & collections.Counter(said)).values())
    if same == 0:
        return 0
    precision, recall = same / len(said), same / len(gold)
    return 2 * precision * recall / (precision + recall)


def texts(i, scorers):
    """ROUGE precision, recall and F1 per variant, plain and stemmed; then exact match and token F1 with two references."""
    reference, answer, other = draws.texts(i)
    rouge = [x for scorer in scorers for s in scorer.score(reference, answer).values() for x in (s.precision, s.recall, s.fmeasure)]
    golds = (reference, other)
    exact = max(normalize_answer(g) == normalize_answer(answer) for g in golds)
    return [*rouge, float(exact), max(squad_f1(g, answer) for g in golds)]


def corpora(i):
    rows, count = draws.corpus(i, CASES)
    cases = [draws.texts(row) for row in rows]
    answers, references = [c[1] for c in cases], [[c[0] for c in cases], [c[2] for c in cases]][:count]
    return [BLEU().corpus_score(answers, references).score, CHRF().corpus_score(answers, references).score]


def signatures():
    metrics = [(BLEU(), CHRF()) for _ in (1, 2)]
    for count, pair in enumerate(metrics, 1):
        for metric in pair:
            metric.corpus_score(["a b c d"], [["a b c d"]] * count)
    return [[str(metric.get_signature()) for metric in pair] for pair in metrics]


def fields(i):
    """Flat records, scored by scikit-learn as a multi-label problem over (field, value)."""
    leaves = [[[f"{k}={json.dumps(v)}" for k, v in side.items()] for side in row] for row in draws.fields(i)]
    binarizer = MultiLabelBinarizer().fit([leaf for pair in leaves for leaf in pair])
    true, said = (binarizer.transform([pair[side] for pair in leaves]) for side in (0, 1))
    return [sk.f1_score(true, said, average="micro", zero_division=0)]


def write(name, lines):
    text = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    (pathlib.Path(__file__).parent / "golden" / f"{name}.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


def rounded(values):
    return [None if math.isnan(x) else round(float(x), 10) + 0.0 for x in values]


def main():
    scorers = [rouge_scorer.RougeScorer(VARIANTS), rouge_scorer.RougeScorer(VARIANTS, use_stemmer=True)]
    made = {
        "classification": classification, "statistics": statistics, "calibration": calibration, "multi-label": multi_label, "out-of-scope": out_of_scope,
        "bootstrap": bootstrap, "texts": lambda i: texts(i, scorers), "corpora": corpora, "fields": fields,
    }
    for name, oracle in made.items():
        write(name, [rounded(oracle(i)) for i in range(CASES)])
    write("signatures", signatures())


if __name__ == "__main__":
    main()
