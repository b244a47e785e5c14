"""The jobs of webhooks."""

from datetime import timedelta

from regulars.foundation import clock
from regulars.foundation.jobs.registry import job
from regulars.organization.webhooks.sending import deliveries_send
from regulars.organization.webhooks.services import delivered_forget

KEPT = timedelta(days=30)


@job("webhooks.send", cron="* * * * * */5")
def send() -> None:
    """Tries what is due; what fails waits longer each time."""
    deliveries_send()


@job("webhooks.forget", cron="41 3 * * *")
def forget() -> None:
    """Removes delivered ones after 30 days; dead ones stay until a person sends them."""
    delivered_forget(before=clock.now() - KEPT)
