"""What `doctor` says about background jobs."""

from collections.abc import Iterator
from typing import LiteralString

from django.db import connection

from regulars.foundation.diagnoses import Diagnosis, broken, doubtful, look, well
from regulars.foundation.jobs.worker import SILENT_SECONDS

LATE_MINUTES = 10

# Who was heard of before the database started, as in a copy or before a crash, may be gone.
LIVING: LiteralString = """
    SELECT count(*) FROM procrastinate_workers
    WHERE last_heartbeat > greatest(
        clock_timestamp() - make_interval(secs => %s), pg_postmaster_start_time()
    )
"""
STALLED: LiteralString = """
    SELECT count(*) FROM procrastinate_jobs AS j
    LEFT JOIN procrastinate_workers AS w ON w.id = j.worker_id
    WHERE j.status = 'doing'
      AND (w.id IS NULL OR w.last_heartbeat < clock_timestamp() - make_interval(secs => %s))
"""
FAILED: LiteralString = """
    SELECT j.task_name, count(DISTINCT j.id) FROM procrastinate_jobs AS j
    JOIN procrastinate_events AS e ON e.job_id = j.id AND e.type = 'failed'
    WHERE j.status = 'failed' AND e.at > clock_timestamp() - interval '1 day'
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5
"""
LATE: LiteralString = """
    SELECT count(*) FROM procrastinate_jobs AS j
    WHERE j.status = 'todo' AND coalesce(j.scheduled_at, (
        SELECT min(e.at) FROM procrastinate_events AS e WHERE e.job_id = j.id
    )) < clock_timestamp() - make_interval(mins => %s)
"""


@look("jobs", place=40)
def jobs_done() -> Iterator[Diagnosis]:
    """Whether somebody does the jobs, and whether some hang, fail or wait too long."""
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [SILENT_SECONDS])
        living = cursor.fetchone()[0]
        cursor.execute(STALLED, [SILENT_SECONDS])
        stalled = cursor.fetchone()[0]
        cursor.execute(LATE, [LATE_MINUTES])
        late = cursor.fetchone()[0]
        cursor.execute(FAILED)
        failed = cursor.fetchall()
    if living:
        yield well("Background jobs are being done", "后台任务正在运行")
    else:
        yield doubtful(
            "Nobody does background jobs: points don't expire and notices wait. Run "
            "`regulars serve` or `regulars worker`.",
            "没有进程执行后台任务：积分不会到期，通知会积压。"
            "请运行 regulars serve 或 regulars worker。",
        )
    if stalled and living:
        yield doubtful(
            f"{stalled} jobs were left half-done by workers that died; they are taken up again "
            "within half a minute. If this stays, look into the log.",
            f"有 {stalled} 个任务因进程中断而停滞，半分钟内会自动重做；若持续出现请查看日志。",
        )
    if late:
        yield doubtful(
            f"{late} jobs wait for more than {LATE_MINUTES} minutes. Start another "
            "`regulars worker`, or set REGULARS_JOB_CONCURRENCY higher.",
            f"有 {late} 个任务等待超过 {LATE_MINUTES} 分钟。"
            "请再启动一个 regulars worker，或调高 REGULARS_JOB_CONCURRENCY。",
        )
    for name, count in failed:
        yield broken(
            f"The job {name} failed for good {count} times since yesterday; the log says why.",
            f"任务 {name} 自昨天起有 {count} 次最终失败，原因见日志。",
        )
