"""Times datasketch on near-duplicates for bench/dataset: MinHash of 5-character shingles and LSH at the same threshold, row by row.

Reads a file of texts, one a line, already normalised; prints {"rows": n, "seconds": s, "found": rows that had a near-duplicate before them}.
"""

import json
import sys
import time

import datasketch
from datasketch import MinHash, MinHashLSH

path, threshold = sys.argv[1], float(sys.argv[2])
texts = [line.rstrip("\n") for line in open(path, encoding="utf-8")]

start = time.perf_counter()
lsh = MinHashLSH(threshold=threshold, num_perm=128)
empty = MinHash(num_perm=128)
found = 0
for i, text in enumerate(texts):
    sketch = empty.copy()
    sketch.update_batch({text[k : k + 5].encode() for k in range(max(1, len(text) - 4))})
    if lsh.query(sketch):
        found += 1
        continue
    lsh.insert(i, sketch)
seconds = time.perf_counter() - start

print(json.dumps({"rows": len(texts), "seconds": seconds, "found": found, "version": datasketch.__version__}))
