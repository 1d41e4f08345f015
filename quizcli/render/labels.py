"""The words around the cards, in both languages."""

from __future__ import annotations

LABELS: dict[str, tuple[str, str]] = {
    "answer": ("参考答案", "Model answer"),
    "spoken": ("参考答案（口述 60–90 秒）", "Model answer (spoken, 60 to 90 seconds)"),
    "full": ("完整答案", "Full answer"),
    "your_notes": ("你的笔记怎么说", "What your notes said"),
    "misconceptions": ("常见误解", "Common misconceptions"),
    "follow_ups": ("追问", "Follow-ups"),
    "claims": ("判断题", "Claims to judge"),
    "sources": ("来源", "Sources"),
    "exercises": ("相关编程练习", "Coding exercises"),
    "rubric": ("评分要点", "Rubric"),
    "ticked": ("已勾选", "ticked"),
    "tick": ("勾选你答到的要点", "Tick what you said"),
    "must": ("必答", "must"),
    "bonus": ("加分", "bonus"),
    "right": ("正确", "right"),
    "incomplete": ("不完整", "incomplete"),
    "misleading": ("有误导", "misleading"),
    "wrong": ("错误", "wrong"),
    "blank": ("空白", "blank"),
    "true": ("正确", "true"),
    "false": ("错误", "false"),
    "judge": ("判断这句话对不对", "Is this true or false?"),
    "judged_right": ("判断正确", "You judged it right"),
    "judged_wrong": ("判断错误，计为“重来”", "You judged it wrong; it counts as Again"),
    "the_claim_is": ("这句话是", "The claim is"),
    "again": ("重来", "again"),
    "hard": ("困难", "hard"),
    "good": ("良好", "good"),
    "easy": ("简单", "easy"),
    "new": ("新", "new"),
    "learning": ("学习中", "learning"),
    "relearning": ("重学中", "relearning"),
    "review": ("复习", "review"),
    "basic": ("基础", "basic"),
    "advanced": ("进阶", "advanced"),
    "rate": ("评分", "Rate"),
    "reveal_keys": ("Enter 看答案 · Alt-Enter 换行", "Enter reveals · Alt-Enter new line"),
    "judge_keys": ("t 对 · f 错", "t true · f false"),
    "code_keys": ("Enter 评判文件", "Enter grades the file"),
    "more": ("空格 继续", "Space for more"),
    "full_key": ("Tab 完整答案", "Tab full answer"),
    "tick_keys": ("字母键勾选", "letters tick"),
    "undo_key": ("Ctrl-Z 撤销", "Ctrl-Z undo"),
    "skip_key": ("Ctrl-S 跳过", "Ctrl-S skip"),
    "suspend_key": ("Ctrl-X 停用", "Ctrl-X suspend"),
    "language_key": ("Ctrl-L 换语言", "Ctrl-L language"),
    "stop_key": ("Ctrl-D 结束", "Ctrl-D stop"),
    "next": ("下次", "next"),
    "saved": ("已保存", "saved"),
    "cram_saved": ("突击模式，不记录", "cramming, not recorded"),
    "undone": ("已撤销", "taken back"),
    "suspended": ("已停用", "suspended"),
    "skipped": ("已跳过", "skipped"),
    "summary": ("本次小结", "Summary"),
    "answered": ("已回答", "answered"),
    "was_hard": ("这次觉得难的", "Hard this time"),
    "next_due": ("接下来到期", "Due next"),
    "today": ("今天", "today"),
    "tomorrow": ("明天", "tomorrow"),
    "nothing_due": ("现在没有要复习的卡片", "Nothing is due now"),
    "day": ("天", "d"),
    "hour": ("小时", "h"),
    "minute": ("分钟", "min"),
    "month": ("个月", "mo"),
    "year": ("年", "y"),
    "write_in": ("写在文件里", "Write it in"),
    "hint": ("提示", "Hint"),
    "solution": ("参考实现", "Solution"),
    "watching": ("保存即评分：", "Graded on every save:"),
    "watch_keys": (
        "r 重新评分 · h 提示 · l 列表 · n 下一题 · q 退出",
        "r run · h hint · l list · n next · q quit",
    ),
    "due": ("到期", "due"),
    "streak": ("连续", "streak"),
    "days": ("天", "days"),
    "topic": ("主题", "topic"),
    "readiness": ("准备度", "readiness"),
    "seen": ("已学", "seen"),
    "next_step": ("下一步", "Next step"),
    "item": ("条目", "item"),
    "title": ("标题", "title"),
    "state": ("状态", "state"),
    "now": ("现在", "now"),
    "reviews": ("复习次数", "reviews"),
    "true_retention": ("真实保持率", "true retention"),
    "calibration": ("校准：预测 → 实际", "Calibration: predicted → actual"),
    "passed": ("已通过", "passed"),
    "attempted": ("已尝试", "attempted"),
    "id": ("编号", "id"),
    "kind": ("类型", "kind"),
    "cards": ("张卡片", "cards"),
    "level": ("级别", "level"),
    "stars": ("星级", "stars"),
    "attempts": ("次数", "attempts"),
    "welcome": (
        "欢迎使用 quizcli：每天 20 分钟，准备 Transformer / LLM 面试。\n"
        "quizcli quiz         每日问答：先自己想，再看参考答案和你笔记里的问题，按 1–4 评分\n"
        "quizcli code list    手写 attention 练习：start 写出模板，check 评判并指出错误\n"
        "quizcli cards list   全部题目；cards show q09 查看一张\n"
        "quizcli stats        进度；你的数据只存在本机",
        "Welcome to quizcli: 20 minutes a day towards a transformer or LLM interview.\n"
        "quizcli quiz         the daily quiz: think, see the answer and what your notes got wrong, rate\n"
        "quizcli code list    handwritten attention: start a stub, check it, see your mistake named\n"
        "quizcli cards list   all questions; cards show q09 shows one\n"
        "quizcli stats        progress; your data stays on this computer",
    ),
    "prompt": ("任务", "Task"),
}


def label(key: str, language: str) -> str:
    """The words for a key in zh or en, or in both."""
    zh, en = LABELS[key]
    if language == "both":
        return f"{zh}\n{en}" if "\n" in zh else f"{zh} {en}"
    return zh if language == "zh" else en
