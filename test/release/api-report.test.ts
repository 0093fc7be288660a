import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { format, resolveConfig } from "prettier";
import { expect, onTestFinished, test } from "vitest";

import { packages, readManifest } from "./packages.js";

const howToAgree =
  "The public API is not what the report says. If the change is meant: pnpm run api:write, look at the difference, add a changeset.";

// What is compared are the built declarations: those that users get. Doc comments are not part of it.
test.each(
  packages.flatMap(({ name, folder }) =>
    entriesOf(folder).map((entry) => ({ ...entry, name, folder, entry: name + entry.subpath })),
  ),
)(
  "the public API of $entry is the one that was agreed on",
  async ({ name, folder, subpath, types }) => {
    const file = join(folder, "etc", `${name}${subpath.replaceAll("/", "-")}.api.md`);
    await expect(await apiReport(basename(file, ".api.md"), folder, types, file), howToAgree).toMatchFileSnapshot(file);
  },
  60_000,
);

/** What a package exports with types: where it is imported from, behind the package's name, and its declarations. */
function entriesOf(folder: string) {
  return Object.entries(readManifest(folder).exports ?? {}).flatMap(([subpath, target]) => {
    const types = typeof target === "string" ? undefined : (target.types ?? target.import?.types);
    return types === undefined ? [] : [{ subpath: subpath.slice(1), types }];
  });
}

async function apiReport(name: string, folder: string, types: string, file: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "signal-apollo-api-"));
  onTestFinished(() => rm(out, { recursive: true }));
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, types),
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
