"""Grades coding exercises: a client without torch, a trusted judge, and a candidate that is not trusted."""
