// Preloaded into a program that is measured: reports what it has used, as its last words. Not a module: that would be loaded with it.
const { writeSync } = require("node:fs");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(2, `\nused ${maxRSS} ${userCPUTime + systemCPUTime}\n`);
});
