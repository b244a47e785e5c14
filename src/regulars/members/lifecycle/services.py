"""The doors for the great changes: merge, freeze, erase; and where rooms declare their parts."""

from regulars.members.lifecycle.erasing import (
    erased_file_caught_up,
    erasures_replay,
    member_erase,
)
from regulars.members.lifecycle.exporting import member_export
from regulars.members.lifecycle.merging import member_freeze, member_merge
from regulars.members.lifecycle.registry import part_register
from regulars.members.lifecycle.withdrawing import members_withdraw

__all__ = [
    "erased_file_caught_up",
    "erasures_replay",
    "member_erase",
    "member_export",
    "member_freeze",
    "member_merge",
    "members_withdraw",
    "part_register",
]
