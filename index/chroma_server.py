"""The vectors of a generation in a collection of a Chroma server, written once and then only read, like a store in a folder.

It is spoken to by its HTTP interface, version 2, and not by chromadb's own client: that waits for ever, leaves its connections
open, obeys proxies of the environment, and costs a web server 0.8 s and 80 MB.  The only file that knows httpx.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx
import numpy as np

from corpus.errors import StoreUnavailable
from index.stores import ChromaServer
from index.vectors import ChromaVectors, Mask, Rows, Vectors, configuration

_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_PATIENCE = 120.0  # seconds for a batch to be taken or given back, while nobody waits for a search


class ServerVectors(ChromaVectors):
    """A collection of a server; everything that fails there is a StoreUnavailable."""

    def __init__(self, server: ChromaServer, name: str, *, rows: int | None = None) -> None:
        """Open a collection, or make it for ``rows`` passages.  Raises StoreUnavailable."""
        self._server = server
        self._client = _client(server)
        try:
            with _talking(server):
                if rows is None:
                    found = _asked(self._client, "GET", f"/{name}")
                else:
                    found = _asked(self._client, "POST", "", name=name, configuration=configuration(rows))
        except StoreUnavailable:
            self.close()
            raise
        self._collection = _Collection(self._client, str(found["id"]))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._client.timeout = _patient(self._server)
        try:
            with _talking(self._server):
                yield
        finally:
            self._client.timeout = httpx.Timeout(self._server.timeout)

    _reading = _writing

    def nearest(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """As in a folder; raises StoreUnavailable where the server does not answer in time."""
        with _talking(self._server):
            return super().nearest(vector, k, allowed)


class _Collection:
    """What ChromaVectors asks of a collection."""

    def __init__(self, client: httpx.Client, id_: str) -> None:
        self._client = client
        self._path = f"/{id_}"

    def add(self, *, ids: Sequence[str], embeddings: Vectors, metadatas: Sequence[dict[str, str]]) -> None:
        _asked(self._client, "POST", f"{self._path}/add", ids=ids, embeddings=embeddings.tolist(), metadatas=metadatas)

    def count(self) -> int:
        return int(_asked(self._client, "GET", f"{self._path}/count"))

    def get(self, *, ids: Sequence[str], include: Sequence[str]) -> Any:
        return _asked(self._client, "POST", f"{self._path}/get", ids=ids, include=include)

    def query(self, *, query_embeddings: Vectors, n_results: int, include: Sequence[str]) -> Any:
        asked = {"query_embeddings": np.asarray(query_embeddings).tolist(), "n_results": n_results, "include": include}
        return _asked(self._client, "POST", f"{self._path}/query", **asked)


def drop(server: ChromaServer, name: str) -> None:
    """Remove a collection, if it is there.  Raises StoreUnavailable."""
    with _client(server) as client, _talking(server):
        answer = client.delete(f"{_COLLECTIONS}/{name}", timeout=_patient(server))
        if answer.status_code != HTTPStatus.NOT_FOUND:
            answer.raise_for_status()


def _patient(server: ChromaServer) -> httpx.Timeout:
    """Return how long to wait where no search does; that nobody is there shows as soon as ever."""
    return httpx.Timeout(_PATIENCE, connect=server.timeout)


def _client(server: ChromaServer) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers=dict(server.headers), timeout=server.timeout, trust_env=False)


def _asked(client: httpx.Client, method: str, path: str, **body: Any) -> Any:
    """Return the answer to a request.  Raises errors of httpx, and ValueError."""
    answer = client.request(method, f"{_COLLECTIONS}{path}", json=body or None)
    answer.raise_for_status()
    return answer.json()


@contextmanager
def _talking(server: ChromaServer) -> Iterator[None]:
    """Turn whatever goes wrong into a StoreUnavailable; of what the other side says not a word is repeated."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise _unavailable(server, f"Status {error.response.status_code}") from error
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        raise _unavailable(server, type(error).__name__) from error


def _unavailable(server: ChromaServer, why: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"Der Chroma-Server {server.url} antwortet nicht wie nötig ({why}). Läuft er, und stimmen FUNDSTELLE_CHROMA und "
        "FUNDSTELLE_CHROMA_HEADERS?"
    )
