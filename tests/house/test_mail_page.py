"""The demo's page of sent letters."""

import pytest
from django.core.mail import send_mail
from django.test import Client

from tests.services import Smtp

pytestmark = pytest.mark.django_db


def test_letters_are_listed_and_read(client: Client, smtp: Smtp) -> None:
    send_mail("收件通知", "請見 https://portal.example.org/x <script>", None, ["a@example.org"])
    send_mail("Other", "Text", None, ["b@example.org"])
    page = client.get("/mail/").content.decode()
    assert page.index("Other") < page.index("收件通知")

    [letter] = smtp.letters(to="a@example.org")
    page = client.get(f"/mail/{letter.name}/").content.decode()
    assert '<a href="https://portal.example.org/x"' in page
    assert "&lt;script&gt;" in page


def test_letters_to_one_address(client: Client, smtp: Smtp) -> None:
    send_mail("First", "Text", None, ["a@example.org"])
    send_mail("Second", "Text", None, ["b@example.org"])
    page = client.get("/mail/?to=b@example.org").content.decode()
    assert "Second" in page
    assert "First" not in page


def test_unknown_letter_is_not_found(client: Client) -> None:
    assert client.get("/mail/none/").status_code == 404
