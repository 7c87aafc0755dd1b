"""Golden values for domain/evaluation and domain/gate, from the implementations that others trust.

    uv run --no-project --python 3.11 --with numpy==2.4.6,scipy==1.17.1,scikit-learn==1.9.1,statsmodels==0.15.0,rouge-score==0.1.2,sacrebleu==2.6.0 \
        tests/oracles/generate.py [--cases 200] [--out tests/oracles/golden]

Every case is drawn from a fixed seed; `--cases 1000` draws more of the same.
The tests read `golden/`, or the folder that the variable GOLDEN names.
"""

import argparse
import collections
import json
import logging
import math
import pathlib
import random
import re
import string
import warnings

import numpy as np
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF
from scipy.stats import binomtest, norm
from sklearn import metrics as sk
from sklearn.preprocessing import MultiLabelBinarizer
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

warnings.filterwarnings("ignore")
logging.getLogger("sacrebleu").setLevel(logging.ERROR)

STEMS = (
    "relat condition valen hesit digit conform radic differ analog vietnam predic oper feud decis hope callous formal sensit"
    " archaeo theo triplic form electr good reviv allow infer airlin gyroscop adjust defens irrit replac depend adopt commun activ angular"
    " effect bowdler probat rat ceas control roll cat dog pon fl tr sk enjo happ hopp fall hiss fizz fail fil siz troubl conflat plaster"
    " motor bled sing agre fe see spy try play buy news inn out can howe proceed exceed succeed yyy"
).split()
SUFFIXES = (
    "s es ies ied ed ing eed ing's ational tional enci anci izer abli bli alli entli eli ousli ization ation ator alism iveness fulness"
    " ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ion"
    " tion sion ou ism ate iti ous ive ize y ll e ying"
).split()
PLAIN = "the a an The An of in 3,000 3.5 -5 x-ray U.S. don't café naïve Straße 東京 (yes) [no] end. stop! 10-12 &amp; &lt;b&gt; _under_ 𝒳".split()


def word(rng):
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(PLAIN)
    stem = rng.choice(STEMS)
    return stem + (rng.choice(SUFFIXES) if kind < 0.8 else "")


def text(rng, longest):
    words = [word(rng) for _ in range(rng.randint(0, longest))]
    separators = [" "] * 12 + ["\n", ", ", "  ", ".\n", " - ", "\t"]
    return "".join(w + rng.choice(separators) for w in words).strip() if words else ""


def edited(rng, source):
    """An answer that shares much with the reference, as real answers do."""
    words = source.split(" ")
    out = []
    for w in words:
        r = rng.random()
        if r < 0.12:
            continue
        out.append(word(rng) if r < 0.25 else w)
        if rng.random() < 0.08:
            out.append(word(rng))
    if len(out) > 3 and rng.random() < 0.3:
        i, j = rng.randrange(len(out)), rng.randrange(len(out))
        out[i], out[j] = out[j], out[i]
    return " ".join(out)


def classification(rng):
    """Labels may be missing from either side; -1 is an answer that could not be parsed."""
    k = rng.choice([2, 2, 3, 5, 12, 30])
    n = rng.randint(1, 120)
    skew = [rng.random() ** 3 + 0.01 for _ in range(k)]
    expected = rng.choices(range(k), skew, k=n)
    right = rng.random()
    answer = [e if rng.random() < right else rng.randrange(k) for e in expected]
    if rng.random() < 0.5:
        answer = [-1 if rng.random() < 0.1 else a for a in answer]
    if rng.random() < 0.1:
        answer = list(expected)
    seen = sorted(set(expected) | {a for a in answer if a >= 0})
    values = {"accuracy": sk.accuracy_score(expected, answer)}
    for average in ("macro", "weighted"):
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            values[f"{name}_{average}"] = score(expected, answer, labels=seen, average=average, zero_division=0)
    values["f1_micro"] = sk.f1_score(expected, answer, labels=seen, average="micro", zero_division=0)
    kappa = sk.cohen_kappa_score(expected, answer)
    values["kappa"] = 0.0 if math.isnan(kappa) else kappa
    values["mcc"] = sk.matthews_corrcoef(expected, answer)
    precision, recall, f1, support = sk.precision_recall_fscore_support(expected, answer, labels=seen, zero_division=0)
    return {
        "labels": k, "expected": expected, "answer": answer, "values": {key: float(v) for key, v in values.items()},
        "perClass": [[s, float(p), float(r), float(f), int(m)] for s, p, r, f, m in zip(seen, precision, recall, f1, support)],
    }


def statistics(rng):
    n = rng.choice([1, 5, 20, 200, 5000])
    hits = rng.randint(0, n)
    confidence = rng.choice([0.8, 0.9, 0.95, 0.975, 0.99])
    low, high = proportion_confint(hits, n, alpha=1 - confidence, method="wilson")
    gains, losses = rng.randint(0, rng.choice([3, 30, 800])), rng.randint(0, rng.choice([3, 30, 800]))
    p = mcnemar([[10, gains], [losses, 10]], exact=True).pvalue
    if gains + losses > 0:
        assert abs(p - binomtest(min(gains, losses), gains + losses, 0.5).pvalue) < 1e-12
    q = rng.random()
    return {
        "wilson": [hits, n, confidence, float(low), float(high)], "mcnemar": [gains, losses, float(min(1.0, p)) if gains + losses else 1.0],
        "normal": [q, float(norm.ppf(q)), 8 * q - 4, float(norm.cdf(8 * q - 4))],
    }


