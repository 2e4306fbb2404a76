"""Whether one text repeats words of another: a hint for people, it decides nothing."""

LONG = 12
"""Signs in a row, spaces and line breaks aside, that two texts hardly share by chance."""


def share_a_phrase(one: str, other: str, *, length: int = LONG) -> bool:
    """Whether as many signs in a row stand in both, in the same order."""
    left, right = "".join(one.split()), "".join(other.split())
    return any(left[start : start + length] in right for start in range(len(left) - length + 1))
