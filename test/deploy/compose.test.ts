import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

import { startSandbox } from "../../packages/apollo-sandbox/src/index.js";
import { root } from "../pages.js";
import { readStages } from "./dockerfile.js";
import { defaultOf, optionsAmong, settingsOfConsume } from "./worker-settings.js";

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}

const text = readFileSync(join(root, "deploy/compose.yaml"), "utf8");
const { services } = parse(text) as { readonly services: Readonly<Record<string, Service>> };
const all = Object.entries(services);
const worker = serviceOf("worker");

describe.each(all)("the service %s", (_, { image, build, depends_on = {}, ports = [] }) => {
  test("is of an image with a version, or is built from this repository", () => {
    if (build === undefined) {
      expect(image).toMatch(/:\d[\w.-]*$/);
      return;
    }
    expect(existsSync(join(root, "deploy", build.context, build.dockerfile))).toBe(true);
    expect(readStages().map(({ name }) => name)).toContain(build.target);
    expect(image).toMatch(/:local$/);
  });

  test("waits for what can be waited for", () => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const needed = serviceOf(name);
      if (condition === "service_completed_successfully") expect(needed.command).toBeDefined();
      // The images of this repository bring their check along.
      else expect([condition, needed.healthcheck ?? needed.build]).not.toContain(undefined);
    }
  });

  test("can be reached from this machine only", () => {
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });
});

test("the worker is told what it can be told", () => {
  const { options, variables } = settingsOfConsume();
  const [command, ...words] = worker.command ?? [];
  expect(command).toBe("consume");
  expect(optionsAmong(words).filter((option) => !options.includes(option))).toEqual([]);
  expect(Object.keys(worker.environment ?? {}).filter((name) => !variables.includes(name))).toEqual([]);
});

test("the worker finds the others by the names and ports that they have", () => {
  const { KAFKA_BROKERS, CONSENT_STORE, APOLLO_BASE_URL } = worker.environment ?? {};
  expect(serviceOf("kafka").environment?.KAFKA_ADVERTISED_LISTENERS).toContain(`INSIDE://${KAFKA_BROKERS ?? ""},`);
  expect(CONSENT_STORE).toBe("redis://redis:6379");
  expect(services).toHaveProperty("redis");
  expect(APOLLO_BASE_URL).toBe("http://sandbox:4010/api/v1");
  expect(serviceOf("sandbox").ports).toEqual(["127.0.0.1:4010:4010"]);
});

test("the topics that are made are those of the worker", () => {
  const made = [...(serviceOf("topics").command?.[0]?.matchAll(/--topic (\S+)/g) ?? [])].map(([, topic]) => topic);
  const topic = String(worker.environment?.KAFKA_TOPIC);
  expect(made).toEqual([topic, `${topic}-dlq`]);
});

test("Kafka is the one that the tests of the worker go against", () => {
  const [, version] =
    /<artifactId>kafka_2\.13<\/artifactId>\s*<version>(.*?)</.exec(
      readFileSync(join(root, "test/services/kafka/pom.xml"), "utf8"),
    ) ?? [];
  expect(serviceOf("kafka").image).toBe(`apache/kafka:${version ?? ""}`);
  expect(serviceOf("topics").image).toBe(serviceOf("kafka").image);
});

test("the consent of each person in the example events is stored", () => {
  const lines = readFileSync(join(root, "examples/events/leads.ndjson"), "utf8").split("\n");
  const people = lines.flatMap((line) => /"anonymousId":"(\w+)"/.exec(line)?.[1] ?? []);
  const script = serviceOf("consent").command?.[0] ?? "";
  const numbers = /in ([\d ]+);/.exec(script)?.[1]?.split(" ") ?? [];
  const [, prefix = "?"] = /"consent:(\w+?)\$\$number"/.exec(script) ?? [];
  expect(new Set(people)).toEqual(new Set(numbers.map((number) => `${prefix}${number}`)));
});

test("the worker may finish what is in the air", () => {
  expect(Number.parseInt(worker.stop_grace_period ?? "0")).toBeGreaterThan(Number(defaultOf("--drain-timeout")));
});

test("no secret is in it: the only key is the sandbox's", () => {
  const secrets = [...text.matchAll(/^.*(?:KEY|PASSWORD|SECRET|TOKEN)\w*: *(.*)$/gm)].map(([, value]) => value);
  expect(secrets).toEqual(["sandbox-key"]);
});

test("the sandbox answers the worker by the name that it has there, and shows its page to this machine only", async () => {
  const sandbox = await startSandbox({ host: "0.0.0.0" });
  onTestFinished(() => sandbox.close());

  expect(await statusOf(`${sandbox.url}/contacts`, "sandbox:4010")).toBe(422);
  expect(await statusOf(sandbox.pageUrl, "127.0.0.1:4010")).toBe(200);
  expect(await statusOf(sandbox.pageUrl, "sandbox:4010")).toBe(403);
});

function serviceOf(name: string): Service {
  const service = services[name];
  if (service === undefined) throw new Error(`There is no service ${name}.`);
  return service;
}

function statusOf(url: string, host: string): Promise<number | undefined> {
  const method = url.endsWith("/contacts") ? "POST" : "GET";
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { host, "content-type": "application/json" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end(method === "POST" ? "{}" : undefined);
  });
}
