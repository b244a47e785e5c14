"""Pages of the list of members, quick at a million: each begins after the last row before it.

What narrows a list is a condition on the member `m`; rooms above bring their own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from regulars.foundation.database.session import Unit

Params = Mapping[str, Any]

ACTIVE: LiteralString = "m.is_active"
CLOSED: LiteralString = "NOT m.is_active"
JOINED_AT_STORE: LiteralString = "m.home_store = %(store)s"
JOINED_FROM: LiteralString = "m.joined_at >= %(joined_from)s::date::timestamp AT TIME ZONE %(zone)s"
JOINED_TO: LiteralString = (
    "m.joined_at < (%(joined_to)s::date + 1)::timestamp AT TIME ZONE %(zone)s"
)
AMONG: LiteralString = "m.id = ANY(%(among)s::uuid[])"

_ORDERS: dict[str, tuple[LiteralString, LiteralString, LiteralString]] = {
    # What a row's place is made of, what lies after a place, and the order.
    "-joined": (
        "m.joined_at::text",
        "(m.joined_at, m.id) < (%(after)s::timestamptz, %(after_id)s::uuid)",
        "m.joined_at DESC, m.id DESC",
    ),
    "joined": (
        "m.joined_at::text",
        "(m.joined_at, m.id) > (%(after)s::timestamptz, %(after_id)s::uuid)",
        "m.joined_at, m.id",
    ),
    "name": (
        "m.name_key",
        "m.name_key ~>=~ %(after)s AND (m.name_key ~>~ %(after)s OR m.id > %(after_id)s::uuid)",
        "m.name_key USING ~<~, m.id",
    ),
    "-name": (
        "m.name_key",
        "m.name_key ~<=~ %(after)s AND (m.name_key ~<~ %(after)s OR m.id < %(after_id)s::uuid)",
        "m.name_key USING ~>~, m.id DESC",
    ),
}
ORDERS = frozenset(_ORDERS)
_SEPARATOR = "|"


class MemberPage(msgspec.Struct, frozen=True):
    """Ids of one page in order, and the cursor of the next ("" when there is none)."""

    ids: tuple[str, ...]
    following: str


def members_page(
    unit: Unit,
    conditions: Sequence[LiteralString],
    params: Params,
    *,
    order: str,
    after: str,
    limit: int,
) -> MemberPage:
    """One page of the members for whom all conditions hold. `order` is one of `ORDERS`; a cursor
    that makes no sense begins at the beginning."""
    place, beyond, ordering = _ORDERS[order]
    given = {**params, "limit": limit + 1}
    where = [*conditions] or ["true"]
    start = _cursor(after, order)
    if start is not None:
        where.append(beyond)
        given |= {"after": start[0], "after_id": start[1]}
    parts = ["SELECT m.id,", place, "FROM members_member m WHERE", _all(where)]
    sql: LiteralString = " ".join([*parts, "ORDER BY", ordering, "LIMIT %(limit)s"])
    rows = unit.fetch_named(sql, given)
    page = rows[:limit]
    following = f"{page[-1][1]}{_SEPARATOR}{page[-1][0]}" if len(rows) > limit else ""
    return MemberPage(tuple(row[0] for row in page), following)


def members_count(
    unit: Unit, conditions: Sequence[LiteralString], params: Params, most: int
) -> int:
    """For how many members all conditions hold; it stops counting above `most`."""
    head: LiteralString = "SELECT count(*) FROM (SELECT 1 FROM members_member m WHERE"
    sql: LiteralString = " ".join(
        [head, _all(conditions or ["true"]), "LIMIT %(most)s) AS counted"]
    )
    return int(unit.fetch_named(sql, {**params, "most": most + 1})[0][0])


def members_marked(
    unit: Unit, conditions: Sequence[LiteralString], params: Params, marks: LiteralString
) -> dict[str, int]:
    """How many of those for whom all conditions hold bear each mark; `marks` is a query of
    (member, mark), and a mark that nobody bears is absent."""
    sql: LiteralString = " ".join(
        [
            "SELECT k.mark, count(*) FROM (",
            marks,
            ") AS k(member_id, mark) JOIN members_member m ON m.id = k.member_id WHERE",
            _all(conditions or ["true"]),
            "GROUP BY k.mark ORDER BY k.mark",
        ]
    )
    return dict(unit.fetch_named(sql, dict(params)))


def members_after(
    unit: Unit, conditions: Sequence[LiteralString], params: Params, after: str, limit: int
) -> list[str]:
    """Ids of those for whom all conditions hold, in the order of their ids, after an id; for work
    on all of them, chunk by chunk."""
    head: LiteralString = "SELECT m.id FROM members_member m WHERE m.id > %(after_id)s::uuid AND"
    sql: LiteralString = " ".join(
        [head, _all(conditions or ["true"]), "ORDER BY m.id LIMIT %(limit)s"]
    )
    start = after or str(UUID(int=0))
    return [row[0] for row in unit.fetch_named(sql, {**params, "after_id": start, "limit": limit})]


def _all(conditions: Sequence[LiteralString]) -> LiteralString:
    joined: LiteralString = ") AND (".join(conditions)
    return f"({joined})"


def _cursor(after: str, order: str) -> tuple[str, str] | None:
    place, _mark, member = after.rpartition(_SEPARATOR)
    try:
        member_id = str(UUID(member))
        if order.endswith("joined"):
            datetime.fromisoformat(place)
    except ValueError:
        return None
    return place, member_id
