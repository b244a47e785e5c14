"""Every notice is put on its way to the webhooks that asked for it, in the outbox's order."""

from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.outbox.registry import EVERY_KIND, listener
from regulars.foundation.outbox.services import NO_ID, NoticeView
from regulars.organization.webhooks.envelopes import envelope_of
from regulars.organization.webhooks.known import webhooks_known

LISTENER = "webhooks"

# A listener may hear a notice twice; it is on its way once.
PUT_ON_ITS_WAY: LiteralString = """
    INSERT INTO organization_webhook_delivery
        (id, webhook_id, notice_id, kind, lane, body, state, attempts, created_at, next_at,
         last_error)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), %s, %s, %s, %s, 'waiting', 0, %s, %s, ''
    ON CONFLICT (webhook_id, notice_id) DO NOTHING
"""


@listener(LISTENER, kinds=(EVERY_KIND,))
def put_on_its_way(notice: NoticeView) -> None:
    """One delivery for each webhook that asked for this kind."""
    asked = [each for each in webhooks_known() if each.wants(notice.kind, notice.recorded_at)]
    if not asked:
        return
    now = clock.now()
    with unit_of_work() as unit:
        unit.fetch(
            PUT_ON_ITS_WAY,
            id_array([new_id() for _ in asked]),
            id_array([each.id for each in asked]),
            notice.id,
            notice.kind,
            notice.holder_id or NO_ID,
            envelope_of(notice),
            now,
            now,
        )
