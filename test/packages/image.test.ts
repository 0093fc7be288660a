import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect, inject, test } from "vitest";

import { root } from "../pages.js";
import { readManifest } from "../release/packages.js";
import { execForm, readStages, textsOf } from "../deploy/dockerfile.js";
import { notInstalled, project } from "./installed.js";

const run = promisify(execFile);

const packed = inject("packed");
const stages = readStages();
const { packageManager } = readManifest(root);

/** What the image installs beside the packages: optional peers, in the versions that it names, and what they need. */
const OPTIONAL = /^(?:kafkajs|redis|@redis\/.+|cluster-key-slot)$/;

// Without Docker: what the Dockerfile runs is run in an empty folder, and then what it starts is started.
test.skipIf(notInstalled || process.platform === "win32")(
  "what the image of the worker installs is enough to look for Kafka",
  async () => {
    const app = join(dirname(project), "image");
    await mkdir(app);
    const locked = await lockedVersions(dirname(project));
    await run("sh", ["-euc", commandOf("installed-worker", locked.file)], { cwd: app });

    const installed = await readInstalled(app);
    expect(installed.filter(({ name }) => !name.startsWith("@datafly/") && !OPTIONAL.test(name))).not.toEqual([]);
    for (const { name, version } of installed) {
      if (name in locked.overrides) expect(`${name}@${version}`).toBe(`${name}@${locked.overrides[name] ?? "?"}`);
      else if (!name.startsWith("@datafly/")) expect(name).toMatch(OPTIONAL);
    }

    const [program = "", ...args] = [...wordsOf("ENTRYPOINT"), ...wordsOf("CMD")];
    const env = { ...process.env, APOLLO_API_KEY: "key", KAFKA_BROKERS: "127.0.0.1:1", KAFKA_TOPIC: "leads" };
    const started = run(
      program,
      args.map((word) => word.replace("/app/", `${app}/`)),
      { cwd: app, env },
    );

    await expect(started).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Kafka cannot be reached at 127.0.0.1:1") as string,
    });
  },
);

/** The package.json that holds npm to the versions of the lockfile, made as the Dockerfile makes it. */
async function lockedVersions(folder: string) {
  const file = join(folder, "locked.json");
  const [, listing = "", script = ""] =
    /\$pnpm ([^&]* licenses list [^&>]*) > \S+ && node (\S+) < /.exec(textsFrom("packed", "RUN").join("\n")) ?? [];
  await run("sh", ["-euc", `npx --yes ${packageManager} ${listing} | node ${script} > '${file}'`], { cwd: root });
  return { file, ...(JSON.parse(await readFile(file, "utf8")) as { overrides: Record<string, string> }) };
}

async function readInstalled(app: string): Promise<{ name: string; version: string }[]> {
  const { stdout } = await run("npm", ["ls", "--all", "--parseable", "--long"], { cwd: app });
  return stdout.split("\n").flatMap((line) => {
    const [, name, version] = /^\S+?:(@?[^@\s:]+)@([^:\s]+)/.exec(line.replace(app, "")) ?? [];
    return name === undefined || version === undefined || !line.includes("node_modules") ? [] : [{ name, version }];
  });
}

/** What a stage runs, with the archives that were packed here. */
function commandOf(stage: string, locked: string): string {
  const versions = textsFrom(stage, "ARG");
  const [command = ""] = textsFrom(stage, "RUN");
  const install = packed.reduce(
    (text, { name, filename }) => {
      const archive = `/packed/${name.replace("@", "").replace("/", "-")}.tgz`;
      return text.replace(archive, `'${filename}'`);
    },
    command.replace("/packed/package.json", `'${locked}'`),
  );
  return [...versions, install].join("\n");
}

function wordsOf(keyword: string): string[] {
  return execForm(textsFrom("worker", keyword)[0] ?? "");
}

function textsFrom(name: string, keyword: string): string[] {
  return stages.filter((stage) => stage.name === name).flatMap((stage) => textsOf(stage, keyword));
}
