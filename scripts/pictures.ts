// Makes the pictures of the README from the real thing: the sandbox's page and the command line, with the example events. And the card that
// social networks show for a link to the site.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { startSandbox } from "@datafly/apollo-sandbox";
import { main, type Io } from "@datafly/signal-apollo-worker";
import Anser from "anser";
import type { Page } from "playwright-core";

import { launchChromium } from "../test/browser/chromium.js";

const SCHEMES = ["light", "dark"] as const;
const TERMINAL_COLUMNS = 110;
/** The lines of the example events that tell the most in a few lines of a terminal. */
const TELLING = [2, 13, 5, 9];

const root = fileURLToPath(new URL("..", import.meta.url));
const events = join(root, "examples/events/leads.ndjson");
const images = join(root, "docs/images");

await mkdir(images, { recursive: true });
const browser = await launchChromium();
const sandbox = await startSandbox();
const folder = await mkdtemp(join(tmpdir(), "signal-apollo-pictures-"));
try {
  const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
  const deadLetters = join(folder, "dead-letters.ndjson");
  await run(["deliver", "--no-journal", "--dead-letters", deadLetters, "--default-country", "US", events], env);
  const lines = (await readFile(events, "utf8")).split("\n");
  const telling = join(folder, "leads.ndjson");
  await writeFile(telling, TELLING.map((line) => `${lines[line - 1] ?? ""}\n`).join(""));
  const preview = await run(["preview", "--default-country", "US", telling]);

  for (const colorScheme of SCHEMES) {
    const page = await browser.newPage({
      colorScheme,
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: 1.5,
    });
    await page.goto(sandbox.pageUrl);
    await page.getByRole("searchbox").fill("tim@apollo.io");
    await page.getByRole("button", { name: "#4" }).click();
    await page.evaluate("document.activeElement?.blur()");
    await picture(page, `sandbox-${colorScheme}`);

    await page.setViewportSize({ width: 900, height: 600 });
    await page.goto("about:blank");
    await page.setContent(terminal("signal-apollo preview --default-country US leads.ndjson", preview, colorScheme));
    await picture(page, `preview-${colorScheme}`);
    await page.close();
  }

  const card = await browser.newPage({ viewport: { width: 1200, height: 630 } });
  await card.setContent(socialCard());
  await card.screenshot({ path: join(root, "docs/public/social.png") });
  console.log("docs/public/social.png");
} finally {
  await browser.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(images, `${name}.png`) });
  console.log(`docs/images/${name}.png`);
}

/** Runs the command line as in a terminal of so many columns, and returns what it prints there. */
async function run(argv: readonly string[], env: Io["env"] = {}): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: TERMINAL_COLUMNS });
  let output = "";
  stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const io: Io = {
    stdin: Object.assign(new PassThrough(), { isTTY: true }),
    stdout,
    stderr: new PassThrough().resume(),
    env,
    now: () => Date.now(),
    sleep: () => Promise.resolve(),
    onStopSignal: () => () => undefined,
    startWatchdog: () => ({ planning: () => undefined, planned: () => undefined, stop: () => Promise.resolve() }),
    endAfter: () => undefined,
  };
  await main(argv, io);
  return output;
}

/** A terminal, as a page. */
function terminal(command: string, output: string, colorScheme: (typeof SCHEMES)[number]): string {
  const [background, text] = colorScheme === "dark" ? ["#16181d", "#e4e6eb"] : ["#fbfbfd", "#1f2328"];
  const html = Anser.ansiToHtml(Anser.escapeForHtml(output), { use_classes: true });
  return `<!doctype html><html lang="en"><style>
    body { margin: 0; padding: 20px 24px; background: ${background}; color: ${text}; }
    pre { margin: 0; font: 13px/1.45 "DejaVu Sans Mono", monospace; }
    .ansi-bold { font-weight: bold; } .ansi-dim { opacity: .6; }
    .ansi-green-fg { color: #2a9d5c; } .ansi-yellow-fg { color: #b98900; } .ansi-red-fg { color: #d1434b; }
    .ansi-bright-black-fg { color: #8a8f99; }
    .ansi-cyan-fg { color: #1c93a8; } .ansi-blue-fg { color: #4c6fff; } .ansi-magenta-fg { color: #a05cc9; }
  </style><pre>$ ${command}\n${html}</pre></html>`;
}

/** The card, as a page. */
function socialCard(): string {
  return `<!doctype html><html lang="en"><style>
    body { display: grid; align-content: center; gap: 32px; height: 630px; margin: 0; padding: 0 96px; box-sizing: border-box;
      background: #16181d; color: #e4e6eb; font-family: "DejaVu Sans", sans-serif; }
    h1 { margin: 0; color: #b3b8ff; font-size: 84px; } p { margin: 0; font-size: 40px; line-height: 1.4; }
  </style><h1>Signal → Apollo</h1><p>Leads become contacts: with consent, without duplicates, and without losing a lead.</p></html>`;
}
