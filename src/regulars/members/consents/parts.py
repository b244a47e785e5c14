"""What becomes of consents when members are merged or exported. Erased members keep bare rows."""

from typing import Any, LiteralString

import msgspec

from regulars.foundation.database.session import Statement, Unit
from regulars.members.consents.selectors import consent_history
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

# Rows are never changed, so her last word on each purpose is said again for the one who stays,
# at its own time: the later word of the two counts, as if one person had said both.
SAY_AGAIN: LiteralString = """
    INSERT INTO members_consent (id, member_id, purpose, granted, version, actor, decided_at,
        recorded_at)
    SELECT uuidv7(), %s, purpose, granted, version, actor, decided_at, %s FROM (
        SELECT DISTINCT ON (purpose) * FROM members_consent WHERE member_id = %s
        ORDER BY purpose, decided_at DESC, id DESC
    ) AS newest
"""


def consents_merged(_unit: Unit, facts: MergeFacts) -> list[Statement]:
    """The later word on each purpose counts."""
    return [Statement(SAY_AGAIN, (facts.into_id, facts.now, facts.from_id))]


def consents_exported(member_id: str) -> Any:
    """All she ever said."""
    return msgspec.to_builtins(consent_history(member_id))


part_register(MemberPart(name="consents", merged=consents_merged, exported=consents_exported))
