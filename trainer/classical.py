"""The cheap classifiers that a tuned model has to beat: logistic regression on word counts, or on frozen sentence embeddings.

    classical   x = TF-IDF of words and word pairs, tf ↦ 1 + ln tf, idf = ln((1+n)/(1+df)) + 1, rows scaled to length 1
    embedding   x = MiniLM's sentence vector
    both        p(label | x) = softmax(W·x + b),  W, b by scikit-learn; C by 5-fold cross-validated log loss with a seed
    sets        where a row has any number of labels, one regression for each against the rest: p(label | x) = 1/(1 + exp(-(w·x + b)))

scikit-learn fits; what is kept are arrays in a safetensors file and a vocabulary in its metadata. Serving computes from those arrays alone
(no pickled code, no scikit-learn) and equals scikit-learn's own probabilities.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from . import artifacts

WORD = re.compile(r"(?u)\b\w\w+\b")  # scikit-learn's token pattern
STRENGTHS = [0.1, 1.0, 10.0, 100.0]


@dataclass
class Classifier:
    kind: str
    labels: list[str]
    weight: np.ndarray  # (labels, features)
    bias: np.ndarray
    vocabulary: dict[str, int]
    idf: np.ndarray
    one_vs_rest: bool = False

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        scores = self.weight @ x + self.bias
        if self.one_vs_rest:
            return 0.5 * (1 + np.tanh(scores / 2))
        e = np.exp(scores - scores.max())
        return e / e.sum()

    def features(self, text: str) -> np.ndarray:
        """TF-IDF of one text, as scikit-learn's TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)."""
        words = WORD.findall(text.lower())
        counts = Counter(self.vocabulary[t] for t in [*words, *(f"{a} {b}" for a, b in zip(words, words[1:]))] if t in self.vocabulary)
        x = np.zeros(len(self.idf))
        for i, n in counts.items():
            x[i] = (1 + np.log(n)) * self.idf[i]
        length = np.sqrt((x * x).sum())
        return x / length if length else x


def fit(kind: str, texts: list[str], labels: list[str], weights: list[float], seed: int, embed=None) -> tuple[Classifier, dict]:
    """Fits and chooses C. `embed` turns texts into vectors, for kind "embedding". Returns the classifier and what was found on the way."""
    if len(set(labels)) < 2:
        raise ValueError(f"a classifier needs at least two labels; the file has only {sorted(set(labels))}")
    x, vocabulary, idf = _features(kind, texts, embed)
    best, losses = _choose(x, np.array(labels), np.array(weights), seed)
    model = _regression(best).fit(x, labels, sample_weight=weights)
    weight, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two labels; softmax over (0, z) is the same sigmoid
        weight, bias = np.vstack([np.zeros_like(weight), weight]), np.concatenate([[0.0], bias])
    return Classifier(kind, [str(c) for c in model.classes_], weight, bias, vocabulary, idf), {"C": best, "cross_validated_loss": losses}


def fit_sets(kind: str, texts: list[str], sets: list[set[str]], weights: list[float], seed: int, embed=None) -> tuple[Classifier, dict]:
    """Like `fit` where `sets[i]` are the labels of row i: one regression for each label, all with the C that suits them best together."""
    labels = sorted(set().union(*sets))
    if not labels or all(s == sets[0] for s in sets):
        raise ValueError(f"a classifier needs rows with different labels; all have {sorted(sets[0]) if sets else []}")
    x, vocabulary, idf = _features(kind, texts, embed)
    has = np.array([[label in s for label in labels] for s in sets])
    best, losses = _choose_for_sets(x, has, np.array(weights), seed)
    fitted = [_against_rest(x, has[:, k], np.array(weights), _regression(best)) for k in range(len(labels))]
    weight, bias = np.stack([w for w, _ in fitted]), np.array([b for _, b in fitted])
    return Classifier(kind, labels, weight, bias, vocabulary, idf, one_vs_rest=True), {"C": best, "cross_validated_loss": losses}


