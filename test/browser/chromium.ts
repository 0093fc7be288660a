import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];

const { CHROMIUM_PATH, PATH = "", PROGRAMFILES = "", "PROGRAMFILES(X86)": PROGRAMFILES_X86 = "" } = process.env;

/** Where Chrome is on macOS and Windows, which do not put it on the `PATH`. */
const USUAL_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...[PROGRAMFILES, PROGRAMFILES_X86].map((folder) => join(folder, "Google/Chrome/Application/chrome.exe")),
];

/** Where a Chromium is: `CHROMIUM_PATH`, or the first on the `PATH`, or in its usual place. None is downloaded. */
export const chromiumPath =
  CHROMIUM_PATH ??
  [...PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))), ...USUAL_PLACES].find(
    (file) => existsSync(file),
  );

/** What to say where there is none. */
export const noChromium =
  "no Chromium found. Install one (Debian: apt-get install chromium), or say where one is with CHROMIUM_PATH";

/** Starts it, without a window, and without a sandbox of its own: only pages of this repository are opened. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noChromium);
  return chromium.launch({ executablePath: chromiumPath });
}
