"""Turns a compound into its two parts, where the corpus knows both as words."""

_PART_COUNT = 20
_PART_LENGTH = 4
_LINKS = ("", "s", "es", "n", "en", "er")


class Compounds:
    """Cuts words by the counts of all words (in lower case)."""

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = counts

    def cut(self, word: str) -> tuple[str, str] | None:
        """Return the parts of a compound, the pair whose rarer part is commonest, or None."""
        best: tuple[str, str] | None = None
        most = _PART_COUNT
        for at in range(_PART_LENGTH, len(word) - _PART_LENGTH + 1):
            right = word[at:]
            if self._counts.get(right, 0) < most:
                continue
            for link in _LINKS:
                left = word[: at - len(link)] if word[:at].endswith(link) else ""
                common = min(self._counts.get(left, 0), self._counts[right])
                if len(left) >= _PART_LENGTH and common > most:
                    best, most = (left, right), common
        return best
