"""The doors for changing members."""

from django.db import IntegrityError, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.ledger.book.services import holder_open
from regulars.members.profiles.changing import (
    identifier_add,
    identifier_remove,
    identifier_store_statement,
    identifiers_drop_statement,
    member_blank_statements,
    member_locked,
    member_rename,
    members_join_statements,
)
from regulars.members.profiles.drafts import MemberDraft, member_drafted
from regulars.members.profiles.enrolling import HOLDER_KIND, members_enrol_bulk
from regulars.members.profiles.errors import IdentifierTaken, MemberExists
from regulars.members.profiles.models import Identifier, Member
from regulars.members.profiles.selectors import member_get
from regulars.members.profiles.types import MemberView, NewMember
from regulars.organization.stores.selectors import stores_list


def member_enrol(
    *,
    actor: Actor,
    display_name: str = "",
    phone: str | None = None,
    external_id: str | None = None,
    store: str | None = None,
    language: str = "zh-hans",
    member_id: str | None = None,
) -> MemberView:
    """Makes somebody a member and opens the books, all or nothing.

    `phone` may be written in any way and is Chinese unless it starts with +; `store` is the code
    of the home store. Errors: identifier_taken, invalid_phone, invalid_external_id,
    member_exists, unknown_store, unknown_language, text_not_allowed, text_too_long.
    """
    row = NewMember(
        display_name=display_name,
        phone=phone,
        external_id=external_id,
        store=store,
        language=language,
        member_id=member_id,
    )
    now = clock.now()
    stores = {each.code for each in stores_list() if each.is_active} if store else set()
    draft = member_drafted(row, stores=stores, now=now)
    with transaction.atomic():
        _stored(draft)
        holder_open(holder_id=draft.id, kind=HOLDER_KIND)
        view = member_get(draft.id)
        record(actor=actor, action="member.enrolled", subject=view.public_id)
    return view


def _stored(draft: MemberDraft) -> None:
    _refused_when_there(draft)
    try:
        with transaction.atomic():
            Member.objects.create(
                id=draft.id,
                display_name=draft.display_name,
                name_key=draft.spelling.name_key,
                given_key=draft.spelling.given_key,
                pinyin=draft.spelling.pinyin,
                given_pinyin=draft.spelling.given_pinyin,
                initials=draft.spelling.initials,
                joined_at=draft.joined_at,
                home_store=draft.home_store,
                language=draft.language,
            )
            Identifier.objects.bulk_create(_identifier_rows(draft))
    except IntegrityError:
        # Somebody else was quicker between the look and the write: now it can be seen.
        _refused_when_there(draft)
        raise


def _identifier_rows(draft: MemberDraft) -> list[Identifier]:
    now = clock.now()
    return [
        Identifier(
            digest=number.digest,
            kind=number.kind,
            member_id=draft.id,
            value_encrypted=number.sealed,
            last4_digest=number.last4_digest,
            created_at=now,
        )
        for number in draft.identifiers
    ]


def _refused_when_there(draft: MemberDraft) -> None:
    for number in draft.identifiers:
        if Identifier.objects.filter(digest=number.digest).exists():
            raise IdentifierTaken(kind=number.kind)
    if Member.objects.filter(id=draft.id).exists():
        raise MemberExists


__all__ = [
    "identifier_add",
    "identifier_remove",
    "identifier_store_statement",
    "identifiers_drop_statement",
    "member_blank_statements",
    "member_enrol",
    "member_locked",
    "member_rename",
    "members_enrol_bulk",
    "members_join_statements",
]
