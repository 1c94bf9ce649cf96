"""The web page in Chromium, as somebody who sits before it."""

import json
import os
import pathlib
import re
import shutil
import time

import pytest
from conftest import LIMIT_S, ROOT
from playwright.sync_api import expect, sync_playwright
from rest import Rest

DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]
SCREENS = ROOT / "target" / "interop" / "screens"
expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is missing"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def show(browser):
    """Opens the page; whatever it complains about fails the test, and so does a request to somewhere else."""
    opened, complaints = [], []

    def begin(url, width=1600, height=1000, scheme="light", expected=()):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(LIMIT_S * 1000)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on("console", lambda m: m.type == "error" and not any(x in m.text for x in expected) and complaints.append(m.text))
        page.on("request", lambda r: r.url.startswith(url) or complaints.append(f"asked {r.url}"))
        page.goto(url + "/")
        expect(page.locator("#stream")).to_have_text("live")
        return page

    yield begin
    for context in opened:
        context.close()
    assert complaints == []


def row(page, device):
    return page.locator("#device-rows tr", has_text=device)


def choose(page, device):
    page.get_by_role("button", name=device).click()
    expect(page.locator("#detail h2")).to_have_text(device)


def operate(page, what, confirm=True):
    page.get_by_role("group", name="Operate").get_by_role("button", name=what, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=what if confirm else "Cancel", exact=True).click()


def test_three_breakers_are_seen_and_one_is_tripped(start, show):
    console = start("--listen", "127.0.0.1:0")
    page = show(console.http)
    for device in DEVICES:
        expect(row(page, device).locator(".state")).to_have_text("Closed")
        expect(row(page, device).locator(".link")).to_have_text("online")
    choose(page, DEVICES[1])
    expect(page.locator(".tile .value").first).to_contain_text(re.compile(r"\d"))
    operate(page, "Trip", confirm=False)
    expect(page.locator(".result")).to_be_hidden()
    began = time.monotonic()
    operate(page, "Trip")
    expect(row(page, DEVICES[1]).locator(".state")).to_have_text("Tripped")
    print(f"from the click to the shown trip: {(time.monotonic() - began) * 1000:.0f} ms")
    expect(page.locator(".result")).to_have_text(re.compile(r"Trip: done in \d+ ms"))
    expect(page.locator(".head .state")).to_have_text("Tripped")
    expect(page.locator("#summary")).to_contain_text("1 tripped")
    assert Rest(console.http).device(DEVICES[1]).json()["objects"]["3200"]["0"]["0"] == 2
    page.get_by_role("tab", name="Events").click()
    expect(page.locator(".events .kind.trip")).to_be_visible()


def test_a_refused_close_shows_its_reason(start, show):
    page = show(start("--listen", "127.0.0.1:0").http, expected=["409"])
    choose(page, DEVICES[0])
    operate(page, "Close")
    expect(page.locator(".result")).to_contain_text("Blocked-by-switching-hierarchy")
    expect(page.locator(".result")).to_contain_text("remote control is not enabled")


def test_everything_by_keyboard(start, show):
    page = show(start("--listen", "127.0.0.1:0").http)
    page.get_by_role("button", name=DEVICES[2]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_have_text(DEVICES[2])
    page.get_by_role("tab", name="Values").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Templates")).to_have_attribute("aria-selected", "true")
    trip = page.get_by_role("group", name="Operate").get_by_role("button", name="Trip")
    trip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(trip).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row(page, DEVICES[2]).locator(".state")).to_have_text("Tripped")


def test_a_setting_is_written_and_a_template_applied(start, show):
    page = show(start("--listen", "127.0.0.1:0").http)
    choose(page, DEVICES[0])
    page.get_by_label("Filter values").fill("OvercurrentPickup")
    page.get_by_role("button", name="Write OvercurrentPickup").click()
    page.get_by_role("dialog").get_by_role("spinbutton").fill("85")
    page.get_by_role("dialog").get_by_role("button", name="Write").click()
    place = page.locator('tr[data-find^="/3201/0/0 "] .value')
    expect(place).to_have_text("85")
    page.get_by_role("tab", name="Templates").click()
    standard = page.locator("details.template", has_text="Standard Protection").first
    expect(standard.locator("summary")).to_contain_text("differ")
    standard.locator("summary").click()
    expect(standard.locator("tr.differs")).to_contain_text("Overcurrent Pickup")
    standard.get_by_role("button", name="Apply").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply").click()
    expect(page.locator(".result")).to_contain_text("done")
    expect(page.locator("details.template", has_text="Standard Protection").first).to_contain_text("in force")


