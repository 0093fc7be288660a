import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { format, resolveConfig } from "prettier";
import { expect, onTestFinished, test } from "vitest";

import { packages } from "./packages.js";

const howToAgree =
  "The public API is not what the report says. If the change is meant: pnpm run api:write, look at the difference, add a changeset.";

// What is compared are the built declarations: those that users get. Doc comments are not part of it.
test.each(packages)(
  "the public API of $name is the one that was agreed on",
  async ({ name, folder }) => {
    const file = join(folder, "etc", `${name}.api.md`);
    await expect(await apiReport(name, folder, file), howToAgree).toMatchFileSnapshot(file);
  },
  60_000,
);

async function apiReport(name: string, folder: string, file: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "signal-apollo-api-"));
  onTestFinished(() => rm(out, { recursive: true }));
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, "dist/index.d.ts"),
      newlineKind: "lf",
      apiReport: {
        enabled: true,
        reportFolder: out,
        reportTempFolder: join(out, "temp"),
        reportFileName: `${name}.api.md`,
        // Types that are not exported, but of which exported ones are made: what users see of them is public too.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: {
        overrideTsconfig: {
          compilerOptions: { module: "esnext", moduleResolution: "bundler", lib: ["ES2023", "DOM"], strict: true },
        },
      },
      messages: { extractorMessageReporting: silent, tsdocMessageReporting: silent },
    },
  });
  Extractor.invoke(config, { localBuild: true, messageCallback: (message) => (message.handled = true) });
  const report = await readFile(join(out, `${name}.api.md`), "utf8");
  return format(withoutRemarks(report), { ...(await resolveConfig(file)), filepath: file });
}

/** Whether something is documented is said by the build of the site, and would be no change of the API. */
function withoutRemarks(report: string): string {
  return report.replace(/^ *\/\/ \(undocumented\)\n/gm, "").replaceAll(" (undocumented)", "");
}
