import { writeFileSync } from "node:fs";

import { leadLines } from "./leads.js";

writeFileSync(new URL("leads.ndjson", import.meta.url), `${leadLines.join("\n")}\n`);