def _against_rest(x, has: np.ndarray, weights: np.ndarray, model) -> tuple[np.ndarray, float]:
    """(w, b) of one label. Where all rows have it, or none, b says so: the log odds with one more row on either side."""
    if has.all() or not has.any():
        return np.zeros(x.shape[1]), float(np.log((has.sum() + 1) / ((~has).sum() + 1)))
    model.fit(x, has, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _choose_for_sets(x, has: np.ndarray, weights: np.ndarray, seed: int) -> tuple[float, dict[str, float]]:
    """C with the least cross-validated log loss, summed over the labels; the default where there are too few rows to split."""
    from sklearn.model_selection import KFold

    if len(has) < 10:
        return 10.0, {}
    totals = dict.fromkeys(STRENGTHS, 0.0)
    for train, test in KFold(5, shuffle=True, random_state=seed).split(has):
        for k in range(has.shape[1]):
            model = _regression(STRENGTHS[0]).set_params(warm_start=True)
            for c in STRENGTHS:
                w, b = _against_rest(x[train], has[train, k], weights[train], model.set_params(C=c))
                scores = (x[test] @ w + b) * np.where(has[test, k], 1, -1)
                totals[c] += float((weights[test] * np.logaddexp(0, -scores)).sum())
    losses = {str(c): total / float(weights.sum()) for c, total in totals.items()}
    return float(min(losses, key=losses.get)), losses


def _features(kind: str, texts: list[str], embed) -> tuple:
    """(x, vocabulary, idf), the latter two empty for embeddings."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if kind != "classical":
        return np.asarray(embed(texts), dtype=np.float64), {}, np.zeros(0)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    x = vectorizer.fit_transform(texts)
    return x, {t: int(i) for t, i in vectorizer.vocabulary_.items()}, vectorizer.idf_


def _regression(c: float):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=2000)


def _choose(x, labels: np.ndarray, weights: np.ndarray, seed: int) -> tuple[float, dict[str, float]]:
    """C with the least cross-validated log loss; the default where the rarest label is too rare to be split."""
    from sklearn.model_selection import StratifiedKFold

    folds = min(5, min(Counter(labels.tolist()).values()))
    if folds < 2:
        return 10.0, {}
    totals = dict.fromkeys(STRENGTHS, 0.0)
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(x, labels):
        model = _regression(STRENGTHS[0]).set_params(warm_start=True)  # each strength begins where the weaker one has ended
        for c in STRENGTHS:
            model.set_params(C=c).fit(x[train], labels[train], sample_weight=weights[train])
            p = model.predict_proba(x[test])[np.arange(len(test)), np.searchsorted(model.classes_, labels[test])]
            totals[c] -= float((weights[test] * np.log(np.maximum(p, 1e-15))).sum())
    losses = {str(c): total / float(weights.sum()) for c, total in totals.items()}
    return float(min(losses, key=losses.get)), losses


def save(path: Path, c: Classifier, found: dict, base_model: str | None = None) -> None:
    meta = artifacts.metadata(c.kind, c.kind, labels=c.labels, vocabulary=c.vocabulary, embedding_model=base_model, **({"one_vs_rest": True} if c.one_vs_rest else {}), **found)
    save_file({"weight": np.ascontiguousarray(c.weight), "bias": np.ascontiguousarray(c.bias), "idf": np.ascontiguousarray(c.idf)}, path, metadata=meta)
    artifacts.settle(path)


def load(path: Path) -> Classifier:
    with safe_open(path, framework="np") as f:
        meta = json.loads(f.metadata()[artifacts.KEY])
        return Classifier(meta["kind"], meta["labels"], f.get_tensor("weight"), f.get_tensor("bias"), meta["vocabulary"], f.get_tensor("idf"),
                          meta.get("one_vs_rest", False))
