import { defaultBlueprint, planDelivery } from "@datafly/signal-apollo-connector";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, inject, test } from "vitest";

import { EXAMPLES } from "../../docs/playground/src/examples.js";
import { headline, resultOf } from "../../docs/playground/src/result.js";
import { INITIAL_STATE } from "../../docs/playground/src/state.js";
import { demoRequested, withTraits } from "../../examples/events/events.js";
import { describeInBrowser, expectAccessible, screenshot, type OpenedPage } from "../browser/browser.js";

const address = `${inject("siteUrl")}/playground`;

const editor = (page: Page) => page.getByLabel("JSON of the event");
const decision = (page: Page) => page.locator("#decision").textContent();
const request = async (page: Page): Promise<unknown> =>
  JSON.parse((await page.locator("#request").textContent()) ?? "");
const row = (page: Page, field: string) => page.locator(`tr[data-field="${field}"]`);
const paste = (page: Page, event: unknown) => editor(page).fill(JSON.stringify(event));
/** The page is there before its program: until then, nothing is decided. */
const started = (page: Page) => page.locator("#decision[data-action]").waitFor();
const afterTyping = (page: Page) => page.waitForURL(/#v1\./);

describeInBrowser("the playground", (openPage) => {
  async function open(options?: BrowserContextOptions, fragment = ""): Promise<OpenedPage> {
    const opened = await openPage(options);
    await opened.page.goto(address + fragment);
    await started(opened.page);
    return opened;
  }

  test("begins with the event of Signal's documentation, and shows its request key for key", async () => {
    const { page, errors } = await open();
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
    expect(await page.locator("#request").textContent()).toBe(
      JSON.stringify(
        {
          first_name: "Tim",
          last_name: "Zheng",
          email: "tim@apollo.io",
          organization_name: "Apollo",
          title: "Head of Growth",
          mobile_phone: "+15553031234",
          website_url: "https://www.apollo.io/",
          label_names: ["Signal - Marketing Opt-in", "Website demo form"],
          run_dedupe: true,
        },
        null,
        2,
      ),
    );
    expect(errors).toEqual([]);
  });

  test("sends nothing while it is used, and reports no error", async () => {
    const { page, errors, requests } = await open();
    await page.waitForLoadState("networkidle");
    const before = requests.length;
    for (const { name } of EXAMPLES) await page.getByLabel("Example").selectOption({ label: name });
    await page.getByLabel("A blueprint of my own").check();

    // Chromium asks for the icon again at each step of the history.
    expect(requests.slice(before).filter((url) => !url.endsWith("/icon.svg"))).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${inject("siteUrl")}/`))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("says what to do about several events in one text, and takes the first", async () => {
    const { page } = await open();
    await editor(page).fill(`${JSON.stringify(demoRequested())}\n${JSON.stringify(demoRequested({ context: {} }))}\n`);
    expect(await decision(page)).toBe("No decision yet: the event is not JSON");
    expect(await page.locator("#event-error-text").textContent()).toBe(
      "These are several events, one per line (NDJSON). The playground takes one.",
    );
    expect(await page.getByRole("button", { name: "Go there" }).isVisible()).toBe(false);

    await page.getByRole("button", { name: "Use the first" }).click();
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
    expect(await page.getByRole("button", { name: "Use the first" }).isVisible()).toBe(false);
  });

  test("asks “What to do?” before it answers", async () => {
    const { page } = await open();
    await page.getByLabel("Example").selectOption({ label: "Consent denied" });
    expect(await page.locator("#details").textContent()).toMatch(
      /^What to do\? No action is needed: the person refused\./,
    );
  });

  test("explains a reason on the page of errors, and is there again on the way back", async () => {
    const { page, errors } = await open();
    await page.getByLabel("Example").selectOption({ label: "Consent denied" });
    await page.getByRole("link", { name: "More about consent_denied" }).click();
    await page.waitForURL(/\/errors#consent_denied$/);
    await page.getByRole("heading", { name: "consent_denied" }).waitFor();
    // Before the way back: the outline of the theme complains if its page is left within a tenth of a second.
    expect(errors).toEqual([]);

    await page.goBack();
    await started(page);
    expect(await decision(page)).toBe("Would be dropped: marketing consent is denied");
    await page.getByLabel("granted").check();
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
  });

  test("follows the theme that is chosen for the site", async () => {
    const { page } = await open({ colorScheme: "light", viewport: { width: 1280, height: 900 } });
    const colour = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('.playground select')).backgroundColor");
    const light = await colour();
    await page.getByRole("switch").first().click();
    await page.waitForFunction("document.documentElement.classList.contains('dark')");
    expect(await colour()).not.toBe(light);
  });

  test("each example gives the decision that the connector gives in Node", async () => {
    const { page } = await open();
    for (const { name, event } of EXAMPLES) {
      await page.getByLabel("Example").selectOption({ label: name });
      const planned = planDelivery(event);
      expect(await decision(page)).toBe(headline(resultOf({ ...INITIAL_STATE, event: JSON.stringify(event) })));
      if (planned.action === "deliver") expect(await request(page)).toEqual(planned.contact);
      else expect(await page.locator("#details").textContent()).toContain(`More about ${planned.reason}`);
    }
  });

  test("without deduplication nothing is said of it to Apollo", async () => {
    const { page } = await open();
    await page.getByLabel("Deduplicate contacts").uncheck();
    expect(await request(page)).not.toHaveProperty("run_dedupe");
    expect(await row(page, "run_dedupe").count()).toBe(0);
  });

  test("a national phone number is marked, until there is a default country", async () => {
    const { page } = await open();
    await paste(page, withTraits({ phone: "(212) 555-0187" }));
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact, with a warning");
    expect(await row(page, "mobile_phone").textContent()).toContain("is not a phone number");
    expect(await request(page)).not.toHaveProperty("mobile_phone");

    await page.getByLabel("Default country").selectOption({ label: "United States (US)" });
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
    expect(await row(page, "mobile_phone").locator("mark").textContent()).toBe('"+12125550187"');
  });

  test("the consent of the event is switched, in its text and in the result", async () => {
    const { page } = await open();
    await page.getByLabel("denied").check();
    expect(await decision(page)).toBe("Would be dropped: marketing consent is denied");
    expect(JSON.parse(await editor(page).inputValue())).toMatchObject({
      context: { consent: { canonical: { marketing: false, functional: true } } },
    });

    await page.getByLabel("missing").check();
    expect(await decision(page)).toBe("Would be dropped: no marketing consent is known");
    await page.getByLabel("granted").check();
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
  });

  test("a blueprint of one's own counts, and what is wrong with it is said", async () => {
    const { page } = await open();
    await paste(page, demoRequested({ event: "Webinar Attended" }));
    expect(await decision(page)).toBe("Would be dropped: not one of the events that become contacts");

    await page.getByLabel("A blueprint of my own").check();
    const blueprint = page.getByLabel("JSON of the blueprint");
    await blueprint.fill(JSON.stringify({ ...defaultBlueprint, events: ["Webinar Attended"] }));
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");

    await blueprint.fill(JSON.stringify({ ...defaultBlueprint, consent: "all", events: [] }));
    expect(await decision(page)).toBe("No decision yet: the blueprint is wrong");
    const issues = page.locator("#blueprint-error li");
    expect(await issues.locator("code").allTextContents()).toEqual(["blueprint.events", "blueprint.consent"]);

    await page.getByLabel("A blueprint of my own").uncheck();
    expect(await decision(page)).toBe("Would be dropped: not one of the events that become contacts");
  });

  test("what is not JSON says where, and leads there", async () => {
    const { page } = await open();
    await editor(page).fill('{\n  "type": "track"\n  "event": "Demo Requested"\n}');
    expect(await decision(page)).toBe("No decision yet: the event is not JSON");
    expect(await page.locator("#event-error-text").textContent()).toBe("Line 3, column 3: a comma is expected.");

    await page.getByRole("button", { name: "Go there" }).click();
    await page.keyboard.type(', "');
    expect(await editor(page).inputValue()).toBe('{\n  "type": "track"\n  , "event": "Demo Requested"\n}');
    expect(await decision(page)).toBe("Would be dropped: no marketing consent is known");
  });

  test("hostile values do nothing, and are shown as what they are", async () => {
    const { page, errors } = await open();
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    await paste(
      page,
      withTraits({
        first_name: hostile,
        title: "\u202egpj.exe",
        website: "javascript:alert(1)",
        company: "'; rm -rf /;'",
      }),
    );
    expect(await row(page, "first_name").textContent()).toContain(JSON.stringify(hostile));
    expect(await row(page, "title").textContent()).toContain(String.raw`\u202egpj.exe`);
    expect(await row(page, "website_url").textContent()).toContain("is neither an http(s) URL nor a domain");
    expect(await page.locator("#details img, #details script, a[href^='javascript:']").count()).toBe(0);
    expect(await page.title()).toBe("Playground | Signal → Apollo");

    await paste(page, JSON.parse('{"__proto__":{"polluted":1},"type":"track","event":"constructor"}'));
    expect(await decision(page)).toBe("Would be dropped: not one of the events that become contacts");
    expect(await page.evaluate("({}).polluted")).toBeUndefined();
    expect(errors).toEqual([]);
  });

  test("the case outlives a reload, and opens from its link in another profile", async () => {
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await paste(page, demoRequested({ traits: { first_name: "Zoë", last_name: "Łuk" } }));
    await page.getByLabel("Deduplicate contacts").uncheck();
    await page.reload();
    await started(page);
    const contact = {
      first_name: "Zoë",
      last_name: "Łuk",
      label_names: ["Signal - Marketing Opt-in", "Website demo form"],
    };
    expect(await request(page)).toEqual(contact);
    expect(await page.getByLabel("Example").inputValue()).toBe("");

    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = await page.evaluate<string>("navigator.clipboard.readText()");
    const other = await openPage();
    await other.page.goto(link);
    await started(other.page);
    expect(await request(other.page)).toEqual(contact);
  });

  test("going back brings back the text that a choice took the place of", async () => {
    const { page } = await open();
    await paste(page, withTraits({ title: "CTO" }));
    await afterTyping(page);
    const typed = await editor(page).inputValue();
    await page.getByLabel("Example").selectOption({ label: "Consent denied" });
    expect(await decision(page)).toBe("Would be dropped: marketing consent is denied");

    await page.goBack();
    expect(await editor(page).inputValue()).toBe(typed);
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
    await page.goForward();
    expect(await decision(page)).toBe("Would be dropped: marketing consent is denied");
  });

  test("a link that cannot be read is said to be so, and the page works", async () => {
    const { page, errors } = await open({}, "#v1.%F0garbage");
    expect(await page.getByRole("alert").textContent()).toContain("The link cannot be read");
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact");
    await paste(page, {});
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("an event that is too long for a link is planned all the same", async () => {
    const { page } = await open();
    await paste(page, withTraits({ title: "x".repeat(20_000) }));
    expect(await decision(page)).toBe("Would be delivered to Apollo as a contact, with a warning");
    expect(await page.getByText("The event is too long for a link.").isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Copy link" }).isDisabled()).toBe(true);
    expect(await row(page, "title").textContent()).toContain("… (20002 characters)");
  });

  test("the request and the command are copied as they are shown", async () => {
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    for (const shown of ["#request", "#command"]) {
      const button = page.locator(`${shown} + button`);
      await button.click();
      await button.filter({ hasText: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await page.locator(shown).textContent());
    }
  });

  test("where there is no clipboard API, a selection is copied instead", async () => {
    const { page } = await openPage();
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.goto(address);
    await started(page);
    await page.evaluate("addEventListener('copy', () => { window.copied = String(document.activeElement.value) })");
    await page.getByRole("button", { name: "Copy JSON" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("window.copied")).toBe(await page.locator("#request").textContent());
  });

  test("the keyboard alone is enough, and the editor does not trap it", async () => {
    const { page } = await open();
    const focused = () =>
      page.evaluate<string>(
        "document.activeElement.id || document.activeElement.value || document.activeElement.textContent",
      );
    await page.locator("#format").focus();
    const order: string[] = [await focused()];
    do {
      await page.keyboard.press("Tab");
      order.push(await focused());
    } while (order.at(-1) !== "copy-link" && order.length < 30);
    expect(order).toEqual([
      "format",
      "example",
      "event",
      "granted",
      "deduplicate",
      "country",
      "own-blueprint",
      "Copy JSON",
      "Copy command",
      "copy-link",
    ]);

    await page.getByLabel("granted").focus();
    await page.keyboard.press("ArrowDown");
    expect(await decision(page)).toBe("Would be dropped: marketing consent is denied");
    expect(await focused()).toBe("denied");
  });

  test("only the decision is read out while somebody types", async () => {
    const { page } = await open();
    const live = "Array.from(document.querySelectorAll('main [role=status], main [aria-live]'), ({ id }) => id)";
    expect(await page.evaluate(live)).toEqual(["decision"]);
    expect(await page.getByRole("status").textContent()).toBe("Would be delivered to Apollo as a contact");
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1400, 400]) {
      test(`${colorScheme}, ${width} wide: accessible, and nothing stands out at the side`, async () => {
        const { page } = await open({ colorScheme, viewport: { width, height: 900 } });
        const views = {
          delivered: "Untidy values, put right",
          warnings: "Values that cannot be used",
          rejected: "No last name",
        };
        for (const [view, label] of Object.entries(views)) {
          await page.getByLabel("Example").selectOption({ label });
          await expectAccessible(page);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
          await screenshot(page, `playground-${view}-${colorScheme}-${width}`);
        }
        await editor(page).fill("{");
        await page.getByLabel("A blueprint of my own").check();
        await page.getByLabel("JSON of the blueprint").fill("{}");
        await expectAccessible(page);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        await screenshot(page, `playground-errors-${colorScheme}-${width}`);
      });
    }
  }
});
