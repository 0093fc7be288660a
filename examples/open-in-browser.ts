import { spawn } from "node:child_process";

/** What opens an address in the default browser, by platform. Elsewhere it is `xdg-open`, if it is there. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/**
 * Opens an address in the default browser. It is no error if that fails: the address has been printed, too. `BROWSER=none`
 * leaves it be.
 */
export function openInBrowser(url: string): void {
  if (process.env.BROWSER === "none") return;
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
