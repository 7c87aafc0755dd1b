"""Our arrays against scikit-learn's own predictions."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from trainer import classical

from .conftest import chat_rows

TEXTS = [r["messages"][1]["content"] for r in chat_rows(60)] + ["Ünïcode wörds, too!", "a b c", "refund? refund! REFUND"]
LABELS = [r["messages"][2]["content"] for r in chat_rows(60)] + ["billing", "shipping", "billing"]
NEW = ["where is my parcel", "the invoice is wrong and the login too", "nothing known", "", "refund refund"]


@pytest.mark.parametrize("labels", [LABELS, ["yes" if x == "billing" else "no" for x in LABELS]], ids=["three labels", "two labels"])
@pytest.mark.parametrize("weights", [[1.0] * len(LABELS), [0.5 + i % 3 for i in range(len(LABELS))]], ids=["equal", "weighted"])
def test_probabilities_equal_scikit_learns(tmp_path, labels, weights):
    ours, found = classical.fit("classical", TEXTS, labels, weights, seed=3)
    classical.save(tmp_path / "c.safetensors", ours, found)
    loaded = classical.load(tmp_path / "c.safetensors")
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = LogisticRegression(C=found["C"], max_iter=2000).fit(vectorizer.fit_transform(TEXTS), labels, sample_weight=weights)
    expected = model.predict_proba(vectorizer.transform(NEW))
    assert loaded.labels == model.classes_.tolist()
    for text, p in zip(NEW, expected):
        assert np.allclose(loaded.probabilities(loaded.features(text)), p, atol=1e-12)


def test_the_same_seed_chooses_the_same_strength():
    assert classical.fit("classical", TEXTS, LABELS, [1.0] * len(TEXTS), 3)[1] == classical.fit("classical", TEXTS, LABELS, [1.0] * len(TEXTS), 3)[1]


def test_one_label_only_is_refused():
    with pytest.raises(ValueError, match="at least two labels"):
        classical.fit("classical", TEXTS, ["same"] * len(TEXTS), [1.0] * len(TEXTS), 0)


def test_a_label_with_one_row_does_not_stop_the_fit():
    classifier, found = classical.fit("classical", [*TEXTS, "unique"], [*LABELS, "rare"], [1.0] * (len(TEXTS) + 1), 0)
    assert "rare" in classifier.labels and found["C"] == 10.0


def test_embeddings_feed_the_same_classifier(tmp_path):
    rng = np.random.default_rng(0)
    vectors = {t: rng.normal(size=8) + LABELS.index(label) for t, label in zip(TEXTS, LABELS)}
    ours, _ = classical.fit("embedding", TEXTS, LABELS, [1.0] * len(TEXTS), 0, lambda texts: [vectors[t] for t in texts])
    right = sum(ours.labels[int(ours.probabilities(vectors[t]).argmax())] == label for t, label in zip(TEXTS, LABELS))
    assert right > 0.8 * len(TEXTS)


SETS = [{label, "urgent"} if i % 4 == 0 else set() if i % 7 == 0 else {label} for i, label in enumerate(LABELS)]


def test_sets_of_labels_equal_scikit_learns_one_vs_rest(tmp_path):
    ours, found = classical.fit_sets("classical", TEXTS, SETS, [1.0] * len(TEXTS), seed=3)
    classical.save(tmp_path / "c.safetensors", ours, found)
    loaded = classical.load(tmp_path / "c.safetensors")
    vectorizer, binarizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), MultiLabelBinarizer()
    model = OneVsRestClassifier(LogisticRegression(C=found["C"], max_iter=2000)).fit(vectorizer.fit_transform(TEXTS), binarizer.fit_transform(SETS))
    assert loaded.labels == binarizer.classes_.tolist()
    for text, p in zip(NEW, model.predict_proba(vectorizer.transform(NEW))):
        assert np.allclose(loaded.probabilities(loaded.features(text)), p, atol=1e-12)


def test_rows_that_all_have_the_same_labels_are_refused():
    with pytest.raises(ValueError, match="different labels"):
        classical.fit_sets("classical", TEXTS, [{"same"}] * len(TEXTS), [1.0] * len(TEXTS), 0)
