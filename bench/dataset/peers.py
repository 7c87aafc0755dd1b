"""Times datasketch on near-duplicates for bench/dataset: MinHash of 5-character shingles and LSH at the same threshold, row by row.

Reads a file of texts, one a line, already normalised; prints {"rowsPerSecond", "found": rows that had a near-duplicate before them, "byWords": rows a
second with shingles of three words, on a fifth of the texts}.
"""

import json
import sys
import time

import datasketch
from datasketch import MinHash, MinHashLSH

path, threshold = sys.argv[1], float(sys.argv[2])
texts = [line.rstrip("\n") for line in open(path, encoding="utf-8")]


def measure(texts, shingles):
    """Seconds, and how many texts had a near-duplicate among those kept before them."""
    start = time.perf_counter()
    lsh = MinHashLSH(threshold=threshold, num_perm=128)
    empty = MinHash(num_perm=128)
    found = 0
    for i, text in enumerate(texts):
        sketch = empty.copy()
        sketch.update_batch(shingles(text))
        if lsh.query(sketch):
            found += 1
        else:
            lsh.insert(i, sketch)
    return time.perf_counter() - start, found


def characters(text):
    return {text[k : k + 5].encode() for k in range(max(1, len(text) - 4))}


def words(text):
    split = text.split()
    return {" ".join(split[k : k + 3]).encode() for k in range(max(1, len(split) - 2))}


seconds, found = measure(texts, characters)
some = texts[: max(1, len(texts) // 5)]
by_words, _ = measure(some, words)
print(json.dumps({"rowsPerSecond": len(texts) / seconds, "found": found, "byWords": len(some) / by_words, "version": datasketch.__version__}))
