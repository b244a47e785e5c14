"""What is done with very many members at once needs a second person."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import override

from regulars.faces.console.bulk import BULK, DEEDS, bulk_let_go
from regulars.faces.console.roster import FOUND_MAX
from regulars.foundation.actors import Actor
from regulars.foundation.texts import LANGUAGES
from regulars.foundation.webkit.numbers import amount_text
from regulars.members.profiles.selectors import member_ids_found
from regulars.organization.approvals.services import approval_kind_register, approval_request
from regulars.organization.approvals.types import (
    ApprovalKind,
    ApprovalView,
    Approved,
    Described,
    Payload,
    Texts,
)

SHOP = "shop"
# No keys at all would mean everybody.
NOBODY = "00000000-0000-0000-0000-000000000000"


def bulk_request(
    *, actor: Actor, deed: str, arguments: Mapping[str, Any], total: int, key: str
) -> ApprovalView:
    """Asks a second person to let a deed be done with many members.

    What was searched for by name is asked for by the members it found: a request keeps no
    personal data. Errors: text_missing, nobody_to_approve, key_reused.
    """
    chosen, keys = dict(arguments["chosen"]), list(arguments["keys"])
    searched = chosen.pop("q", "")
    if searched:
        found = member_ids_found(searched, FOUND_MAX)
        keys = [each for each in found if not keys or each in set(keys)] or [NOBODY]
    payload = {
        "deed": deed,
        "chosen": chosen,
        "keys": keys,
        "tag": arguments.get("tag", ""),
        "members": total,
    }
    return approval_request(
        actor=actor,
        kind=BULK,
        payload=payload,
        amount=total,
        subject=SHOP,
        reason=arguments["reason"],
        key=key,
    )


def _described(payload: Payload) -> Described:
    deed, count, tag = DEEDS[payload["deed"]], amount_text(payload["members"]), payload["tag"]
    means: Texts = {}
    for language in LANGUAGES:
        with override(language.lower()):
            means[language] = f"{deed.title} · {tag}" if tag else str(deed.title)
    query = urlencode(payload["chosen"])
    amount = {"en": f"{count} members", "zh-Hans": f"{count} 名会员"}
    return Described(amount=amount, consequence=means, href=f"/console/members/?{query}")


def _let_go(approved: Approved) -> str:
    payload = approved.payload
    arguments = {
        "chosen": payload["chosen"],
        "keys": payload["keys"],
        "reason": approved.reason,
        "tag": payload["tag"],
    }
    work = bulk_let_go(
        actor=approved.asker,
        deed=payload["deed"],
        arguments=arguments,
        total=payload["members"],
    )
    return work.id


approval_kind_register(
    ApprovalKind(
        code=BULK,
        title={"en": "With many members at once", "zh-Hans": "批量处理会员"},
        right="members.manage",
        limit=lambda settings: settings.approve_bulk_members_above,
        describe=_described,
        alone_is_free=True,
        in_orm=_let_go,
    )
)
