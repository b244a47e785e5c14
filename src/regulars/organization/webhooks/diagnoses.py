"""What `doctor` says about webhooks."""

from collections.abc import Iterator

from regulars.foundation.diagnoses import Diagnosis, doubtful, look, well
from regulars.organization.webhooks.selectors import webhooks_list


@look("webhooks", place=44)
def webhooks_arrive() -> Iterator[Diagnosis]:
    """Which webhooks fail, and what waits for a person."""
    known = webhooks_list()
    for each in known:
        if each.failing_since is not None and each.is_active:
            yield doubtful(
                f"The webhook “{each.name}” fails since {each.failing_since:%Y-%m-%d %H:%M} UTC; "
                f"{each.waiting} notices wait. Ask who runs it.",
                f"Webhook“{each.name}”自 {each.failing_since:%Y-%m-%d %H:%M} UTC 起失败，"
                f"{each.waiting} 条通知等待中，请联系对方。",
            )
        if each.dead or each.held:
            yield doubtful(
                f"{each.dead + each.held} notices for the webhook “{each.name}” wait for a person. "
                "Look at the page Webhooks.",
                f"Webhook“{each.name}”有 {each.dead + each.held} 条通知待人工处理，"
                "请查看 Webhook 页面。",
            )
    if not any((each.failing_since and each.is_active) or each.dead or each.held for each in known):
        yield well("No webhook fails", "Webhook 均正常")
