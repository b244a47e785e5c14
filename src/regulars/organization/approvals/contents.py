"""What holds for all members waits for a second person who approves a content, not a wish.

What was asked for is described as it is now; when it was changed since, the approver is told so.
"""

from regulars.foundation.settings import RegularsSettings
from regulars.organization.approvals.types import Described, Texts

CHANGED: Texts = {
    "en": "It was changed after this was asked for. Decline this, and let it be asked for again.",
    "zh-Hans": "提交申请之后内容已被更改；请驳回，并按现在的内容重新提交。",
}


def publishing_limit(settings: RegularsSettings) -> int | None:
    """The limit of kinds that need a second person whenever publishing does."""
    return 0 if settings.approve_publishing else None


def content_described(*, is_same: bool, amount: Texts, means: Texts, address: str) -> Described:
    """What approving means, while the content is the one that was asked for."""
    return Described(amount, means if is_same else CHANGED, address)
