"""The description of the API holds: requests made from it are answered as it says, whatever they ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import jsonschema
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks

from corpus.thesaurus import Group, Subject, Thesaurus
from index.generation import Generation
from index.home import Home
from index.live import LiveIndex
from index.search import Searcher
from search_app import create_app
from search_app.api import OPERATIONS
from search_app.api.operations import Operation
from search_app.api.schema import Schemas
from tests.shelf import EMBEDDER, evil, publish, report

if TYPE_CHECKING:
    from schemathesis import BaseSchema, Case, GenerationMode

HELD = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
MODES = list(schemathesis.GenerationMode)
NAMED = [one.name for one in OPERATIONS]
#: What takes no parameters can't be asked wrongly.
ASKED = [
    pytest.param(one, mode, id=f"{one.name}-{mode.value}")
    for one in OPERATIONS
    for mode in MODES
    if one.given or mode is schemathesis.GenerationMode.POSITIVE
]
#: Things that there are: names made up at random would only ever be answered by 404.
THERE = {"publication_id": "bericht", "name": "46", "format": "ris", "topic": "ehrenamt"}
TOPICS = Thesaurus(subjects=(Subject(Group.TOPIC, "Ehrenamt", ("Ehrenamt",)),))
EXAMPLES = 12
MANY = 400


def with_topics(generation: Generation) -> Searcher:
    return Searcher(generation, EMBEDDER, thesaurus=TOPICS)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report(), evil())
    index = LiveIndex(home, with_topics)
    yield create_app(index)
    index.close()


@pytest.fixture(scope="module")
def described(app: Flask) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize(("one", "mode"), ASKED)
def test_whatever_is_asked_is_answered_as_described(described: BaseSchema, one: Operation, mode: GenerationMode) -> None:
    ask(described, one, mode, EXAMPLES)


@pytest.mark.proof
@pytest.mark.parametrize(("one", "mode"), ASKED)
def test_whatever_is_asked_many_times_is_answered_as_described(
    described: BaseSchema, one: Operation, mode: GenerationMode
) -> None:
    ask(described, one, mode, MANY)


def ask(described: BaseSchema, one: Operation, mode: GenerationMode, examples: int) -> None:
    """Make requests from the description of an operation, half of those that fit it for what there is."""
    there = THERE | {"passage_id": report().passages[0].id}
    seen: Counter[int] = Counter()
    requests = described[one.address][one.method.upper()].as_strategy(generation_mode=mode)

    @given(case=requests, of_what_there_is=st.booleans())
    @settings(max_examples=examples, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def hold(case: Case, of_what_there_is: bool) -> None:
        if of_what_there_is and mode is schemathesis.GenerationMode.POSITIVE:
            case.path_parameters = {name: there[name] for name in case.path_parameters or {}}
            for name in ("generation", "range"):
                (case.query or {}).pop(name, None)
        seen[case.call_and_validate(checks=HELD).status_code] += 1

    hold()
    assert mode is schemathesis.GenerationMode.NEGATIVE or seen[200]
    assert seen[500] + seen[503] == 0


def test_the_description_is_one_of_openapi(app: Flask) -> None:
    found = app.test_client().get("/api/v1/openapi.json", headers={"Accept-Language": "de"}).get_json()
    assert found["openapi"] == "3.1.0"
    for named in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(named)
    named = [operation for path in found["paths"].values() for operation in path.values()]
    assert sorted(operation["operationId"] for operation in named) == sorted(NAMED)
    assert all(operation["summary"] and operation["description"] for operation in named)
    assert found["paths"]["/api/v1/search"]["get"]["summary"] == "Search"  # the description is English, whoever asks


def test_every_rule_of_the_api_is_described(app: Flask) -> None:
    found = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    rules = {
        str(rule).replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")
    }
    assert rules - {"/api/v1/openapi.json"} == set(found)


def test_a_type_without_a_schema_is_refused() -> None:
    with pytest.raises(TypeError):
        Schemas().of(object)
