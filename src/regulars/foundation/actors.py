"""Who does something. Every service takes an actor; every entry and audit row names one."""

from enum import StrEnum

import msgspec


class ActorKind(StrEnum):
    STAFF = "staff"
    MEMBER = "member"
    API_KEY = "api_key"
    JOB = "job"
    SYSTEM = "system"


class Actor(msgspec.Struct, frozen=True):
    """A person or program that acts: its kind and its id, never its name."""

    kind: ActorKind
    id: str

    @classmethod
    def staff(cls, staff_id: str) -> "Actor":
        """A person who works here."""
        return cls(ActorKind.STAFF, staff_id)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


SYSTEM = Actor(ActorKind.SYSTEM, "regulars")


def job(name: str) -> Actor:
    """The actor of a background job or an import."""
    return Actor(ActorKind.JOB, name)
