"""Publishing a program may need a second person: a promise to all members is dear."""

from typing import Any

from django.urls import reverse

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.settings import RegularsSettings
from regulars.organization.approvals.services import approval_kind_register
from regulars.organization.approvals.types import ApprovalKind, Approved, Described
from regulars.rules.programs.publishing import program_publish
from regulars.rules.programs.selectors import program_get

PUBLISH = "program.publish"


def publish_payload(code: str, revision: int) -> dict[str, Any]:
    """What is approved: this saving of the draft, and no later one."""
    return {"program": code, "revision": revision}


def _limit(settings: RegularsSettings) -> int | None:
    return 0 if settings.approve_publishing else None


def _described(payload: dict[str, Any]) -> Described:
    program = program_get(payload["program"])
    name = program.name
    english = name.get("en") or name.get("zh-Hans", "")
    chinese = name.get("zh-Hans") or english
    rules = len(program.draft.content["rules"]) if program.draft else 0
    return Described(
        amount={"en": f"program “{english}”", "zh-Hans": f"会员方案“{chinese}”"},
        consequence={
            "en": f"The draft with {rules} rules becomes the version in force.",
            "zh-Hans": f"含 {rules} 条规则的草稿将发布生效。",
        },
        href=reverse("console:programs-publish", args=[payload["program"]]),
    )


def _carried_out(approved: Approved) -> str:
    kind, _, actor_id = approved.requested_by.partition(":")
    version = program_publish(
        actor=Actor(ActorKind(kind), actor_id),
        code=approved.payload["program"],
        revision=approved.payload["revision"],
        reason=approved.reason,
    )
    return f"{version.program}@{version.version}"


approval_kind_register(
    ApprovalKind(
        code=PUBLISH,
        title={"en": "Publish a program", "zh-Hans": "发布会员方案"},
        right="programs.publish",
        limit=_limit,
        describe=_described,
        in_orm=_carried_out,
    )
)
