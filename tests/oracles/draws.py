"""The cases of `draws.ts`, drawn anew: the same seeds give the same cases there and here, number by number. Change both files together."""

import json
import math
import pathlib

WORDS = json.loads((pathlib.Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
MASK = 0xFFFFFFFF


class Draw:
    """mulberry32, seeded by FNV-1a of a name."""

    def __init__(self, name):
        self.state = 0x811C9DC5
        for letter in name:
            self.state = ((self.state ^ ord(letter)) * 0x01000193) & MASK

    def unit(self):
        self.state = (self.state + 0x6D2B79F5) & MASK
        a = self.state
        t = ((a ^ (a >> 15)) * (1 | a)) & MASK
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & MASK)) & MASK) ^ t
        return (t ^ (t >> 14)) / 4294967296

    def int(self, low, high):
        return low + math.floor(self.unit() * (high - low + 1))

    def pick(self, values):
        return values[self.int(0, len(values) - 1)]


def weighted(draw, weights):
    total = 0.0
    for weight in weights:
        total += weight
    left = draw.unit() * total
    for i, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return i
    return len(weights) - 1


def classification(i):
    draw = Draw(f"classification-{i}")
    labels = draw.pick([2, 2, 3, 5, 12, 30])
    n = draw.int(1, 120)
    skew = []
    for _ in range(labels):
        r = draw.unit()
        skew.append(r * r * r + 0.01)
    expected = [weighted(draw, skew) for _ in range(n)]
    right, broken_file, perfect = draw.unit(), draw.unit() < 0.5, draw.unit() < 0.1
    answer = []
    for e in expected:
        said = e if draw.unit() < right else draw.int(0, labels - 1)
        broken = draw.unit() < 0.1
        answer.append(e if perfect else -1 if broken_file and broken else said)
    return labels, expected, answer


def statistics(i):
    draw = Draw(f"statistics-{i}")
    n = draw.pick([1, 5, 20, 200, 5000])
    hits = draw.int(0, n)
    confidence = draw.pick([0.8, 0.9, 0.95, 0.975, 0.99])
    gains = draw.int(0, draw.pick([3, 30, 800]))
    losses = draw.int(0, draw.pick([3, 30, 800]))
    probability = (draw.unit() + 0.001) / 1.002
    degrees = draw.int(1, 40)
    ps = [draw.unit() * draw.unit() for _ in range(draw.int(1, 20))]
    agrees = draw.unit()
    grades = []
    for _ in range(draw.int(2, 60)):
        person, other = draw.int(1, 5), draw.int(1, 5)
        grades.append((person, person if draw.unit() < agrees else other))
    return hits, n, confidence, gains, losses, probability, degrees, ps, grades


def calibration(i):
    draw = Draw(f"calibration-{i}")
    labels = draw.pick([3, 4, 6, 12])
    skill = draw.unit() * 6
    expected, scores = [], []
    for _ in range(draw.int(2, 80)):
        e = draw.int(0, labels - 1)
        expected.append(e)
        scores.append([-8 * draw.unit() + (skill if k == e else 0) for k in range(labels)])
    return labels, expected, scores, draw.int(1, labels - 1)


def multi_label(i):
    draw = Draw(f"multi-label-{i}")
    labels = draw.pick([2, 4, 9])
    right = draw.unit()
    sets = [[(draw.unit() < 0.35, draw.unit() < right, draw.unit() < 0.3) for _ in range(labels)] for _ in range(draw.int(1, 60))]
    return labels, [[e for e, _, _ in row] for row in sets], [[e if keeps else other for e, keeps, other in row] for row in sets]


def out_of_scope(i):
    draw = Draw(f"out-of-scope-{i}")
    skill = draw.unit() * 0.6
    inside = [True, False, *(draw.unit() < 0.7 for _ in range(draw.int(0, 100)))]
    return inside, [math.floor((0.4 * draw.unit() + (skill if x else 0)) * 50) / 50 for x in inside]


def bootstrap(i):
    draw = Draw(f"bootstrap-{i}")
    sample = [math.floor(draw.unit() * draw.unit() * 640) / 64 for _ in range(draw.int(5, 40))]
    resamples = [[draw.int(0, len(sample) - 1) for _ in sample] for _ in range(199)]
    return sample, resamples, draw.pick([0.8, 0.95])


def word(draw):
    kind = draw.unit()
    if kind < 0.25:
        return draw.pick(WORDS["plain"])
    stem, suffix = draw.pick(WORDS["stems"]), draw.pick(WORDS["suffixes"])
    return stem + suffix if kind < 0.8 else stem


def text(draw, longest):
    return "".join(word(draw) + draw.pick(WORDS["separators"]) for _ in range(draw.int(0, longest))).strip()


def edited(draw, source):
    out = []
    for part in source.split(" "):
        r = draw.unit()
        other, more, is_more = word(draw), word(draw), draw.unit() < 0.08
        if r < 0.12:
            continue
        out.append(other if r < 0.25 else part)
        if is_more:
            out.append(more)
    return " ".join(out)


def texts(i):
    draw = Draw(f"texts-{i}")
    reference = text(draw, 25)
    answer = edited(draw, reference) if draw.unit() < 0.85 else text(draw, 25)
    return reference, answer, text(draw, 10)


def corpus(i, cases):
    draw = Draw(f"corpora-{i}")
    return [draw.int(0, cases - 1) for _ in range(draw.int(1, 8))], 2 if draw.unit() < 0.3 else 1


def fields(i):
    draw = Draw(f"fields-{i}")
    rows = []
    for row in range(draw.int(1, 10)):
        expected, answer = ({"id": 1}, {"id": 1}) if row == 0 else ({}, {})
        for key in ["name", "date", "total", "currency", "item"]:
            asked, value, said, right = draw.unit() < 0.8, draw.pick(["x", "y", 3, 4.5, True]), draw.unit() < 0.9, draw.unit() < 0.7
            if asked:
                expected[key] = value
            if asked and said:
                answer[key] = value if right else "z"
        if draw.unit() < 0.2:
            answer["extra"] = 1
        rows.append((expected, answer))
    return rows
