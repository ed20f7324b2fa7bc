from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from settings import Settings, from_environment


def test_without_an_environment_the_defaults_hold() -> None:
    assert from_environment({}) == Settings()


def test_every_setting_can_be_chosen() -> None:
    chosen = from_environment(
        {
            "FUNDSTELLE_HOME": "/h",
            "FUNDSTELLE_CATALOGUE": "/c.toml",
            "FUNDSTELLE_VOCABULARY": "/v.toml",
            "FUNDSTELLE_OPERATOR": "/o.toml",
            "FUNDSTELLE_PUBLICATIONS": "/p",
            "FUNDSTELLE_HOST": "::1",
            "FUNDSTELLE_PORT": "9000",
            "FUNDSTELLE_THREADS": "2",
            "FUNDSTELLE_MODEL": "intfloat/multilingual-e5-small",
            "FUNDSTELLE_RERANKER": "/r",
            "FUNDSTELLE_QUERY_PROMPT": "query: ",
            "FUNDSTELLE_PASSAGE_PROMPT": "passage: ",
            "FUNDSTELLE_DOWNLOAD": "1",
            "FUNDSTELLE_MEANING": "0.3",
            "FUNDSTELLE_IMAGES": "9",
            "FUNDSTELLE_EXACT_UP_TO": "0",
            "FUNDSTELLE_OCR": "off",
        }
    )
    assert chosen == Settings(
        Path("/h"),
        Path("/c.toml"),
        Path("/v.toml"),
        Path("/o.toml"),
        Path("/p"),
        "::1",
        9000,
        2,
        "intfloat/multilingual-e5-small",
        "/r",
        "query: ",
        "passage: ",
        True,
        0.3,
        9,
        0,
        False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FUNDSTELLE_PORT", "0"),
        ("FUNDSTELLE_PORT", "8000.5"),
        ("FUNDSTELLE_PORT", "acht"),
        ("FUNDSTELLE_MEANING", "1.1"),
        ("FUNDSTELLE_MEANING", "nan"),
        ("FUNDSTELLE_DOWNLOAD", "vielleicht"),
        ("FUNDSTELLE_OCR", "immer"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_environment({name: value})
    assert name in str(caught.value) and value in str(caught.value)
