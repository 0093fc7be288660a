// `pnpm test:live`: does the real Apollo still keep to its description? Never run by CI.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { APOLLO_BASE_URL } from "@datafly/apollo-client";

import { runLive, TEST_CONTACT, undescribedFields } from "./live.js";

const apiKey = process.env.APOLLO_API_KEY ?? "";
const baseUrl = process.env.APOLLO_BASE_URL ?? APOLLO_BASE_URL;
const file = fileURLToPath(new URL("recorded.json", import.meta.url));

if (apiKey === "") {
  console.log(
    [
      "Nothing was run: this needs APOLLO_API_KEY, an Apollo key with the Create a Contact endpoint enabled.",
      `It writes one contact to that account, ${TEST_CONTACT.email}, always the same one, and makes 6 calls.`,
    ].join("\n"),
  );
} else {
  const recordings = await runLive(baseUrl, apiKey);
  writeFileSync(file, `${JSON.stringify(recordings, undefined, 2)}\n`);
  for (const { description, status, drift } of recordings) {
    console.log(`${drift.length === 0 ? "ok   " : "DRIFT"}  ${status}  ${description}`);
    for (const difference of drift) console.log(`              ${difference}`);
  }
  const fields = undescribedFields(recordings);
  if (fields.length > 0) console.log(`\nFields of a contact that are not described: ${fields.join(", ")}`);
  console.log(`\nStatus, headers and shapes of the answers, without values: ${file}`);
  if (recordings.some(({ drift }) => drift.length > 0)) process.exitCode = 1;
}