def test_raw_messages_are_shown_in_hex_and_in_words(start, show):
    console = start("--listen", "127.0.0.1:0")
    heard = lambda a: a.ok and any(m["topic"].endswith("/update") for m in a.json())
    Rest(console.http).until(f"/api/devices/{DEVICES[0]}/messages", heard, "an update")
    page = show(console.http)
    choose(page, DEVICES[0])
    page.get_by_role("tab", name="Messages").click()
    update = page.locator("details.message", has_text="/update").first
    update.locator("summary").click()
    expect(update.locator("pre").first).to_contain_text("lifetime = 3600")
    expect(update.locator("pre").last).to_contain_text("0000  7b 22")


def test_a_console_that_dies_and_returns_is_seen(broker, start, show, tmp_path):
    from rest import Server

    server = Server(broker, tmp_path)
    try:
        url = f"mqtt://127.0.0.1:{broker.port}"
        console = start("--broker", url, "--http", "off")
        page = show(server.rest.url, expected=["ERR_INCOMPLETE", "ERR_CONNECTION"])
        expect(row(page, DEVICES[0]).locator(".link")).to_have_text("online")
        choose(page, DEVICES[0])
        console.stop(9)
        expect(row(page, DEVICES[0]).locator(".link")).to_have_text("offline")
        expect(page.get_by_role("group", name="Operate").get_by_role("button", name="Trip")).to_be_disabled()
        start("--broker", url, "--http", "off")
        expect(row(page, DEVICES[0]).locator(".link")).to_have_text("online")
        expect(page.get_by_role("group", name="Operate").get_by_role("button", name="Trip")).to_be_enabled()
    finally:
        server.stop(9)


def test_the_token_is_asked_for(start, browser):
    token = "a-token-of-the-test-0123456789"
    console = start("--listen", "127.0.0.1:0", env={"BREAKER_CONSOLE_HTTP_TOKEN": token})
    context = browser.new_context()
    page = context.new_page()
    page.goto(console.http + "/")
    for given in ("wrong-token-of-the-test", token):
        expect(page.get_by_role("dialog")).to_contain_text("wants a token")
        page.get_by_role("textbox", name="Token").fill(given)
        page.get_by_role("button", name="Sign in").click()
    expect(row(page, DEVICES[0]).locator(".state")).to_have_text("Closed")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1600])
def test_it_is_readable(start, show, scheme, width):
    page = show(start("--listen", "127.0.0.1:0").http, width, 844 if width == 390 else 1000, scheme)
    SCREENS.mkdir(parents=True, exist_ok=True)
    expect(row(page, DEVICES[0]).locator(".state")).to_have_text("Closed")
    page.screenshot(path=SCREENS / f"devices-{width}-{scheme}.png")
    choose(page, DEVICES[0])
    for tab in ("Values", "Templates", "Diagnostics", "Messages", "Events"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator("#panel")).not_to_contain_text("Reading")
        page.screenshot(path=SCREENS / f"{tab.lower()}-{width}-{scheme}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{tab} is {wide} pixels wider than the screen"
        violations = check(page)
        assert violations == [], f"{tab}: {json.dumps(violations, indent=1)}"


def check(page):
    """What axe-core, which was written elsewhere, has to say about accessibility (WCAG 2.1 A and AA)."""
    folders = [pathlib.Path(p) for p in os.environ.get("NODE_PATH", "").split(":") if p]
    source = next(p for p in (f / "axe-core" / "axe.min.js" for f in folders) if p.exists())
    page.evaluate(source.read_text())
    found = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((r) => r.violations)")
    return [{"rule": v["id"], "where": [n["target"] for n in v["nodes"]][:5], "why": v["help"]} for v in found]
