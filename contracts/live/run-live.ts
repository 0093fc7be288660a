// `npx pnpm@10.34.9 run test:live`: does the real Apollo still keep to its description? Never run by CI.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { reportLive } from "./report-live.js";

const { lines, ok, recordings } = await reportLive(process.env);
console.log(lines.join("\n"));
if (recordings) {
  const file = fileURLToPath(new URL("recorded.json", import.meta.url));
  writeFileSync(file, `${JSON.stringify(recordings, undefined, 2)}\n`);
  console.log(`\nStatus, headers and shapes of the answers, without values: ${file}`);
}
if (!ok) process.exitCode = 1;
