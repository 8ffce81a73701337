"""Where tests get their servers from is chosen, not asked."""

import pytest

import servers


@pytest.mark.parametrize("engine", [True, False])
def test_the_embedded_broker_needs_neither_java_nor_docker(engine: bool) -> None:
    """`make test` works on a fresh machine."""
    assert servers.source_of("embedded", engine=engine) == "wheels"


@pytest.mark.parametrize(("engine", "source"), [(True, "containers"), (False, "process")])
def test_kafka_comes_from_a_container_where_one_can_be_had(engine: bool, source: str) -> None:
    """A Docker engine with the images is preferred to a Java process."""
    assert servers.source_of("kafka", engine=engine) == source


def test_an_engine_that_is_not_there_has_no_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine is an answer, not an error."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    assert not servers.engine_has("any")


@pytest.mark.parametrize(("named", "broker"), [("", "embedded"), ("embedded", "embedded"), ("kafka", "kafka")])
def test_the_environment_names_the_broker(named: str, broker: str) -> None:
    """Nothing said is the embedded one."""
    assert servers.broker_in({"THROUGHLINE_TEST_BROKER": named}) == broker


def test_a_broker_there_is_not_is_no_broker() -> None:
    """A slip of the pen must not test something else."""
    with pytest.raises(ValueError, match="embedded or kafka, not kafak"):
        servers.broker_in({"THROUGHLINE_TEST_BROKER": "kafak"})
