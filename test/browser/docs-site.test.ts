import { afterAll, beforeAll, expect, test } from "vitest";

import { startSiteServer, type SiteServer } from "../../docs/tools/site-server.js";
import { useBuiltSite } from "../docs/built-site.js";
import { describeInBrowser, expectAccessible, screenshot } from "./browser.js";

const site = useBuiltSite();

let server: SiteServer;
beforeAll(async () => {
  server = await startSiteServer(site(), 0);
});
afterAll(() => server.close());

/** TypeDoc's theme puts links into the headings of what can be folded, which axe reports as nested controls. */
const OF_THE_THEME = ["summary"];

const narrow = { viewport: { width: 390, height: 844 } };

describeInBrowser("the documentation site", (openPage) => {
  test.each([
    ["front page", "index.html", "Signal → Apollo"],
    ["page", "documents/Errors_and_troubleshooting.html", "Errors and troubleshooting"],
    ["reference", "modules/_datafly_apollo-client.html", "@datafly/apollo-client"],
  ])("opens its %s", async (name, path, heading) => {
    for (const [look, options] of [
      ["wide-light", { colorScheme: "light" }],
      ["wide-dark", { colorScheme: "dark" }],
      ["narrow-light", { ...narrow, colorScheme: "light" }],
    ] as const) {
      const { page, errors, requests } = await openPage(options);
      await page.goto(`${server.url}/${path}`);
      await page.getByRole("heading", { level: 1, name: heading }).first().waitFor();

      expect(errors).toEqual([]);
      expect(requests.filter((request) => !request.startsWith(`${server.url}/`))).toEqual([]);
      await expectAccessible(page, OF_THE_THEME);
      await screenshot(page, `docs-${name.replace(" ", "-")}-${look}`);
    }
  });

  test("finds a page by what is said on it", async () => {
    const { page, errors } = await openPage();
    await page.goto(`${server.url}/`);
    await page.keyboard.press("/");
    await page.getByRole("combobox").fill("dead letter");
    await page.getByRole("option").first().waitFor();

    expect(await page.getByRole("option").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/Concepts|Delivery/)]),
    );
    expect(errors).toEqual([]);
  });

  test("leads to the playground", async () => {
    const { page, errors } = await openPage();
    await page.goto(`${server.url}/documents/Mapping.html`);
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();

    expect(page.url()).toBe(`${server.url}/playground/index.html`);
    expect(errors).toEqual([]);
  });
});
