"""Tags in ready-made packages. A tag that is there keeps the shop's own name."""

from regulars.foundation.actors import Actor
from regulars.foundation.installing import Found, Part, Section, State, section_register
from regulars.members.tags.models import Tag
from regulars.members.tags.services import tag_create


def tag_found(part: Part) -> Found:
    """Whether there is a tag of this code."""
    there = Tag.objects.filter(code=part["code"]).first()
    return Found(State.SAME, there.name) if there else Found(State.ABSENT, part["name"])


def tag_installed(actor: Actor, part: Part) -> None:
    """Makes the tag."""
    tag_create(actor=actor, code=part["code"], name=part["name"])


section_register(
    Section(
        name="tags",
        title={"zh-Hans": "标签", "en": "Tags"},
        place=30,
        preview=tag_found,
        install=tag_installed,
    )
)