def calibration(rng):
    n, k = rng.randint(2, 80), rng.choice([2, 3, 6])
    raw = np.random.default_rng(rng.randrange(2**31)).dirichlet([0.7] * k, size=n)
    expected = [rng.randrange(k) for _ in range(n)]
    onehot = np.eye(k)[expected]
    top = rng.randint(1, k)
    return {
        "labels": k, "expected": expected, "scores": [[round(float(math.log(max(p, 1e-12))), 9) for p in row] for row in raw],
        "brier": None, "k": top, "topK": float(np.mean([e in np.argsort(-row, kind="stable")[:top] for e, row in zip(expected, raw)])),
        "_raw": raw, "_onehot": onehot,
    }


def finish_calibration(case):
    """From the rounded scores that the golden file holds, so that both sides read the same numbers."""
    scores = np.array(case["scores"])
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    onehot = case.pop("_onehot")
    case.pop("_raw")
    expected = np.array(case["expected"])
    k = case["labels"]
    case["brier"] = float(np.mean(np.sum((p - onehot) ** 2, axis=1)))
    if k == 2:
        assert abs(case["brier"] - 2 * sk.brier_score_loss(expected, p[:, 1])) < 1e-12
    confidence, hit = p.max(axis=1), p.argmax(axis=1) == expected
    bins = np.clip(np.ceil(confidence * 15) - 1, 0, 14).astype(int)
    case["ece"] = float(sum(abs(hit[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any()))
    case["topK"] = float(sk.top_k_accuracy_score(expected, p, k=case["k"], labels=range(k))) if k > 2 else case["topK"]
    return case


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


def texts(rng, scorers):
    reference = text(rng, 25)
    answer = edited(rng, reference) if rng.random() < 0.85 else text(rng, 25)
    other = text(rng, 10)
    rouge = {}
    for name, scorer in scorers.items():
        rouge[name] = {variant: [s.precision, s.recall, s.fmeasure] for variant, s in scorer.score(reference, answer).items()}
    return {
        "reference": reference, "answer": answer, "other": other, "rouge": rouge,
        "squad": [int(max(normalize_answer(g) == normalize_answer(answer) for g in (reference, other))), max(squad_f1(g, answer) for g in (reference, other))],
    }


def corpora(rng, pairs):
    chosen = rng.sample(range(len(pairs)), k=min(len(pairs), rng.randint(1, 8)))
    answers = [pairs[i]["answer"] for i in chosen]
    references = [[pairs[i]["reference"] for i in chosen]]
    if rng.random() < 0.3:
        references.append([pairs[i]["other"] for i in chosen])
    bleu, chrf = BLEU(), CHRF()
    scores = [bleu.corpus_score(answers, references).score, chrf.corpus_score(answers, references).score]
    return {"rows": chosen, "references": len(references), "bleu": scores[0], "chrf": scores[1], "signatures": [str(bleu.get_signature()), str(chrf.get_signature())]}


def fields(rng):
    """Flat records, scored by scikit-learn as a multi-label problem over (field, value)."""
    keys = ["name", "date", "total", "currency", "item"]
    rows = []
    for _ in range(rng.randint(1, 10)):
        expected = {key: rng.choice(["x", "y", 3, 4.5, True]) for key in keys if rng.random() < 0.8}
        answer = {key: (value if rng.random() < 0.7 else "z") for key, value in expected.items() if rng.random() < 0.9}
        if rng.random() < 0.2:
            answer["extra"] = 1
        rows.append([expected, answer])
    if not any(e or a for e, a in rows):
        rows.append([{"name": "x"}, {"name": "x"}])
    leaves = [[[f"{k}={json.dumps(v)}" for k, v in side.items()] for side in row] for row in rows]
    binarizer = MultiLabelBinarizer().fit([leaf for pair in leaves for leaf in pair])
    true, said = (binarizer.transform([pair[i] for pair in leaves]) for i in (0, 1))
    return {"rows": [[json.dumps(e), json.dumps(a)] for e, a in rows], "micro": float(sk.f1_score(true, said, average="micro", zero_division=0))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "golden")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    variants = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    scorers = {"plain": rouge_scorer.RougeScorer(variants), "stemmed": rouge_scorer.RougeScorer(variants, use_stemmer=True)}
    pairs = [texts(random.Random(f"texts-{i}"), scorers) for i in range(args.cases)]
    golden = {
        "classification": [classification(random.Random(f"classification-{i}")) for i in range(args.cases)],
        "statistics": [statistics(random.Random(f"statistics-{i}")) for i in range(args.cases)],
        "calibration": [finish_calibration(calibration(random.Random(f"calibration-{i}"))) for i in range(args.cases)],
        "texts": pairs,
        "corpora": [corpora(random.Random(f"corpora-{i}"), pairs) for i in range(args.cases)],
        "fields": [fields(random.Random(f"fields-{i}")) for i in range(args.cases)],
    }
    for name, cases in golden.items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
        (args.out / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
