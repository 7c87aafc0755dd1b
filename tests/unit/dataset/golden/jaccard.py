"""Writes jaccard.json: pairs of texts with the Jaccard similarity of their 5-character shingles, by Python's own sets."""
import json
import pathlib

pairs = [
    ("where is my new card", "where is my new card"),
    ("where is my new card", "where is my new card now"),
    ("i want to cancel the order", "i want to change the order"),
    ("the battery does not charge", "the battery doesn't charge"),
    ("my parcel has not arrived yet", "my parcel hasn't arrived yet"),
    ("aaaaaaaaaa", "aaaaaaaa"),
    ("abc", "abc"),
    ("grüße aus köln und düsseldorf", "grüße aus köln und dusseldorf"),
    ("please refund the deposit for the lease of my bike as promised on monday", "please refund the deposit for the lease of my bike as agreed on monday"),
    ("completely different words here", "nothing shared at all, is there"),
]


def shingles(text):
    return {text[i:i + 5] for i in range(max(1, len(text) - 4))}


out = []
for a, b in pairs:
    x, y = shingles(a), shingles(b)
    out.append({"a": a, "b": b, "jaccard": len(x & y) / len(x | y)})
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
