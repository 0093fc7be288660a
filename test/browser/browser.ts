import { mkdirSync } from "node:fs";
import { join } from "node:path";

import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { unless } from "../../packages/signal-delivery/test/support/unless.js";
import { root } from "../pages.js";
import { chromiumPath, launchChromium, noChromium } from "./chromium.js";

/** A page that a test looks at, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors that were thrown or printed to the console, refusals of the content security policy among them. */
  readonly errors: readonly string[];
  /** The addresses that the page asked for. */
  readonly requests: readonly string[];
}

/** Opens a new page, with a profile of its own, that shares nothing with others. */
export type OpenPage = (options?: BrowserContextOptions) => Promise<OpenedPage>;

/** A group of tests in a real browser. Where there is none, it is reported as skipped, with the way to get one. */
export function describeInBrowser(name: string, tests: (openPage: OpenPage) => void): void {
  if (chromiumPath === undefined) {
    describe.skip(`${name}${unless(false, noChromium)}`, () => {
      tests(() => Promise.reject(new Error(noChromium)));
    });
    return;
  }

  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    }, 60_000);
    afterAll(() => browser.close());

    tests(async (options) => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const errors: string[] = [];
      const requests: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("request", (request) => requests.push(request.url()));
      return { page, errors, requests };
    });
  });
}

/**
 * Checks the page with axe-core.
 *
 * @param impacts which findings count; by default those of serious or critical impact
 */
export async function expectAccessible(page: Page, { impacts = "serious" }: { impacts?: "serious" | "all" } = {}) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  const findings = violations
    .filter(({ impact }) => impacts === "all" || impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(" ")) }));
  expect(findings).toEqual([]);
}

const screenshots = join(root, "test/browser/screenshots");

/** Keeps a picture of the page in `test/browser/screenshots`, to be looked at after a run. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}
