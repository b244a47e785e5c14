"""An import that brings much along needs a second person, who sees its totals."""

from django.urls import reverse

from regulars.foundation.actors import Actor
from regulars.foundation.errors import RegularsError
from regulars.foundation.jobs.registry import job_defer_named
from regulars.foundation.webkit.numbers import amount_text
from regulars.organization.approvals.services import approval_kind_register, approval_request
from regulars.organization.approvals.types import (
    ApprovalKind,
    ApprovalView,
    Approved,
    Described,
    Payload,
    Texts,
)
from regulars.rules.fileimports.errors import ImportStateUnfit
from regulars.rules.fileimports.selectors import import_found
from regulars.rules.fileimports.services import import_let_in
from regulars.rules.fileimports.weighing import IMPORT, import_digest, import_weight


def import_request(*, actor: Actor, import_id: str, reason: str, key: str) -> ApprovalView:
    """Asks a second person to let a checked file in, as it is read now.

    Errors: unknown_import, import_state_unfit, text_missing, nobody_to_approve, key_reused.
    """
    run = import_found(import_id)
    if run.state != "checked":
        raise ImportStateUnfit(state=run.state, expected="checked")
    weight = import_weight(run)
    payload = {
        "import": import_id,
        "digest": import_digest(run),
        "rows": run.row_count,
        "amount": weight,
    }
    return approval_request(
        actor=actor,
        kind=IMPORT,
        payload=payload,
        amount=weight,
        subject=import_id,
        reason=reason,
        key=key,
    )


CHANGED: Texts = {
    "en": "It was read anew or thrown away since. Decline this, and let it be asked for again.",
    "zh-Hans": "提交申请之后该文件已重新检查或丢弃；请驳回，并重新提交。",
}


def _described(payload: Payload) -> Described:
    rows, amount = amount_text(payload["rows"]), amount_text(payload["amount"])
    name, is_same = "", False
    try:
        run = import_found(payload["import"])
        name, is_same = run.file_name, import_digest(run) == payload["digest"]
    except RegularsError:
        pass
    means = {
        "en": f"Its {rows} rows are imported; together they bring {amount} points and cents.",
        "zh-Hans": f"将导入 {rows} 行，共带入 {amount}（积分与金额的分合计）。",
    }
    return Described(
        amount={"en": f"file “{name}”", "zh-Hans": f"文件“{name}”"},
        consequence=means if is_same else CHANGED,
        href=reverse("console:imports-one", args=[payload["import"]]),
    )


def _let_in(approved: Approved) -> str:
    import_id = str(approved.payload["import"])
    import_let_in(actor=approved.asker, import_id=import_id, approved=approved.payload["digest"])
    job_defer_named("file_import.run", import_id=import_id)
    return import_id


approval_kind_register(
    ApprovalKind(
        code=IMPORT,
        title={"en": "Import a file", "zh-Hans": "导入文件"},
        right="imports.run",
        limit=lambda settings: settings.approve_import_above,
        describe=_described,
        alone_is_free=True,
        in_orm=_let_in,
    )
)
