"""A daily terminal quiz and an attention-code grader for transformer and LLM interviews."""

__version__ = "0.1.0"
