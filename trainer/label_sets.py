"""Answers that are sets: a JSON array of different values of an enumeration, written in the enumeration's order.

`uniqueItems` alone leaves every order open, and no grammar of JSON Schema keeps to it. With one order each set is one text, so that a model that was
trained on that order is never led elsewhere, and the same set is always the same answer.
"""

import json


def values_of(schema: dict) -> list[str] | None:
    """The enumeration of a schema `{"type": "array", "items": {"enum": […]}, "uniqueItems": true}`; None for any other."""
    items = schema.get("items")
    plain = set(schema) == {"type", "items", "uniqueItems"} and schema["type"] == "array" and schema["uniqueItems"] is True and isinstance(items, dict)
    if not plain or not set(items) <= {"type", "enum"} or items.get("type", "string") != "string":
        return None
    values = items.get("enum")
    return values if isinstance(values, list) and values and all(isinstance(v, str) for v in values) and len(set(values)) == len(values) else None


def rules(values: list[str]) -> str:
    """A grammar in llguidance's Lark. `f_i` writes any of the values from i on, `r_i` what may follow value i; so it grows with their number and not its square."""
    def quoted(value: str) -> str:
        return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)

    lines = ['start: "[]" | "[" f0 "]"']
    for i, value in enumerate(values):
        more = i + 1 < len(values)
        lines.append(f"f{i}: {quoted(value)} r{i}" + (f" | f{i + 1}" if more else ""))
        lines.append(f'r{i}: ""' + (f' | "," f{i + 1}' if more else ""))
    return "\n".join(lines)
