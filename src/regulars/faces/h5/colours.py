"""The colours of a card's face: from a level's own colour, always readable."""

import msgspec

# From the lowest level up, for ladders whose owner chose no colours.
PALETTE = ("#1d7a66", "#8a5a35", "#5d6d7e", "#a3741c", "#3f4d7d", "#2a2d34")
WHITE, INK = (255, 255, 255), (22, 32, 28)
READABLE = 4.6
STEP = 0.94

Colour = tuple[int, int, int]


class Face(msgspec.Struct, frozen=True):
    """A gradient, and whether letters on it are light."""

    start: str
    end: str
    is_dark: bool


def face_of(colour: str = "", rank: int = 0) -> Face:
    """The face of a level: in its colour, else in one of ours by its rank."""
    base = _parsed(colour or PALETTE[min(rank, len(PALETTE) - 1)])
    start, end = _mixed(base, WHITE, 0.10), _mixed(base, (8, 16, 24), 0.34)
    is_dark = _luminance(base) < 0.4
    if is_dark:
        while contrast(start, WHITE) < READABLE:
            start = _scaled(start, STEP)
    else:
        end = _mixed(base, WHITE, 0.30)
        while contrast(end, INK) < READABLE or contrast(start, INK) < READABLE:
            start, end = _mixed(start, WHITE, 0.1), _mixed(end, WHITE, 0.1)
    return Face(_hex(start), _hex(end), is_dark)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG counts it: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = [_linear(each / 255) for each in colour]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parsed(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def _scaled(colour: Colour, by: float) -> Colour:
    scaled = [round(each * by) for each in colour]
    return scaled[0], scaled[1], scaled[2]
