"""What `doctor` says about the proof of the books and the sealing of the log."""

from collections.abc import Iterator
from datetime import timedelta
from typing import LiteralString

from django.db import connection

from regulars.foundation import clock
from regulars.foundation.audit.selectors import last_recorded, last_recorded_details
from regulars.foundation.diagnoses import Diagnosis, age_texts, broken, doubtful, look, well

PROVED = "ledger.proved"
PROOF_FAILED = "ledger.proof_failed"
PROOF_AGE_MAX = timedelta(days=8)
UNSEALED_AGE_MAX = timedelta(minutes=30)

OLDEST_UNSEALED: LiteralString = """
    SELECT recorded_at FROM ledger_entry
    WHERE seq > (SELECT coalesce(max(last_seq), 0) FROM ledger_segment)
    ORDER BY seq LIMIT 1
"""


@look("proof", place=50)
def books_proved() -> Iterator[Diagnosis]:
    """When the books were last proved, and whether they held."""
    good, bad = last_recorded(PROVED), last_recorded(PROOF_FAILED)
    if bad is not None and (good is None or bad > good):
        codes = ", ".join(last_recorded_details(PROOF_FAILED).get("broken", []))
        yield broken(
            f"The last proof of the books found differences ({codes}). Run `regulars prove` and "
            "keep what it prints.",
            f"上次核账发现不一致（{codes}）。请运行 regulars prove 并保留其输出。",
        )
    elif good is None:
        yield doubtful(
            "The books were never proved. Run `regulars prove`, every week.",
            "从未核账，请每周运行 regulars prove。",
        )
    else:
        en, zh = age_texts(clock.now() - good)
        if clock.now() - good > PROOF_AGE_MAX:
            yield doubtful(
                f"The books were last proved {en}. Run `regulars prove`, every week.",
                f"上次核账是在{zh}，请每周运行 regulars prove。",
            )
        else:
            yield well(f"The books were proved {en}", f"核账无误：{zh}")


@look("seal", place=52)
def log_sealed() -> Iterator[Diagnosis]:
    """Whether what is older than half an hour is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_UNSEALED)
        row = cursor.fetchone()
    if row is not None and clock.now() - row[0] > UNSEALED_AGE_MAX:
        en, zh = age_texts(clock.now() - row[0])
        yield doubtful(
            f"The log is not sealed up to date: the oldest open entry was recorded {en}. Sealing "
            "is a background job; see that those run.",
            f"账本封存滞后：最早未封存的流水记于{zh}。封存由后台任务完成，请确认其运行。",
        )
    else:
        yield well("The log is sealed up to date", "账本已及时封存")
