"""What the proofs hand out, and what a room hands in when it has something to prove."""

from datetime import datetime
from typing import LiteralString

import msgspec

# What a difference is found in, for people. A room's check may name a thing of its own.
SUBJECTS: dict[str, dict[str, str]] = {
    "account": {"en": "account", "zh-Hans": "账户"},
    "asset": {"en": "asset", "zh-Hans": "资产"},
    "counter": {"en": "counter", "zh-Hans": "计数"},
    "day": {"en": "business day", "zh-Hans": "营业日"},
    "entry": {"en": "entry", "zh-Hans": "流水"},
    "holder": {"en": "holder", "zh-Hans": "持有人"},
    "event": {"en": "event", "zh-Hans": "事件"},
    "hold": {"en": "hold", "zh-Hans": "冻结"},
    "lot": {"en": "lot", "zh-Hans": "批次"},
    "posting": {"en": "posting", "zh-Hans": "分录"},
    "reason": {"en": "reason", "zh-Hans": "原因"},
    "root": {"en": "published root", "zh-Hans": "已公布的根"},
    "segment": {"en": "segment", "zh-Hans": "封存段"},
    "use": {"en": "lot use", "zh-Hans": "批次使用"},
}

SENTENCES = {
    "en": "{subject} {id}{detail}: expected {expected}, found {found}",
    "zh-Hans": "{subject} {id}{detail}：应为 {expected}，实为 {found}",
}
NOTHING = {"en": "nothing", "zh-Hans": "无"}


class Check(msgspec.Struct, frozen=True):
    """One statement about the stored rows that must hold for every one of them.

    `sql` is a SELECT of (subject, detail, expected, found), one row per judged thing; a row whose
    expected and found differ (NULL is a value here) breaks the check. `subject` is the row's id,
    `detail` a text or NULL. It runs in a read-only snapshot and should be set-based: a million
    entries have a few seconds. `subject_kind` says what the subject is. A `by_seal` check is run
    over stretches of the sealed log, with the parameters `after` (excluded) and `upto` of seq.
    """

    code: str
    text: dict[str, str]
    subject_kind: str
    sql: LiteralString
    by_seal: bool = False


class Difference(msgspec.Struct, frozen=True):
    """The first thing that breaks a check."""

    subject_kind: str
    subject: str
    detail: str | None
    expected: str | None
    found: str | None

    def sentence(self, language: str = "en") -> str:
        """Which row, what was expected, what was found."""
        language = language if language in SENTENCES else "en"
        kind = SUBJECTS.get(self.subject_kind, {}).get(language, self.subject_kind)
        nothing = NOTHING[language]
        return SENTENCES[language].format(
            subject=kind,
            id=self.subject,
            detail=f" ({self.detail})" if self.detail else "",
            expected=nothing if self.expected is None else self.expected,
            found=nothing if self.found is None else self.found,
        )


class CheckResult(msgspec.Struct, frozen=True):
    """How one check went: how many things it judged, how many differ, the first that does."""

    code: str
    text: dict[str, str]
    judged: int
    differing: int
    first: Difference | None
    milliseconds: int

    @property
    def holds(self) -> bool:
        return self.differing == 0


class SegmentView(msgspec.Struct, frozen=True):
    """A sealed stretch of the log as published."""

    segment: int
    first_seq: int
    last_seq: int
    entries: int
    previous: str
    root: str
    sealed_at: datetime
