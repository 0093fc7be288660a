import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect, inject, test } from "vitest";

import { execForm, readStages, textsOf } from "../deploy/dockerfile.js";
import { notInstalled, project } from "./installed.js";

const run = promisify(execFile);

const packed = inject("packed");
const stages = readStages();

// Without Docker: what the Dockerfile runs is run in an empty folder, and then what it starts is started.
test.skipIf(notInstalled || process.platform === "win32")(
  "what the image of the worker installs is enough to look for Kafka",
  async () => {
    const app = join(dirname(project), "image");
    await mkdir(app);
    await run("sh", ["-euc", commandOf("installed-worker")], { cwd: app });

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

/** What a stage runs, with the archives that were packed here. */
function commandOf(stage: string): string {
  const [argument = ""] = textsFrom(stage, "ARG");
  const [command = ""] = textsFrom(stage, "RUN");
  const install = packed.reduce((text, { name, filename }) => {
    const archive = `/packed/${name.replace("@", "").replace("/", "-")}.tgz`;
    return text.replace(archive, `'${filename}'`);
  }, command);
  return `${argument}\n${install}`;
}

function wordsOf(keyword: string): string[] {
  return execForm(textsFrom("worker", keyword)[0] ?? "");
}

function textsFrom(name: string, keyword: string): string[] {
  return stages.filter((stage) => stage.name === name).flatMap((stage) => textsOf(stage, keyword));
}
