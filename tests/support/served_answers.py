"""What an endpoint answers to OpenAI's own Python client, beside what its evaluation recorded.

    npx tunegate endpoints check support-triage --save rows.jsonl
    uv run --with openai tests/support/served_answers.py http://127.0.0.1:7300/v1 .tunegate/api-key support-triage rows.jsonl

Reads lines {"row", "input", "recorded"}, prints one document and exits 0 where all rows (or the share named last) are the same.
"""

import json
import sys
from pathlib import Path

from openai import OpenAI


def main(url: str, key_file: str, endpoint: str, rows_file: str, share: str = "1") -> int:
    client = OpenAI(base_url=url, api_key=Path(key_file).read_text().strip(), max_retries=2)
    rows = [json.loads(line) for line in Path(rows_file).read_text().splitlines() if line]
    differing = []
    for row in rows:
        answer = client.chat.completions.create(model=endpoint, messages=[{"role": "user", "content": row["input"]}])
        served = answer.choices[0].message.content
        if served != row["recorded"]:
            differing.append({**row, "served": served})
    print(json.dumps({"endpoint": endpoint, "rows": len(rows), "same": len(rows) - len(differing), "differing": differing}, ensure_ascii=False, indent=2))
    return 0 if rows and len(rows) - len(differing) >= float(share) * len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
