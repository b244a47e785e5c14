"""Giving points to another member: both are locked in one order, and one entry moves the lots."""

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.idempotency.services import done_once
from regulars.foundation.idempotency.types import Answered
from regulars.foundation.ids import key_id, new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.ledger.book.errors import UnknownAsset
from regulars.ledger.book.selectors import holders_there
from regulars.ledger.book.services import assets_known, verbs_run
from regulars.ledger.book.types import AssetView, EntryResult, Post, Transfer
from regulars.members.profiles.errors import UnknownMember
from regulars.rules.transfers.types import Gift, TransferView

_ENCODER = msgspec.json.Encoder()


def transfer_make(gift: Gift, *, key: str, source: str, actor: Actor) -> Answered:
    """A member gives points to another member; each part keeps its dates.

    `key` is the caller's Idempotency-Key. Answers the gift as JSON. Errors: unknown_member,
    unknown_asset, asset_not_transferable, same_holder, insufficient_balance, holder_frozen,
    key_reused.
    """

    def attempted(unit: Unit) -> Answered:
        def work() -> tuple[int, str]:
            made = _made(unit, gift, key=key_id(source, "transfer", key), actor=actor)
            return 201, _ENCODER.encode(made).decode()

        content = _ENCODER.encode(("transfer", gift))
        return done_once(unit.fetch, source=source, key=key, content=content, work=work)

    return unit_retried(attempted)


def _made(unit: Unit, gift: Gift, *, key: str, actor: Actor) -> TransferView:
    now = clock.now()
    asset = _asset(unit, gift.asset)
    both = {gift.giver_id, gift.receiver_id}
    if holders_there(unit, sorted(both)) != both:
        raise UnknownMember
    request = Post(
        key=key,
        holder_id=gift.giver_id,
        kind="transfer",
        movements=(Transfer(asset.id, gift.points, gift.receiver_id),),
        occurred_at=now,
        business_date=clock.business_date(now, asset.time_zone),
        actor=actor,
    )
    result = verbs_run(unit, [request])[0]
    if isinstance(result, RegularsError):
        raise result
    if not isinstance(result, EntryResult) or result.entry_id is None:
        raise TypeError("a transfer answers an entry")
    payload = f'{{"entry":"{result.entry_id}","to":"{gift.receiver_id}"}}'
    notice = NoticeView(new_id(), "transfer.made", gift.giver_id, payload, now)
    unit.flight([notices_statement([notice])])
    given = next(each for each in result.postings if not each.credit)
    return TransferView(
        entry=public_id("ent", result.entry_id),
        member=public_id("mem", gift.giver_id),
        to=public_id("mem", gift.receiver_id),
        asset=asset.code,
        points=gift.points,
        balance_after=given.balance_after,
    )


def _asset(unit: Unit, code: str) -> AssetView:
    known = {asset.code: asset for asset in assets_known(unit).values()}
    if code not in known:
        raise UnknownAsset(asset=code, known=", ".join(sorted(known)))
    return known[code]


__all__ = ["transfer_make"]
