"""The words of grading reports, in both languages."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "pass": ("通过", "pass"),
    "fail": ("未通过", "fail"),
    "error": ("出错", "error"),
    "timeout": ("超时", "timeout"),
    "crashed": ("崩溃", "crashed"),
    "refused": ("不予评分", "refused"),
    "correct": ("正确", "correct"),
    "robust": ("稳健", "robust"),
    "efficient": ("高效", "efficient"),
    "notice": ("注意", "Note"),
    "mistake": ("可能的错误", "Likely mistake"),
    "also": ("也可能是", "Or it may be"),
    "what": ("现象", "What"),
    "why": ("后果", "Why it matters"),
    "mend": ("改法", "How to mend it"),
    "failure": ("没有通过的最小输入", "Smallest failing input"),
    "found": ("试验所见", "What was found"),
    "star": ("缺一颗星的原因", "What costs a star"),
    "trouble": ("出了什么问题", "What happened"),
    "case": ("用例", "Case"),
    "inputs": ("输入", "Inputs"),
    "expected": ("期望", "expected"),
    "got": ("得到", "got"),
    "differs": ("不同之处", "differs"),
    "more": ("个未显示", "more"),
    "part": ("只显示开头部分", "only its beginning"),
    "cost": ("开销", "Cost"),
    "operators": ("个算子", "operators"),
    "peak": ("峰值", "peak"),
    "memory": ("内存随长度增长的指数", "memory exponent"),
}


def word(key: str, language: str) -> str:
    """The word for a key in zh or en, or in both."""
    zh, en = _WORDS[key]
    if language == "both":
        return f"{zh} {en}"
    return zh if language == "zh" else en
