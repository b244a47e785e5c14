"""The doors for reading members' requests."""

from regulars.members.profiles.selectors import uuid_of
from regulars.members.requests.models import MemberRequest
from regulars.members.requests.types import RequestKind, RequestView

SHOWN_MAX = 200


def requests_open() -> list[RequestView]:
    """All requests that wait for a person, the oldest first; at most 200."""
    rows = MemberRequest.objects.filter(closed_at__isnull=True).order_by("created_at", "id")
    return [_view(row) for row in rows[:SHOWN_MAX]]


def requests_of(member_id: str) -> list[RequestView]:
    """All a member ever asked for, newest first."""
    rows = MemberRequest.objects.filter(member_id=uuid_of(member_id))
    return [_view(row) for row in rows.order_by("-created_at", "-id")]


def _view(row: MemberRequest) -> RequestView:
    return RequestView(
        str(row.id), str(row.member_id), RequestKind(row.kind), row.created_at, row.closed_at
    )


__all__ = ["requests_of", "requests_open"]
