import { join } from "node:path";

import { onTestFinished, test } from "vitest";

import { pactFileNames } from "../pact-file.js";
import { agreedPacts } from "../pact-folder.js";
import { startContractSandbox, verifyApolloApi } from "./verify.js";

const contracts = pactFileNames().filter((name) => name.endsWith("-apollo-api.json"));

test.each(contracts)("the sandbox keeps to %s", async (name) => {
  const sandbox = await startContractSandbox();
  onTestFinished(() => sandbox.close());

  await verifyApolloApi(sandbox, [join(agreedPacts, name)]);
});
