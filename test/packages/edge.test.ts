import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";

import { startSandboxProcess } from "../../bench/processes.js";
import { bins, notInstalled, project } from "./installed.js";

const WORKER = `
  import { createApolloClient } from "@datafly/apollo-client";

  globalThis.createContact = async (apiKey, baseUrl) => {
    const apollo = createApolloClient({ apiKey, baseUrl });
    const { contact } = await apollo.contacts.create({ first_name: "Ada", last_name: "Byron" });
    return contact.name;
  };`;

test.skipIf(notInstalled)("the client creates a contact in an edge runtime", async () => {
  const sandbox = await startSandboxProcess({ bin: bins.sandbox });
  onTestFinished(() => sandbox.close());
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: project },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    conditions: ["edge-light"],
  });

  const edge = new EdgeVM();
  edge.evaluate(outputFiles[0]?.text ?? "");
  const call = `createContact(${JSON.stringify(sandbox.apiKey)}, ${JSON.stringify(sandbox.url)})`;
  expect(await edge.evaluate<Promise<string>>(call)).toBe("Ada Byron");
});
