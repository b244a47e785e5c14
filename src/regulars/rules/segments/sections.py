"""Segments in ready-made packages: written out, or one of the ready ones by its code."""

from functools import partial
from typing import NamedTuple

from django.db import transaction

from regulars.foundation.actors import Actor
from regulars.foundation.errors import InvalidInput, Told
from regulars.foundation.installing import Found, Part, Section, State, section_register
from regulars.rules.segments.asking import question_of
from regulars.rules.segments.models import Segment
from regulars.rules.segments.ready import CLASSES
from regulars.rules.segments.services import segment_save, segments_fill


class _Wanted(NamedTuple):
    code: str
    name: dict[str, str]
    condition: str
    tag: str | None


def segment_found(part: Part) -> Found:
    """Whether there is a segment of this code, and whether it means the same members."""
    wanted = _read(part)
    question_of(wanted.condition)
    there = Segment.objects.filter(code=wanted.code).first()
    if there is None:
        return Found(State.ABSENT, wanted.name)
    same = there.condition == wanted.condition
    return Found(State.SAME if same else State.DIFFERENT, there.name)


def segment_installed(actor: Actor, part: Part) -> None:
    """Makes the segment, and fills it when all of the package is there."""
    wanted = _read(part)
    segment_save(actor=actor, **wanted._asdict())
    transaction.on_commit(partial(segments_fill, [wanted.code]))


def segment_changed(actor: Actor, part: Part) -> None:
    """Says anew whom the segment means."""
    wanted = _read(part)
    there = Segment.objects.get(code=wanted.code)
    segment_save(actor=actor, revision=there.revision, **wanted._asdict())
    transaction.on_commit(partial(segments_fill, [wanted.code]))


def _read(part: Part) -> _Wanted:
    code = part["code"]
    if not part.get("ready"):
        return _Wanted(code, part["name"], part["condition"], part.get("tag"))
    for ready, chinese, english, condition in CLASSES:
        if ready == code:
            return _Wanted(code, {"zh-Hans": chinese, "en": english}, condition, code)
    raise InvalidInput(
        field=f"segments.{code}", problem=Told("is none of the ready segments", "不是现成的分群")
    )


section_register(
    Section(
        name="segments",
        title={"zh-Hans": "人群", "en": "Segments"},
        place=60,
        preview=segment_found,
        install=segment_installed,
        change=segment_changed,
    )
)
