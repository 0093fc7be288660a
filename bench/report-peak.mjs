// Preloaded into a program whose memory is measured: tells its peak, in KiB, as its last words.
import { writeSync } from "node:fs";

process.on("exit", () => {
  writeSync(2, `\npeak ${process.resourceUsage().maxRSS}\n`);
});
