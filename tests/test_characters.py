from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.characters import LINE_END_HYPHENS, readable, spelt

_ODD = "".join(sorted(LINE_END_HYPHENS)) + "\x1b\x1c\ufb01\u202f\u3000\u200b\uf0b7\uf5a0  \r\n"


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        ("Dechi\x1brierung", "Dechiffrierung"),
        ("Ver\ufb02echtung", "Verflechtung"),
        ("so\u00adge\u00adnannt", "sogenannt"),
        ("Feh\u200bler", "Fehler"),
        ("eigen\x02", "eigen-"),
        ("z.\u202fB. am\u00a0Tag", "z. B. am Tag"),
        ("zwei  Leer\t zeichen", "zwei Leer zeichen"),
        ("10²  ½", "10² ½"),
        ("\x10so\x11 \x15 ja", "“so” – ja"),
        ("Migrant*innen", "Migrant*innen"),
    ],
)
def test_reads_as_printed(raw: str, reads: str) -> None:
    assert readable(raw) == reads


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(_ODD), max_size=60))
def test_a_text_reads_as_its_characters_do(raw: str) -> None:
    assert readable(raw) == re.sub(" +", " ", "".join(map(readable, raw)))


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\x1b\x02\u00ad\ufb01\u202f  \r\n"), max_size=60))
def test_spelt_is_readable_with_origins(raw: str) -> None:
    text, origins = spelt(raw)
    assert text == readable(raw)
    assert list(origins) == sorted(origins)
    assert all(readable(raw[index]) for index in origins) and len(origins) == len(text)
