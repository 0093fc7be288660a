import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { startSandbox } from "../../packages/apollo-sandbox/src/index.js";
import { startHealthServer } from "../../packages/signal-delivery/src/observe/health-server.js";
import { root } from "../pages.js";
import { execForm, readStages, textsOf, type Stage } from "./dockerfile.js";
import { optionsAmong, settingsOfConsume, settingsOfSandbox } from "./worker-settings.js";

const run = promisify(execFile);

const stages = readStages();
const ignored = readFileSync(join(root, "deploy/Dockerfile.dockerignore"), "utf8").split("\n");
const sent = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));

const IMAGES = [
  ["worker", "signal-apollo-worker", "signal-apollo"],
  ["sandbox", "apollo-sandbox", "apollo-sandbox"],
] as const;

test("what is built first by itself is the worker", () => {
  expect(stages.at(-1)?.name).toBe("worker");
});

test("what is copied from the repository is there, and is sent to the builder", () => {
  const sources = stages
    .flatMap((stage) => textsOf(stage, "COPY"))
    .filter((text) => !text.startsWith("--from="))
    .flatMap((text) => text.split(" ").slice(0, -1));
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) {
    expect(existsSync(join(root, source))).toBe(true);
    expect(sent).toContain(source.replace(/\/$/, ""));
  }
});

test("nothing is sent to the builder by default, and nothing of it that may be secret or of this machine", () => {
  expect(ignored.find((line) => line !== "" && !line.startsWith("#"))).toBe("*");
  expect(ignored).toEqual(expect.arrayContaining(["**/node_modules", "**/.env*"]));
});

test("what is copied from a stage comes from one that is there, before", () => {
  for (const [number, stage] of stages.entries()) {
    const before = stages.slice(0, number).map(({ name }) => name);
    const from = textsOf(stage, "COPY").flatMap((text) => /^--from=(\S+)/.exec(text)?.[1] ?? []);
    expect(from.filter((name) => !before.includes(name))).toEqual([]);
  }
});

test("each image is of a Node that has a version", () => {
  expect(new Set(stages.map(({ from }) => from))).toEqual(new Set(["${NODE_IMAGE}"]));
  expect(readFileSync(join(root, "deploy/Dockerfile"), "utf8")).toMatch(/^ARG NODE_IMAGE=node:\d+-alpine$/m);
});

test("kafkajs and redis are installed in the versions that the worker is tested with", () => {
  const { devDependencies } = JSON.parse(
    readFileSync(join(root, "packages/signal-apollo-worker/package.json"), "utf8"),
  ) as { devDependencies: Record<string, string> };
  expect(textsOf(stageOf("installed-worker"), "ARG")).toEqual([
    `KAFKAJS_VERSION=${devDependencies.kafkajs ?? ""}`,
    `REDIS_VERSION=${devDependencies.redis ?? ""}`,
  ]);
});

test("what the packages need is installed in the versions of the lockfile", () => {
  for (const [image] of IMAGES) {
    expect(textsOf(stageOf(`installed-${image}`), "RUN")).toEqual([
      expect.stringMatching(/^cp \/packed\/package\.json \. && npm install --omit=dev /),
    ]);
  }
});

test("the archives that are installed are those of packages that need each other", () => {
  for (const [image, name] of IMAGES) {
    const archives = textsOf(stageOf(`installed-${image}`), "RUN").flatMap(
      (text) => text.match(/datafly-[a-z-]+/g) ?? [],
    );
    expect(archives.sort()).toEqual(withDependencies(name).map((one) => `datafly-${one}`));
  }
});

