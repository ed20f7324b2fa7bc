"""What is printed of a sentence before and behind a quotation: its own words where other ones are quoted, and a no left out."""

from __future__ import annotations

from collections.abc import Sequence

from checking.alignment import Move, Step
from checking.kinds import Kind, kind_of
from checking.sources import Sources
from checking.tokens import Token

_MOST = 3  # words of the rest of a sentence that are looked at


def with_rests(text: str, tokens: Sequence[Token], moves: Sequence[Move], sources: Sources) -> tuple[list[Move], tuple[str, ...]]:
    """Return the moves of a part with the printed words that its own ones stand for, and those that say no and are not quoted.

    Where the quotation does not pretend to be a whole sentence, what says no beside it is returned apart.
    """
    first, last = (next(move.printed for move in ordered if _is_printed(move)) for ordered in (moves, reversed(moves)))
    before, behind = sources.rest(first, -1, _MOST), sources.rest(last, 1, _MOST)
    found, beside = list(moves), []
    if moves[-1].quoted == len(tokens) - 1:
        added = next(number for number, move in enumerate(reversed(moves)) if _is_printed(move))
        if _stand_for(added, behind) or (not added and _says_no(behind, sources) and text.rstrip()[-1] in ".!?"):
            found += _lacking(behind)
        elif not added and _says_no(behind, sources):
            beside.append(sources.text(behind[0], behind[-1]))
    if moves[0].quoted == 0:
        added = next(number for number, move in enumerate(moves) if _is_printed(move))
        whole = tokens[0].text[:1].isupper() and (sources.tokens[first].text[:1].islower() or text.rstrip()[-1] in ".!?")
        if _stand_for(added, before) or (not added and _says_no(before, sources) and whole):
            found[added:added] = _lacking(before)
        elif not added and _says_no(before, sources):
            beside.insert(0, sources.text(before[0], before[-1]))
    return found, tuple(beside)


def _is_printed(move: Move) -> bool:
    return move.step in (Step.SAME, Step.OTHER)


def _stand_for(added: int, printed: Sequence[int]) -> bool:
    """Tell whether some words that nobody printed stand for about as many that are printed."""
    return bool(added and printed) and len(printed) <= added + 1


def _says_no(printed: Sequence[int], sources: Sources) -> bool:
    return bool(printed) and kind_of([], [sources.tokens[at].text for at in printed]) is Kind.NEGATION


def _lacking(printed: Sequence[int]) -> list[Move]:
    return [Move(Step.LACKING, -1, at) for at in printed]
