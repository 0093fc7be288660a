import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";

import { describeInBrowser } from "../browser/browser.js";

describeInBrowser("the search", (openPage) => {
  test.each([
    ["retry", "/errors#retry-rules"],
    ["consent", "/delivery#consent-at-delivery"],
    ["proxy", "/operations#behind-a-proxy"],
    ["duplicate", "/apollo#a-retry-can-create-a-duplicate"],
    ["rate limit", "/errors#rate_limited"],
    ["install", "/getting-started#install"],
    ["dead letter", "/delivery#dead-letters"],
  ])("for “%s” finds the guide, before anything of the reference", async (query, guide) => {
    const { page, errors } = await openPage();
    const found = await search(page, query);

    expect(found.slice(0, 5)).toContain(guide);
    expect(found[0]).not.toMatch(/^\/reference\//);
    expect(errors).toEqual([]);
  });

  test("for the name of a function finds its reference, too", async () => {
    const { page } = await openPage();
    expect(await search(page, "createApolloClient")).toContain("/reference/apollo-client#createapolloclient");
  });

  test("is opened, used and closed with the keyboard alone", async () => {
    const { page, errors } = await openPage();
    await page.goto(`${inject("siteUrl")}/`);
    await open(page);
    await page.keyboard.type("proxy");
    await page.locator(".result").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").waitFor({ state: "detached" });

    await open(page);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("behind a proxy");
    await page.locator('.result[href$="#behind-a-proxy"]').waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/operations#behind-a-proxy$/);
    expect(errors).toEqual([]);
  });

  async function search(page: Page, query: string): Promise<string[]> {
    await page.goto(`${inject("siteUrl")}/`);
    await open(page);
    await page.getByRole("searchbox").fill(query);
    await page.locator(".result").first().waitFor();
    const addresses = await page.evaluate<string[]>(
      "Array.from(document.querySelectorAll('.result'), (link) => link.getAttribute('href'))",
    );
    return addresses.map((address) => address.replace(new URL(inject("siteUrl")).pathname, ""));
  }

  /** Opens the search with its key. The page hears the key once its program has started. */
  async function open(page: Page): Promise<void> {
    const box = page.getByRole("searchbox");
    await expect
      .poll(
        async () => {
          if ((await box.count()) === 0) await page.keyboard.press("/");
          return box.count();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(1);
    await page.waitForFunction("document.activeElement?.id === 'localsearch-input'");
  }
});
