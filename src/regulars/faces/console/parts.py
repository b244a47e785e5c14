"""What the console keeps about members: the files of exports, which go when one is erased."""

from datetime import datetime

from regulars.foundation.database.session import Statement
from regulars.foundation.works.services import files_emptied_statement
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart


def exports_erased(_member_id: str, _now: datetime) -> list[Statement]:
    """No file of an export outlives a member who stands in it."""
    return [files_emptied_statement()]


part_register(MemberPart(name="exports", erased=exports_erased))
