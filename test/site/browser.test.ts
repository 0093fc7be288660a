import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";

import { describeInBrowser, expectAccessible, screenshot } from "../browser/browser.js";

const siteUrl = inject("siteUrl");

const LOOKS = (["light", "dark"] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width })),
);

const PAGES = [
  ["front page", "", "Leads become contacts"],
  ["errors", "errors", "Errors and troubleshooting"],
  ["README", "packages/apollo-client", "@datafly/apollo-client"],
  // A short one: the parts of all references are the same.
  ["reference", "reference/signal-apollo-worker", "@datafly/signal-apollo-worker"],
] as const;

describeInBrowser("the documentation site", (openPage) => {
  for (const { colorScheme, width } of LOOKS) {
    test.each(PAGES)(`shows its %s, ${colorScheme} and ${width} wide`, async (name, path, heading) => {
      const { page, errors, requests } = await openPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(`${siteUrl}/${path}`);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.waitForLoadState("networkidle");

      expect(errors).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(`${siteUrl}/`))).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      await expectAccessible(page, { impacts: "all" });
      await screenshot(page, `docs-${name.replace(" ", "-")}-${colorScheme}-${width}`);
    });
  }

  test("stacks the rows of a table on a phone, with the heading of its column at each value", async () => {
    const { page } = await openPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${siteUrl}/mapping`);
    const table = page.getByRole("table").first();
    const headings = await table.locator("th").allTextContents();
    const shown = await page.evaluate<string>(
      "getComputedStyle(document.querySelector('tbody td:nth-child(2)'), '::before').content",
    );
    expect(shown).toBe(JSON.stringify(headings[1]));
    const widest = "Math.max(...Array.from(document.querySelectorAll('table'), (table) => table.scrollWidth))";
    expect(await page.evaluate<number>(widest)).toBeLessThanOrEqual(390);
  });

  test("leads from page to page with the keyboard alone", async () => {
    const { page, errors } = await openPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${siteUrl}/`);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to content");

    await tabTo(page, "Get started");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/getting-started$/);
    await page.getByRole("heading", { level: 1, name: "Getting started" }).waitFor();
    await tabTo(page, "Concepts");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/concepts$/);
    expect(errors).toEqual([]);
  });

  test("leads to the page before and the page after", async () => {
    const { page } = await openPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${siteUrl}/mapping`);
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByRole("heading", { level: 1, name: "Delivery" }).waitFor();
    await page.getByRole("link", { name: "Previous page" }).click();
    await page.getByRole("heading", { level: 1, name: "Mapping" }).waitFor();
  });

  test("copies a block of code", async () => {
    const { page } = await openPage({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${siteUrl}/packages/apollo-client`);
    await page.getByRole("button", { name: "Copy Code" }).first().click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("npm install @datafly/apollo-client");
  });

  test("says that a page is missing, and leads on from there", async () => {
    const { page } = await openPage({ colorScheme: "light" });
    const response = await page.goto(`${siteUrl}/no/such/page`);
    expect(response?.status()).toBe(404);
    await page.getByRole("heading", { level: 1, name: "Page not found" }).waitFor();
    await expectAccessible(page, { impacts: "all" });
    await page.getByRole("link", { name: "front page" }).click();
    await page.getByRole("heading", { level: 1, name: "Leads become contacts" }).waitFor();
  });

  test("lets nothing out and no text become a program: a content security policy shuts it in", async () => {
    const { page, errors } = await openPage();
    await page.goto(`${siteUrl}/delivery`);
    await expect(page.evaluate("document.body.innerHTML = '<b>markup</b>'")).rejects.toThrow("TrustedHTML");
    await expect(page.evaluate("fetch('https://elsewhere.invalid/')")).rejects.toThrow("Failed to fetch");
    expect(errors.join("\n")).toContain("connect-src 'self'");
  });
});

const focused = (page: Page) => page.evaluate<string>("document.activeElement?.textContent.trim() ?? ''");

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === text) return;
  }
  throw new Error(`The keyboard does not get to “${text}”.`);
}
