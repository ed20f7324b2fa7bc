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
            "FUNDSTELLE_CHROMA": "https://chroma.example.org/",
            "FUNDSTELLE_CHROMA_HEADERS": "Authorization: Bearer a:b; X-Tenant: eins",
            "FUNDSTELLE_CHROMA_TIMEOUT": "0.5",
            "FUNDSTELLE_EXACT_UP_TO": "0",
            "FUNDSTELLE_OCR": "off",
            "FUNDSTELLE_PROCESSES": "3",
            "FUNDSTELLE_RATE": "60",
            "FUNDSTELLE_PROXIES": "1",
            "FUNDSTELLE_PASSWORD_FILE": "/w",
            "FUNDSTELLE_TRUSTED_HEADER": "X-Remote-User",
            "FUNDSTELLE_METRICS": "[::1]:9108",
            "FUNDSTELLE_LOG": "json",
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
        "https://chroma.example.org",
        (("Authorization", "Bearer a:b"), ("X-Tenant", "eins")),
        0.5,
        0,
        False,
        3,
        60,
        1,
        Path("/w"),
        "X-Remote-User",
        ("::1", 9108),
        True,
    )


def test_figures_without_a_host_are_for_this_machine() -> None:
    assert from_environment({"FUNDSTELLE_METRICS": "9108"}).metrics == ("127.0.0.1", 9108)


def test_a_header_that_anybody_could_send_is_not_trusted() -> None:
    with pytest.raises(SettingsError, match="FUNDSTELLE_PROXIES"):
        from_environment({"FUNDSTELLE_TRUSTED_HEADER": "X-Remote-User"})


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
        ("FUNDSTELLE_RATE", "-1"),
        ("FUNDSTELLE_TRUSTED_HEADER", "X-A: b"),
        ("FUNDSTELLE_METRICS", "127.0.0.1"),
        ("FUNDSTELLE_METRICS", "::1"),
        ("FUNDSTELLE_METRICS", "localhost:0"),
        ("FUNDSTELLE_LOG", "laut"),
        ("FUNDSTELLE_CHROMA_TIMEOUT", "0"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_environment({name: value})
    assert name in str(caught.value) and value in str(caught.value)


@pytest.mark.parametrize("value", ["chroma.example.org", "ftp://a", "http://", "https://a/b", "https://a:0", "http://a:99999"])
def test_an_address_of_a_chroma_server_has_a_scheme_and_no_path(value: str) -> None:
    with pytest.raises(SettingsError, match=r"FUNDSTELLE_CHROMA .*https://chroma\.example\.org"):
        from_environment({"FUNDSTELLE_CHROMA": value})


def test_secrets_of_a_chroma_server_are_shown_nowhere() -> None:
    settings = from_environment({"FUNDSTELLE_CHROMA_HEADERS": "Authorization: Bearer geheim"})
    assert "geheim" not in repr(settings)
    for name, value in (("FUNDSTELLE_CHROMA", "https://wer:geheim@a"), ("FUNDSTELLE_CHROMA_HEADERS", "geheim")):
        with pytest.raises(SettingsError, match=name) as caught:
            from_environment({name: value})
        assert "geheim" not in str(caught.value)
