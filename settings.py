"""Every setting, its default and its reason; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import SettingsError

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator may choose.  Each field names its environment variable."""

    home: Path = ROOT / "index" / "store"  # FUNDSTELLE_HOME: what ingestions build
    catalogue: Path = ROOT / "corpus" / "catalogue.toml"  # FUNDSTELLE_CATALOGUE: the publications
    vocabulary: Path = ROOT / "corpus" / "vocabulary.toml"  # FUNDSTELLE_VOCABULARY: words of the field that stand for each other
    operator: Path = ROOT / "corpus" / "operator.toml"  # FUNDSTELLE_OPERATOR: who runs the service, for the legal pages
    publications: Path = ROOT / "corpus" / "publications"  # FUNDSTELLE_PUBLICATIONS: PDFs found here are ingested
    host: str = "127.0.0.1"  # FUNDSTELLE_HOST: this machine only, unless the operator opens it
    port: int = 8000  # FUNDSTELLE_PORT
    threads: int = 8  # FUNDSTELLE_THREADS: requests answered at once
    model: str = str(ROOT / "models" / "german-static")  # FUNDSTELLE_MODEL: folder or name of a sentence-transformers model
    reranker: str = ""  # FUNDSTELLE_RERANKER: folder or name of a cross-encoder that reads the best hits again; none by default
    query_prompt: str = ""  # FUNDSTELLE_QUERY_PROMPT: "query: " for the e5 models
    passage_prompt: str = ""  # FUNDSTELLE_PASSAGE_PROMPT: "passage: " for the e5 models
    download: bool = False  # FUNDSTELLE_DOWNLOAD: 1 allows fetching a named model; nothing else ever leaves the machine
    meaning: float = 1.0  # FUNDSTELLE_MEANING: how much meaning counts where words find little, 0 (not at all) to 1
    images: int = 256  # FUNDSTELLE_IMAGES: MiB of pictures of pages that are kept, some 5,000 of them
    chroma: str = ""  # FUNDSTELLE_CHROMA: address of a Chroma server for the vectors; by default they lie with the rest
    chroma_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # FUNDSTELLE_CHROMA_HEADERS: secrets, never shown
    chroma_timeout: float = 2.0  # FUNDSTELLE_CHROMA_TIMEOUT: seconds that a search waits before it does without the server
    exact_up_to: int = 20_000  # FUNDSTELLE_EXACT_UP_TO: passages searched exactly; above, by Chroma's graph
    ocr: bool = (
        True  # FUNDSTELLE_OCR: "off" leaves pages that are only pictures unread; else tesseract reads them, if it is there
    )
    processes: int = 0  # FUNDSTELLE_PROCESSES: how many read files at once; 0: as many as there are processors and memory for
    rate: int = 1_200  # FUNDSTELLE_RATE: requests a minute from one address, behind which there may be an office; 0: any number
    proxies: int = 0  # FUNDSTELLE_PROXIES: how many stand in front; what they add is believed; anybody could add it
    password: Path | None = None  # FUNDSTELLE_PASSWORD_FILE: made by `fundstelle password`; a file, since a hash has $ in it
    trusted_header: str = ""  # FUNDSTELLE_TRUSTED_HEADER: the proxy sets it for whom it let in, such as X-Remote-User
    metrics: tuple[str, int] | None = None  # FUNDSTELLE_METRICS: address for Prometheus; none by default, nobody may be looking
    log_json: bool = False  # FUNDSTELLE_LOG: "json" writes a line a request; by default only warnings and errors are written
    url: str = ""  # FUNDSTELLE_URL: where readers reach the server, for links that leave it; else http://host:port
    robots: bool = False  # FUNDSTELLE_ROBOTS: 1 lets search engines in; most publications' rights are not settled
    cors: str = ""  # FUNDSTELLE_CORS: the origin whose pages may use the API, * for all

    @property
    def address(self) -> str:
        """Where the pages are served, without a slash at its end."""
        return self.url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment; raises SettingsError that names the variable."""
    plain = Settings()
    proxies = int(_number(environment, "FUNDSTELLE_PROXIES", plain.proxies, 0, 9))
    return Settings(
        home=_path(environment, "FUNDSTELLE_HOME", plain.home),
        catalogue=_path(environment, "FUNDSTELLE_CATALOGUE", plain.catalogue),
        vocabulary=_path(environment, "FUNDSTELLE_VOCABULARY", plain.vocabulary),
        operator=_path(environment, "FUNDSTELLE_OPERATOR", plain.operator),
        publications=_path(environment, "FUNDSTELLE_PUBLICATIONS", plain.publications),
        host=environment.get("FUNDSTELLE_HOST") or plain.host,
        port=int(_number(environment, "FUNDSTELLE_PORT", plain.port, 1, 65_535)),
        url=_url(environment),
        robots=_switch(environment, "FUNDSTELLE_ROBOTS", plain.robots),
        cors=_origin(environment),
        threads=int(_number(environment, "FUNDSTELLE_THREADS", plain.threads, 1, 64)),
        model=environment.get("FUNDSTELLE_MODEL") or plain.model,
        reranker=environment.get("FUNDSTELLE_RERANKER", plain.reranker),
        query_prompt=environment.get("FUNDSTELLE_QUERY_PROMPT", plain.query_prompt),
        passage_prompt=environment.get("FUNDSTELLE_PASSAGE_PROMPT", plain.passage_prompt),
        download=_switch(environment, "FUNDSTELLE_DOWNLOAD", plain.download),
        meaning=_number(environment, "FUNDSTELLE_MEANING", plain.meaning, 0, 1),
        images=int(_number(environment, "FUNDSTELLE_IMAGES", plain.images, 0, 1_000_000)),
        chroma=_server(environment, "FUNDSTELLE_CHROMA"),
        chroma_headers=_headers(environment, "FUNDSTELLE_CHROMA_HEADERS"),
        chroma_timeout=_number(environment, "FUNDSTELLE_CHROMA_TIMEOUT", plain.chroma_timeout, 0.05, 60),
        exact_up_to=int(_number(environment, "FUNDSTELLE_EXACT_UP_TO", plain.exact_up_to, 0, 10_000_000)),
        ocr=_one_of(environment, "FUNDSTELLE_OCR", "auto", "off") == "auto",
        processes=int(_number(environment, "FUNDSTELLE_PROCESSES", plain.processes, 0, 256)),
        rate=int(_number(environment, "FUNDSTELLE_RATE", plain.rate, 0, 1_000_000)),
        proxies=proxies,
        password=_file(environment, "FUNDSTELLE_PASSWORD_FILE"),
        trusted_header=_trusted_header(environment, proxies),
        metrics=_address(environment, "FUNDSTELLE_METRICS"),
        log_json=_one_of(environment, "FUNDSTELLE_LOG", "text", "json") == "json",
    )


def _path(environment: Mapping[str, str], name: str, default: Path) -> Path:
    value = environment.get(name, "")
    try:
        return Path(value).expanduser().absolute() if value else default
    except RuntimeError:
        raise SettingsError(f"{name}: den Ordner „{value}“ gibt es nicht.") from None


def _url(environment: Mapping[str, str]) -> str:
    value = environment.get("FUNDSTELLE_URL", "").strip().rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise SettingsError(f"FUNDSTELLE_URL muss mit https:// oder http:// beginnen und einen Rechner nennen, nicht „{value}“.")
    return value


def _origin(environment: Mapping[str, str]) -> str:
    value = environment.get("FUNDSTELLE_CORS", "").strip()
    parts = urlsplit(value)
    if value not in ("", "*") and value != f"{parts.scheme}://{parts.netloc}":
        raise SettingsError(f"FUNDSTELLE_CORS muss * oder eine Herkunft wie https://beispiel.de sein, nicht „{value}“.")
    return value


def _number(environment: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    value = environment.get(name, "")
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    whole = isinstance(default, int)
    if not least <= number <= most or (whole and number != int(number)):
        kind = "ganze Zahl" if whole else "Zahl"
        raise SettingsError(f"{name} muss eine {kind} von {least} bis {most} sein, nicht „{value}“.")
    return number


def _one_of(environment: Mapping[str, str], name: str, default: str, other: str) -> str:
    value = environment.get(name, "").strip().lower() or default
    if value not in (default, other):
        raise SettingsError(f"{name} muss {default} oder {other} sein, nicht „{value}“.")
    return value


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    return _path(environment, name, ROOT) if environment.get(name) else None


def _trusted_header(environment: Mapping[str, str], proxies: int) -> str:
    value = environment.get("FUNDSTELLE_TRUSTED_HEADER", "").strip()
    if not value.replace("-", "").isalnum() or not value.isascii():
        if value:
            raise SettingsError(f"FUNDSTELLE_TRUSTED_HEADER muss der Name einer Kopfzeile sein, nicht „{value}“.")
    elif not proxies:
        raise SettingsError(
            f"FUNDSTELLE_TRUSTED_HEADER={value} gilt nur hinter einem Proxy, der diese Kopfzeile setzt und fremde entfernt. "
            "Sagen Sie mit FUNDSTELLE_PROXIES, wie viele davor stehen."
        )
    return value


def _address(environment: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """Return host and port of "9108", "10.0.0.1:9108" or "[::1]:9108"; without a host this machine only."""
    value = environment.get(name, "").strip()
    if not value:
        return None
    host, _, port = value.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535
    if not is_port or (":" in host and not (host.startswith("[") and host.endswith("]"))):
        raise SettingsError(f"{name} muss ein Port oder Adresse:Port sein, z. B. 127.0.0.1:9108, nicht „{value}“.")
    return host.strip("[]") or Settings().host, int(port)


def _server(environment: Mapping[str, str], name: str) -> str:
    """Return an address such as https://chroma.example.org, without a path: Chroma's client knows none."""
    value = environment.get(name, "").strip().rstrip("/")
    if not value:
        return ""
    try:
        address = urlsplit(value)
        usable = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:
        usable = False
    if not usable or address.path or address.query:
        raise SettingsError(f"{name} muss eine Adresse ohne Pfad sein, z. B. https://chroma.example.org:8000")
    if "@" in address.netloc:  # it would stand in every message
        raise SettingsError(f"{name} darf keine Zugangsdaten enthalten. Sie gehören in FUNDSTELLE_CHROMA_HEADERS.")
    return value


def _headers(environment: Mapping[str, str], name: str) -> tuple[tuple[str, str], ...]:
    """Return the headers of "Name: value; Name: value"; no message repeats a value."""
    pairs = [part.partition(":") for part in environment.get(name, "").split(";") if part.strip()]
    if not all(key.strip().replace("-", "").isalnum() and value.strip() and value.isprintable() for key, _, value in pairs):
        raise SettingsError(f'{name} muss aus Kopfzeilen bestehen, mehrere durch Strichpunkt getrennt: "Authorization: Bearer …"')
    return tuple((key.strip(), value.strip()) for key, _, value in pairs)


def _switch(environment: Mapping[str, str], name: str, default: bool) -> bool:
    value = environment.get(name, "").strip().lower()
    if value in ("", "0", "1", "nein", "ja", "no", "yes", "false", "true"):
        return default if not value else value in ("1", "ja", "yes", "true")
    raise SettingsError(f"{name} muss 0 oder 1 sein, nicht „{value}“.")
