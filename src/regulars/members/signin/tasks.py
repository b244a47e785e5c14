"""What this room does by itself."""

from datetime import timedelta

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.jobs.registry import job
from regulars.members.signin import sending
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sessions import sessions_forget

# Numbers are kept only while they can be of use, the bare counts as long as the longest limit.
NUMBER_KEPT = timedelta(hours=1)
COUNT_KEPT = timedelta(days=1)

JOBS = (sending.code_send_task,)


@job("members.sign_in_forget", cron="41 * * * *")
def sign_in_forget() -> None:
    """Empties the numbers of codes that were not used, and removes what no limit counts."""
    now = clock.now()
    with transaction.atomic():
        SignInCode.objects.filter(created_at__lt=now - COUNT_KEPT).delete()
        unused = SignInCode.objects.filter(created_at__lt=now - NUMBER_KEPT)
        unused.exclude(phone_encrypted="", code_encrypted="").update(
            phone_encrypted="", code_encrypted=""
        )
        sessions_forget(now)
