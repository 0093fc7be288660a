import { createApolloConnector, type Outcome } from "@datafly/signal-apollo-connector";
import { startSandbox, type Sandbox, type SandboxOptions } from "@datafly/apollo-sandbox";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";

import { describeInBrowser, expectAccessible, screenshot, type OpenedPage } from "./browser.js";
import { demoRequested, withTraits } from "../../examples/events/events.js";
import { leadLines } from "../../examples/events/leads.js";

/** Delivers an event as Signal does. */
function trigger(sandbox: Sandbox, event: unknown): Promise<Outcome> {
  const connector = createApolloConnector({
    apiKey: sandbox.apiKey,
    defaultCountry: "US",
    client: { baseUrl: sandbox.url },
  });
  return connector.deliver(event);
}

/** Creates a contact without a connector in between, which would put its values right. */
async function post(sandbox: Sandbox, contact: object): Promise<void> {
  const headers = { "x-api-key": sandbox.apiKey, "content-type": "application/json" };
  await fetch(`${sandbox.url}/contacts`, { method: "POST", headers, body: JSON.stringify(contact) });
}

async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

describeInBrowser("the sandbox's page", (openPage) => {
  /** The page of a sandbox, once it is connected. Nothing may have gone wrong in it when the test ends. */
  async function open(sandbox: Sandbox, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const opened = await openPage(options);
    await opened.page.goto(sandbox.pageUrl);
    await opened.page.getByText("Live", { exact: true }).waitFor();
    onTestFinished(async () => {
      expect(opened.errors).toEqual([]);
      for (const url of opened.requests) expect(url).toMatch(new RegExp(`^${sandbox.pageUrl}`));
      await opened.page.context().close();
    });
    return opened;
  }

  const contacts = (page: Page) => page.locator("#contacts > li");
  const requests = (page: Page) => page.locator("tr.request");
  const step = (page: Page, title: string) => page.locator("#steps > li", { hasText: title });
  const done = (page: Page, title: string) => page.locator("#steps > .done", { hasText: title });
  const focused = (page: Page) => page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')");
  const fits = (page: Page) => page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth");

  test("the four steps of Signal's test tick themselves as they happen", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await page.getByText("No requests yet.").waitFor();
    await page.getByText("No contacts yet.").waitFor();
    expect(await page.locator("#steps > .done").count()).toBe(0);
    await screenshot(page, "sandbox-empty");

    await trigger(sandbox, demoRequested());
    await done(page, "Trigger an event").waitFor();
    await done(page, "See it delivered").waitFor();
    expect(await requests(page).innerText()).toMatch(/#1.*200.*Tim Zheng.*tim@apollo\.io.*Contact created/s);

    await step(page, "Find the contact").getByRole("button").click();
    await done(page, "Find the contact").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("tim@apollo.io");
    const card = await contacts(page).innerText();
    for (const value of ["Tim Zheng", "Apollo", "Head of Growth", "+15553031234", "https://www.apollo.io/"])
      expect(card).toContain(value);
    for (const label of ["Website demo form", "Signal - Marketing Opt-in"]) expect(card).toContain(label);

    await trigger(sandbox, demoRequested());
    await done(page, "Trigger the event again").waitFor();
    await page.getByText("updated, found by e-mail address").waitFor();
    expect(await contacts(page).count()).toBe(1);
    await page.getByText("by #2, which changed nothing").waitFor();
    await screenshot(page, "sandbox-steps-done");
  });

  test("a contact of which something is missing does not tick the third step", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, withTraits({ title: undefined }));
    await step(page, "Find the contact").getByRole("button").click();
    await page.getByText("✗ no title").waitFor();
    await page.getByText("✓ phone").waitFor();
    expect(await done(page, "Find the contact").count()).toBe(0);
  });

  test("a duplicate does not tick the fourth step", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await post(sandbox, { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" });
    await trigger(sandbox, demoRequested());
    await page.getByText("updated, found by e-mail address").waitFor();
    await step(page, "Find the contact").getByRole("button").click();
    await done(page, "Find the contact").waitFor();
    expect(await contacts(page).count()).toBe(2);
    expect(await done(page, "Trigger the event again").count()).toBe(0);
  });

  test("an update ticks the fourth step, whether or not the contact was looked for", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await trigger(sandbox, demoRequested());
    await page.getByText("updated, found by e-mail address").waitFor();
    await done(page, "See it delivered").waitFor();
    await done(page, "Trigger the event again").waitFor();
    expect(await done(page, "Find the contact").count()).toBe(0);
  });

  test("the steps can be hidden, stay hidden, and come back", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await page.getByRole("button", { name: "Hide" }).click();
    await page.reload();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.locator("#steps").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Show the test steps" }).click();
    expect(await page.locator("#steps").isVisible()).toBe(true);
  });

  test("what a second event changed is shown old and new: overwritten, cleared, replaced", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await trigger(sandbox, { ...withTraits({ title: "VP Growth" }), properties: { lead_source: "Webinar" } });
    await page.locator("#contacts .changes").waitFor();
    const [title, lists] = await page.locator("#contacts .changes > div").allInnerTexts();
    expect(title?.replace(/\s+/g, " ")).toBe("title Head of Growth → VP Growth");
    expect(lists).toMatch(/label_names\s+.*Website demo form.* → .*Webinar/);
    expect(await page.locator("#contacts .changes del").allInnerTexts()).toContain("Head of Growth");

    await post(sandbox, { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io", title: "", run_dedupe: true });
    await page.getByText("by #3:").waitFor();
    const cleared = await page.locator("#contacts .changes").innerText();
    expect(cleared.replace(/\s+/g, " ")).toBe("title VP Growth → empty");
  });

  test("faults are planted on the page, strike, and are shown: a 429, and an answer that was lost", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    const plant = async (fault: string) => {
      await page.getByRole("button", { name: "Plant a fault" }).click();
      await page.getByLabel("Kind of fault").selectOption({ label: fault });
      await page.getByRole("button", { name: "Plant", exact: true }).click();
    };

    await plant("429: too many requests, wait a second");
    await plant("Connection reset: the contact is written, the response is lost");
    await page.getByText("Planted faults: 429: too many requests, wait a second × 1, then Connection reset").waitFor();
    const outcome = await trigger(sandbox, demoRequested());
    expect(outcome).toMatchObject({ status: "delivered", matched: true });

    await requests(page).nth(2).waitFor();
    const shown = (await requests(page).allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    expect(shown[2]).toMatch(/#1.* 429 .*Not processed Fault: a planted response was sent/);
    expect(shown[1]).toMatch(/#2.* none .*Contact created Fault: the connection was reset/);
    expect(shown[0]).toMatch(/#3.* 200 .*Contact updated, found by e-mail address/);
    await page.locator("#waiting-faults").waitFor({ state: "hidden" });
    await screenshot(page, "sandbox-faults");

    await page.getByRole("radio", { name: /Faults 2/ }).check();
    await expect.poll(() => requests(page).count()).toBe(2);
    await page.getByRole("button", { name: "Request #2" }).click();
    await page.getByText("none: the connection was reset").waitFor();
  });

  test("an outage is started and ended on the page: a gateway's page, and a burst of resets", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    const away = async (how: string) => {
      await page.getByRole("button", { name: "Start an outage" }).click();
      await page.getByLabel("Kind of outage").selectOption({ label: how });
      await page.getByRole("button", { name: "Start", exact: true }).click();
    };

    await away("A gateway’s page (503) that asks for a wait of 60 seconds");
    await page.getByText("Apollo is away: every request gets 503, retry-after 60.").waitFor();
    await post(sandbox, {});
    expect(sandbox.requests()).toMatchObject([{ status: 503 }]);
    await screenshot(page, "sandbox-outage");
    await expectAccessible(page);
    await page.getByRole("button", { name: "End the outage" }).click();
    await page.locator("#outage-now").waitFor({ state: "hidden" });

    await away("Every connection is reset");
    await page.getByText("Apollo is away: every connection is reset.").waitFor();
    await expect(post(sandbox, {})).rejects.toThrow("fetch failed");
    await requests(page).nth(1).waitFor();
    expect((await requests(page).first().innerText()).replace(/\s+/g, " ")).toMatch(
      /#2.* none .*Not processed Fault: Apollo was away/,
    );
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await page.getByRole("button", { name: "Start an outage" }).waitFor();
    expect(await trigger(sandbox, demoRequested())).toMatchObject({ status: "delivered" });
  });

  test("requests are filtered by what became of them, and searched with the contacts", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await trigger(sandbox, withTraits({ first_name: "Grace", last_name: "Murray", email: "grace@harbor.example" }));
    await trigger(sandbox, withTraits({ title: "VP Growth" }));
    await post(sandbox, { first_name: "Nameless" });
    await requests(page).nth(3).waitFor();

    for (const { choice, numbers } of [
      { choice: "Created 2", numbers: ["#2", "#1"] },
      { choice: "Updated 1", numbers: ["#3"] },
      { choice: "Refused 1", numbers: ["#4"] },
      { choice: "All 4", numbers: ["#4", "#3", "#2", "#1"] },
    ]) {
      await page.getByRole("radio", { name: choice }).check();
      await expect.poll(() => requests(page).locator(".number").allInnerTexts()).toEqual(numbers);
    }
    await page.getByText("Refused: Parameters misconfigured. last_name can't be blank").waitFor();

    const search = page.getByRole("searchbox");
    const graceId = sandbox.contacts()[1]?.id ?? "";
    for (const { text, people, numbers } of [
      { text: "GRACE", people: 1, numbers: ["#2"] },
      { text: "tim@apollo.io", people: 1, numbers: ["#3", "#1"] },
      { text: graceId, people: 1, numbers: ["#2"] },
      { text: "#4", people: 0, numbers: ["#4"] },
      { text: "con", people: 0, numbers: [] },
      { text: "nobody", people: 0, numbers: [] },
    ]) {
      await search.fill(text);
      await expect.poll(() => requests(page).locator(".number").allInnerTexts()).toEqual(numbers);
      expect(await contacts(page).count()).toBe(people);
    }
    await page.getByText("No request matches.").waitFor();
    await page.getByText("No contact matches nobody.").waitFor();
  });

  test("a request's detail shows its body, its answer and what it changed", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await page.getByRole("button", { name: "Request #1" }).click();

    const body = await page.getByRole("region", { name: "Request 1: body" }).innerText();
    expect(JSON.parse(body)).toEqual(sandbox.requests()[0]?.body);
    const answer = await page.getByRole("region", { name: "Request 1: response" }).innerText();
    expect(JSON.parse(answer)).toMatchObject({ contact: { email: "tim@apollo.io" } });
    await page.getByText("200 application/json").waitFor();
    const details = page
      .locator("tbody", { has: page.getByRole("button", { name: "Request #1" }) })
      .locator(".details");
    await expect.poll(() => details.innerText()).toMatch(/first_name\s+empty → Tim/);
    await screenshot(page, "sandbox-detail");

    // A later request does not disturb it.
    await trigger(sandbox, demoRequested());
    await page.getByRole("button", { name: "Request #2" }).waitFor();
    expect(await details.isVisible()).toBe(true);
  });

  test("a request's detail is reached, read and left by keyboard, while the list goes on", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await requests(page).waitFor();

    for (let presses = 0; (await focused(page)) !== "Request #1"; presses += 1) {
      expect(presses).toBeLessThan(30);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Request 1: body" }).waitFor();
    expect(await page.getByRole("button", { name: "Request #1" }).getAttribute("aria-expanded")).toBe("true");

    await trigger(sandbox, withTraits({ email: "other@apollo.io", first_name: "Otis" }));
    await page.getByRole("button", { name: "Request #2" }).waitFor();
    expect(await focused(page)).toBe("Request #1");

    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Request 1: body");
    await page.keyboard.press("Escape");
    expect(await focused(page)).toBe("Request #1");
    expect(await page.locator("tr.details:visible").count()).toBe(0);
  });

  test("the plan changes, its quota runs out, and is seen to", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 1, hour: 10, day: 10 } });
    const { page } = await open(sandbox);
    const minute = page.getByRole("meter", { name: "This minute" });
    await post(sandbox, { first_name: "Ada", last_name: "Byron" });
    await expect.poll(() => minute.getAttribute("aria-valuetext")).toBe("1 of 1 calls");
    await post(sandbox, { first_name: "Ada", last_name: "Byron" });
    await page.getByText("Refused: The maximum number of api calls allowed").waitFor();
    expect(await page.locator(".gauge", { has: minute }).innerText()).toMatch(/resets in \d+ s/);

    await page.getByLabel("Plan", { exact: true }).selectOption("free");
    await expect.poll(() => minute.getAttribute("aria-valuetext")).toBe("1 of 50 calls");
    expect(sandbox.usage().minute.limit).toBe(50);
  });

  test("a reset asks first, and does nothing if the answer is no", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await contacts(page).waitFor();
    const questions: string[] = [];
    page.once("dialog", (dialog) => {
      questions.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole("button", { name: "Reset" }).click();
    expect(questions).toEqual(["Reset contacts, lists, requests, usage, faults and the outage?"]);
    expect(sandbox.contacts()).toHaveLength(1);
  });

  test("a reset empties the page, of another program as well, and it goes on", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    await trigger(sandbox, demoRequested());
    await contacts(page).waitFor();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByText("No requests yet.").waitFor();
    expect(await page.locator("#steps > .done").count()).toBe(0);
    expect(sandbox.contacts()).toEqual([]);

    await trigger(sandbox, demoRequested());
    await contacts(page).waitFor();
    sandbox.reset();
    await page.getByText("No contacts yet.").waitFor();
  });

  test("it says when the sandbox is gone, and finds it again", async () => {
    const first = await startSandbox();
    const { page } = await openPage();
    await page.goto(first.pageUrl);
    await page.getByText("Live", { exact: true }).waitFor();
    await first.close();
    await page.getByText("Not connected.").waitFor();

    const again = await sandboxForTest({ port: Number(new URL(first.url).port) });
    await page.getByText("Live", { exact: true }).waitFor();
    await trigger(again, demoRequested());
    await contacts(page).waitFor();
    await page.context().close();
  });

  test("hostile values do nothing, and are shown as the text that they are", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox);
    const hostile = [
      "<script>document.title='struck'</script>",
      `"><img src=x onerror="document.title='struck'">`,
      "javascript:document.title='struck'",
      "\u202Egnp.exe",
      "👩‍👩‍👧‍👦 & <b>co</b>",
      "x".repeat(5000),
    ];
    for (const [index, value] of hostile.entries()) {
      const contact = {
        last_name: value,
        organization_name: value,
        title: value,
        website_url: value,
        label_names: [value],
      };
      await post(sandbox, { ...contact, first_name: "Eve", email: `eve${index}@x.example`, run_dedupe: true });
      await post(sandbox, {
        ...contact,
        first_name: "Eve",
        email: `eve${index}@x.example`,
        title: "-",
        run_dedupe: true,
      });
    }
    await requests(page).nth(11).waitFor();
    for (const toggle of await page.locator(".requests .number").all()) await toggle.click();
    await page.getByRole("region", { name: "Request 1: response" }).waitFor();

    const text = await page.locator("main").innerText();
    for (const value of hostile.slice(0, 3)) expect(text).toContain(value);
    expect(text).toContain("\\u202Egnp.exe");
    expect(text).not.toContain("\u202E");
    expect(text).toContain("👩‍👩‍👧‍👦 & <b>co</b>");
    expect(await page.title()).toBe("Apollo sandbox");
    expect(await page.locator("main :is(script, img, b, a, iframe)").count()).toBe(0);
    expect(await fits(page)).toBe(true);
  });

  test("of thousands of requests some rows are shown, and more on demand", async () => {
    const sandbox = await sandboxForTest({ plan: "unlimited", matchDelayMs: 0 });
    for (let batch = 0; batch < 20; batch += 1) {
      const numbers = Array.from({ length: 50 }, (_, index) => batch * 50 + index);
      await Promise.all(
        numbers.map((number) =>
          post(sandbox, { first_name: "Ada", last_name: "Byron", email: `ada${number}@x.example` }),
        ),
      );
    }
    const { page } = await open(sandbox);
    await page.getByText("Show 50 more of 950").first().waitFor();
    expect(await requests(page).count()).toBe(50);
    expect(await contacts(page).count()).toBe(50);

    await page.locator("#more-requests").press("Enter");
    expect(await requests(page).count()).toBe(100);
    expect(await focused(page)).toBe("Request #950");

    await page.getByRole("searchbox").fill("ada7@x.example");
    await expect.poll(() => requests(page).count()).toBe(1);
  });

  test.each([
    { colorScheme: "light", width: 1280 },
    { colorScheme: "dark", width: 1280 },
    { colorScheme: "light", width: 400 },
    { colorScheme: "dark", width: 400 },
  ] as const)("it is accessible and fits, in $colorScheme at $width pixels", async ({ colorScheme, width }) => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox, { colorScheme, viewport: { width, height: 800 } });
    await page.getByText("No requests yet.").waitFor();
    await expectAccessible(page);
    expect(await fits(page)).toBe(true);

    for (const line of leadLines) await trigger(sandbox, parsed(line));
    sandbox.failNext({ kind: "status", status: 500 }, 3);
    await requests(page).nth(7).waitFor();
    await page.getByText("Planted faults").waitFor();
    await page.getByRole("button", { name: "Request #4" }).click();
    await page.getByRole("region", { name: "Request 4: response" }).waitFor();
    await screenshot(page, `sandbox-${colorScheme}-${width}`);
    await expectAccessible(page);
    expect(await fits(page)).toBe(true);

    await page.getByRole("button", { name: "Plant a fault" }).click();
    await expectAccessible(page);
    expect(await fits(page)).toBe(true);
  });

  test("its commands are copied, and do what they say", async () => {
    const sandbox = await sandboxForTest();
    const { page } = await open(sandbox, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy the command" }).first().click();
    await page.getByText("Copied.").waitFor();
    const command = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(command).toContain(`APOLLO_BASE_URL=${sandbox.url} \\
  npx --package @datafly/signal-apollo-worker signal-apollo deliver -`);

    const [, event = ""] = /^echo '(.*)' \|/s.exec(command) ?? [];
    expect(await trigger(sandbox, JSON.parse(event))).toMatchObject({ status: "delivered" });
    expect(sandbox.requests()[0]?.body).toEqual(
      expect.objectContaining({ first_name: "Tim", label_names: ["Signal - Marketing Opt-in", "Website demo form"] }),
    );
  });

  test("it is shut in by a content security policy", async () => {
    const sandbox = await sandboxForTest();
    const { page, errors } = await openPage();
    const response = await page.goto(sandbox.pageUrl);
    expect(response?.headers()["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
    await expect(page.evaluate("document.body.innerHTML = '<b>markup</b>'")).rejects.toThrow("TrustedHTML");
    await expect(page.evaluate("fetch('https://elsewhere.invalid/')")).rejects.toThrow("Failed to fetch");
    expect(errors.join("\n")).toContain("connect-src 'self'");
    await page.context().close();
  });
});

/** An event of the examples. One of them is no JSON on purpose. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