describe.each(IMAGES)("the image of the %s", (image, name, bin) => {
  let stage: Stage;
  let health: string[];
  beforeAll(() => {
    stage = stageOf(image);
    health = execForm(textsOf(stage, "HEALTHCHECK")[0] ?? "");
  });

  test("does not run as root, and says so by a number", () => {
    expect(textsOf(stage, "USER")).toEqual(["1000"]);
  });

  test("starts the program of the package without a shell, so that signals arrive", () => {
    const { bin: bins } = manifestOf(name);
    const [entrypoint = ""] = textsOf(stage, "ENTRYPOINT");
    expect(execForm(entrypoint)).toEqual([
      "node",
      `/app/node_modules/@datafly/${name}/${bins?.[bin]?.replace("./", "") ?? "?"}`,
    ]);
  });

  test("is given options that there are", () => {
    const { options } = image === "worker" ? settingsOfConsume() : settingsOfSandbox();
    const words = execForm(textsOf(stage, "CMD")[0] ?? "");
    if (image === "worker") expect(words[0]).toBe("consume");
    expect(optionsAmong(words).filter((option) => !options.includes(option))).toEqual([]);
  });

  test("brings along nothing but what is installed", () => {
    expect(textsOf(stage, "RUN")).toEqual([]);
    expect(textsOf(stage, "COPY")).toEqual([`--from=installed-${image} /app/node_modules/ node_modules/`]);
  });

  test("holds no key in its environment", () => {
    expect(textsOf(stage, "ENV").join(" ")).not.toMatch(/KEY|PASSWORD|SECRET|TOKEN/);
  });

  test("is looked after with node alone", () => {
    expect(health.slice(0, 2)).toEqual(["node", "--eval"]);
  });
});

test("the worker serves its health where it is asked for, to all that can reach the container", () => {
  const environment = textsOf(stageOf("worker"), "ENV").join(" ").split(" ");
  expect(environment).toEqual(expect.arrayContaining(["METRICS_HOST=0.0.0.0", "METRICS_PORT=9464"]));
  expect(textsOf(stageOf("worker"), "EXPOSE")).toEqual(["9464"]);
  const { variables } = settingsOfConsume();
  const names = environment.map((assignment) => assignment.split("=", 1)[0] ?? "");
  expect(names.filter((name) => name !== "NODE_ENV" && !variables.includes(name))).toEqual([]);
});

test("the worker's check of its health tells alive from dead", async () => {
  const server = await startHealthServer({
    port: 0,
    metrics: { exposition: () => Promise.reject(new Error("not asked for")) },
    health: { ready: () => ({ ready: false }) },
  });
  onTestFinished(() => server.close());
  const check = () => exitCodeOf(healthcheckOf("worker"), { METRICS_PORT: String(server.port) });

  expect(await check()).toBe(0);
  await server.close();
  expect(await check()).toBe(1);
});

test("the sandbox's check of its health tells alive from dead", async () => {
  const sandbox = await startSandbox({ host: "0.0.0.0" });
  onTestFinished(() => sandbox.close());
  const { port } = new URL(sandbox.url);
  const words = healthcheckOf("sandbox").map((word) => word.replace("4010", port));

  expect(await exitCodeOf(words)).toBe(0);
  await sandbox.close();
  expect(await exitCodeOf(words)).toBe(1);
});

function stageOf(name: string): Stage {
  const stage = stages.find((one) => one.name === name);
  if (stage === undefined) throw new Error(`There is no stage ${name}.`);
  return stage;
}

function healthcheckOf(image: string): string[] {
  return execForm(textsOf(stageOf(image), "HEALTHCHECK")[0] ?? "");
}

async function exitCodeOf([, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  return run(process.execPath, args, { env: { ...process.env, ...env } }).then(
    () => 0,
    (error: unknown) => (error as { code: unknown }).code,
  );
}

interface Manifest {
  readonly bin?: Readonly<Partial<Record<string, string>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;
}

/** A package of ours and those of ours that it needs. */
function withDependencies(name: string): string[] {
  const own = Object.keys(manifestOf(name).dependencies ?? {}).flatMap(
    (one) => /^@datafly\/(.*)$/.exec(one)?.[1] ?? [],
  );
  return [...new Set([name, ...own.flatMap(withDependencies)])].sort();
}
