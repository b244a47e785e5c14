"""What holds for all members may need a second person: publishing a program, and ending one.

What is approved is a content, by its digest: a draft that was changed afterwards stays a draft.
"""

from django.urls import reverse

from regulars.foundation.actors import Actor
from regulars.organization.approvals.services import (
    approval_kind_register,
    approval_request,
    content_described,
    publishing_limit,
)
from regulars.organization.approvals.types import (
    ApprovalKind,
    ApprovalView,
    Approved,
    Described,
    Payload,
    Texts,
)
from regulars.rules.programs.errors import DraftChanged, NoDraft, VersionEnded
from regulars.rules.programs.publishing import (
    END,
    PUBLISH,
    content_digest,
    version_put_in_force,
    versions_ended,
    versions_running,
)
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.types import ProgramView


def program_publish_request(
    *, actor: Actor, code: str, reason: str, key: str, revision: int | None = None
) -> ApprovalView:
    """Asks a second person to publish the draft as it stands now.

    Errors: unknown_program, no_draft, draft_changed, text_missing, nobody_to_approve, key_reused.
    """
    draft = program_get(code).draft
    if draft is None:
        raise NoDraft(program=code[:40])
    if revision is not None and revision != draft.revision:
        raise DraftChanged
    payload = {
        "program": code,
        "revision": draft.revision,
        "digest": content_digest(draft.content),
        "rules": len(draft.content["rules"]),
    }
    return approval_request(
        actor=actor, kind=PUBLISH, payload=payload, amount=1, subject=code, reason=reason, key=key
    )


def program_end_request(*, actor: Actor, code: str, reason: str, key: str) -> ApprovalView:
    """Asks a second person to end what holds of a program now.

    Errors: unknown_program, version_ended, text_missing, nobody_to_approve, key_reused.
    """
    payload = {"program": code, "versions": versions_running(code)}
    return approval_request(
        actor=actor, kind=END, payload=payload, amount=1, subject=code, reason=reason, key=key
    )


def _named(program: ProgramView) -> Texts:
    english = program.name.get("en") or program.name.get("zh-Hans", "")
    chinese = program.name.get("zh-Hans") or english
    return {"en": f"program “{english}”", "zh-Hans": f"会员方案“{chinese}”"}


def _publishing_described(payload: Payload) -> Described:
    program = program_get(payload["program"])
    draft, rules = program.draft, payload.get("rules", 0)
    means = {
        "en": f"The draft with {rules} rules becomes the version in force.",
        "zh-Hans": f"含 {rules} 条规则的草稿将发布生效。",
    }
    is_same = draft is not None and content_digest(draft.content) == payload.get("digest")
    page = "console:programs-publish" if is_same else "console:programs-one"
    return content_described(
        is_same=is_same,
        amount=_named(program),
        means=means,
        address=reverse(page, args=[program.code]),
    )


def _published(approved: Approved) -> str:
    version = version_put_in_force(
        actor=approved.asker,
        code=approved.payload["program"],
        revision=approved.payload["revision"],
        digest=approved.payload.get("digest", ""),
        reason=approved.reason,
    )
    return f"{version.program}@{version.version}"


def _ending_described(payload: Payload) -> Described:
    program = program_get(payload["program"])
    means = {
        "en": "Sales from then on earn nothing by it. What members have stays theirs.",
        "zh-Hans": "此后的消费不再按该方案累积，会员已有的权益保留。",
    }
    try:
        is_same = versions_running(program.code) == payload["versions"]
    except VersionEnded:
        is_same = False
    return content_described(
        is_same=is_same,
        amount=_named(program),
        means=means,
        address=reverse("console:programs-one", args=[program.code]),
    )


def _ended(approved: Approved) -> str:
    versions_ended(
        actor=approved.asker,
        code=approved.payload["program"],
        only=approved.payload["versions"],
        reason=approved.reason,
    )
    return str(approved.payload["program"])


approval_kind_register(
    ApprovalKind(
        code=PUBLISH,
        title={"en": "Publish a program", "zh-Hans": "发布会员方案"},
        right="programs.publish",
        limit=publishing_limit,
        describe=_publishing_described,
        in_orm=_published,
    )
)
approval_kind_register(
    ApprovalKind(
        code=END,
        title={"en": "End a program", "zh-Hans": "终止会员方案"},
        right="programs.publish",
        limit=publishing_limit,
        describe=_ending_described,
        in_orm=_ended,
    )
)
