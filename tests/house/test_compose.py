"""The compose file's names against each other and the settings; `make check` holds it against the schema."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(SOURCE)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {"web", "worker", "beat", "sweeper", "migrate", "seed"}


def test_all_parts_are_there() -> None:
    others = {"postgres", "broker", "cache", "caddy", "mailpit"}
    assert set(SERVICES) == OURS | others


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_dependencies_and_volumes_exist(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert (ROOT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]
    for other, condition in service.get("depends_on", {}).items():
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]


def test_no_volume_is_idle() -> None:
    mounted = {volume.split(":")[0] for each in SERVICES.values() for volume in each.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounted


def test_our_services_share_one_image() -> None:
    assert len({SERVICES[name]["image"] for name in OURS}) == 1


def test_all_required_settings_are_given_and_known() -> None:
    known = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', (ROOT / "alliance" / "settings.py").read_text()))
    for name in OURS:
        given = set(SERVICES[name]["environment"])
        assert set(settings.REQUIRED) <= given
        assert given <= known | set(settings.REQUIRED)


def test_only_migrate_connects_as_owner() -> None:
    owners = [name for name in SERVICES if "tba_owner" in str(SERVICES[name].get("environment", {}))]
    assert owners == ["migrate"]


def test_hosts_in_addresses_are_services() -> None:
    plain = re.sub(r":\?[^}]*", "", SOURCE)  # without the words of ${NAME:?words}
    hosts = re.findall(r"(?:postgres|redis|smtp)://(?:[^@\s]*@)?([a-z]+)", plain)
    assert len(hosts) >= 5
    assert set(hosts) <= set(SERVICES)


def test_example_names_all_variables() -> None:
    used = set(re.findall(r"\$\{(\w+)", SOURCE))
    assert used == set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), flags=re.M))


def test_image_has_no_embedded_servers() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "uv sync --frozen --no-default-groups" in dockerfile
    assert "USER portal" in dockerfile
    assert all(name in dockerfile for name in settings.REQUIRED), "the build reads the settings"
