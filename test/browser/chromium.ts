import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];

/** Where a Chromium is: `CHROMIUM_PATH`, or the first on the `PATH`. None is downloaded. */
export const chromiumPath =
  process.env.CHROMIUM_PATH ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

/** What to say where there is none. */
export const noChromium =
  "no Chromium found. Install one (Debian: apt-get install chromium), or say where one is with CHROMIUM_PATH";

/** Starts it, without a window. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noChromium);
  // Root, as in a container, cannot use Chromium's own sandbox. Only pages of this repository are opened.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: chromiumPath, args });
}
