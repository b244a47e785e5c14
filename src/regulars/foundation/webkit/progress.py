"""Progress of long work: asks again by itself, can be left, and can be come back to."""

from typing import ClassVar, Literal

import msgspec
from django.http import HttpRequest, HttpResponse

from regulars.foundation.webkit.blocks import Action, Block, Head, blocks_page, is_part_wanted
from regulars.foundation.webkit.blocks import part_page as _part
from regulars.foundation.webkit.screens import Text

State = Literal["waiting", "running", "done", "failed", "stopped"]


class Progress(msgspec.Struct, frozen=True):
    """How far long work is. `href` answers with this block anew; it is asked every two seconds
    until nothing more is to come. Without a `total` the bar only says that it goes on. Where it
    `can_stop`, a button posts `do=stop` to `href`."""

    template: ClassVar[str] = "webkit/blocks/progress.html"

    title: Text
    href: str
    state: State
    done: int = 0
    total: int = 0
    note: Text = ""
    actions: tuple[Action, ...] = ()
    can_stop: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in ("done", "failed", "stopped")

    @property
    def share(self) -> int:
        """How much is done, in per cent, rounded down: 100 is only said at the end."""
        if self.state == "done":
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


def progress_page(
    request: HttpRequest, head: Head, progress: Progress, more: tuple[Block, ...] = ()
) -> HttpResponse:
    """The progress as a page; the block alone when it asks for itself."""
    if is_part_wanted(request):
        return _part(request, progress)
    return blocks_page(request, head, [progress, *more])
