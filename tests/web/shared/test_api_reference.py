"""The API's description can be browsed by anybody, and names every operation."""

import re

from app.http.guards import routes


def test_every_operation_of_the_api_is_on_the_page(app, client):
    page = client.get("/api/docs").text

    shown = set(re.findall(r'class="method \w+">(\w+)</span> <code>([^<]+)</code>', page))
    served = {
        (method, re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule, method in routes(app)
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi"
    }
    assert shown == served


def test_it_reads_alike_in_chinese(client):
    page = client.get("/api/docs", headers={"Accept-Language": "zh"}).text

    assert "参数" in page  # parameters


def test_it_asks_nothing_of_anybody_else(client):
    page = client.get("/api/docs").text

    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_fields_say_their_type_and_whether_they_are_needed(client):
    page = client.get("/api/docs").text

    [order] = re.findall(r'id="post-api-v1-orders".*?</details>', page, re.DOTALL)
    assert re.search(r"<code>reference</code> <abbr[^>]*>\*</abbr>", order)
    assert "NewOrder" not in order.split("</summary>")[0]


def test_what_a_body_is_made_of_can_be_looked_up(client):
    page = client.get("/api/docs").text

    [shape] = re.findall(r'id="shape-NewJob".*?</details>', page, re.DOTALL)
    assert "<code>job_type</code>" in shape
