"""Trains and serves small language models behind the OpenAI wire shape. Knows nothing of who calls it."""

__version__ = "0.1.0"
