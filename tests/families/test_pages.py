"""Pages of families, as people open them."""

import pytest
from django.urls import reverse

PAGES = ["child", "health_check", "agreement", "consents", "history", "family", "pickups", "looked"]


@pytest.fixture
def browser(client, parent, law):
    client.force_login(parent)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_parent_opens_every_page_of_the_child(browser, child, page):
    answer = browser.get(reverse(f"families:{page}", args=[child.public_id]))

    assert answer.status_code == 200
    assert "UNDEFINED" not in answer.text
    assert "no-store" in answer["Cache-Control"]
