"""Reading second factors and known devices."""

from django.conf import settings

from regulars.foundation.rights import Rights
from regulars.organization.signins.models import Factor, RecoveryCode
from regulars.organization.signins.types import FactorView
from regulars.organization.staff.selectors import gives_value

REQUIRED = "required"


def factors_of(staff_id: str) -> list[FactorView]:
    """A person's second factors, the oldest first."""
    rows = Factor.objects.filter(staff_id=staff_id).order_by("created_at", "id")
    return [
        FactorView(str(row.id), row.kind, row.name, row.created_at, row.used_at) for row in rows
    ]


def factor_there(staff_id: str) -> bool:
    """Whether a person has any second factor."""
    return Factor.objects.filter(staff_id=staff_id).exists()


def recovery_codes_left(staff_id: str) -> int:
    """How many codes on paper are still good."""
    return RecoveryCode.objects.filter(staff_id=staff_id, used_at=None).count()


def factor_required(rights: Rights) -> bool:
    """Whether the deployment asks who has these rights for a second factor."""
    return bool(settings.SECOND_FACTOR == REQUIRED and gives_value(rights))
