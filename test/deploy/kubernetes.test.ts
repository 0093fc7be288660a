import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaultBlueprint } from "@datafly/signal-apollo-connector";
import { expect, onTestFinished, test } from "vitest";
import { parseAllDocuments } from "yaml";

import { apolloDefinition } from "../../packages/signal-apollo-worker/src/apollo-definition.js";
import { readBlueprintFile } from "../../packages/signal-delivery/src/blueprint-file.js";
import { SIGNAL_APOLLO } from "../../packages/signal-apollo-worker/src/main.js";
import { root } from "../pages.js";
import { readStages, textsOf } from "./dockerfile.js";
import { defaultOf, optionsAmong, settingsOfConsume } from "./worker-settings.js";

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold?: number;
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly Variable[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: Readonly<Record<"requests" | "limits", Readonly<Partial<Record<"cpu" | "memory", string>>>>>;
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas: number;
    readonly strategy: unknown;
    readonly selector: { readonly matchLabels: unknown };
    readonly maxUnavailable: number;
    readonly template: {
      readonly metadata: {
        readonly labels: unknown;
        readonly annotations: Readonly<Record<string, string>>;
      };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly enableServiceLinks: boolean;
        readonly securityContext: unknown;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string; readonly configMap: { readonly name: string } }[];
      };
    };
  };
}

const text = readFileSync(join(root, "deploy/kubernetes.yaml"), "utf8");
const documents = parseAllDocuments(text);
const manifests = documents.map((document) => document.toJS() as Manifest);
const { spec: deployment } = manifestOf("Deployment");
const { metadata, spec: pod } = deployment.template;
const worker = containerOf();
const { options, variables } = settingsOfConsume();

test("it is YAML, of three objects", () => {
  expect(documents.flatMap((document) => ("errors" in document ? document.errors : []))).toEqual([]);
  expect(manifests.map(({ kind }) => kind)).toEqual(["ConfigMap", "Deployment", "PodDisruptionBudget"]);
});

test("the worker is told what it can be told", () => {
  const [command, ...words] = worker.args;
  expect(command).toBe("consume");
  expect(optionsAmong(words).filter((option) => !options.includes(option))).toEqual([]);
  expect(worker.env.map(({ name }) => name).filter((name) => !variables.includes(name))).toEqual([]);
});

test("what is secret comes from the secret, under the names that the page says", () => {
  const secrets = worker.env.filter(({ name }) => /KEY|PASSWORD|USERNAME/.test(name));
  expect(secrets.map(({ name }) => name).sort()).toEqual(["APOLLO_API_KEY", "KAFKA_PASSWORD", "KAFKA_USERNAME"]);
  for (const { name, value, valueFrom } of secrets) {
    expect(value).toBeUndefined();
    expect(valueFrom?.secretKeyRef).toEqual({ name: "signal-apollo", key: name });
  }
  expect(manifests.map(({ kind }) => kind)).not.toContain("Secret");
  expect(readFileSync(join(root, "docs/operations.md"), "utf8")).toContain(
    "kubectl create secret generic signal-apollo --from-env-file",
  );
});

test("the blueprint that it begins with is Signal's, where the worker looks for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signal-apollo-blueprint-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const [[name, content] = ["", ""]] = Object.entries(manifestOf("ConfigMap").data ?? {});
  writeFileSync(join(folder, name), content);

  const reader = { definition: apolloDefinition, program: SIGNAL_APOLLO };
  expect(await readBlueprintFile(join(folder, name), reader)).toEqual(defaultBlueprint);
  const [{ mountPath } = { mountPath: "" }] = worker.volumeMounts;
  expect(worker.args[worker.args.indexOf("--blueprint") + 1]).toBe(`${mountPath}/${name}`);
  expect(pod.volumes).toEqual(
    [{ name: worker.volumeMounts[0]?.name, configMap: manifestOf("ConfigMap").metadata }].map(
      ({ name, configMap }) => ({ name, configMap: { name: configMap.name } }),
    ),
  );
});

test("the probes ask where the worker answers", () => {
  const [{ name, containerPort } = { name: "", containerPort: 0 }] = worker.ports;
  expect(worker.env).toContainEqual({ name: "METRICS_PORT", value: String(containerPort) });
  expect(worker.env).toContainEqual({ name: "METRICS_HOST", value: "0.0.0.0" });
  expect(worker.startupProbe.httpGet).toEqual({ path: "/healthz", port: name });
  expect(worker.livenessProbe.httpGet).toEqual({ path: "/healthz", port: name });
  expect(worker.readinessProbe.httpGet).toEqual({ path: "/readyz", port: name });
  expect(metadata.annotations).toEqual({
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(containerPort),
    "prometheus.io/path": "/metrics",
  });
});

test("a worker may take a minute to reach Kafka before it is given up", () => {
  const { periodSeconds, failureThreshold = 3 } = worker.startupProbe;
  expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60);
});

test("what is in the air may finish, at the end and in a rebalance", () => {
  expect(worker.args).not.toContain("--drain-timeout");
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(defaultOf("--drain-timeout")) + 15);
});

test("one worker is replaced at a time, and one is always left", () => {
  expect(deployment.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
  expect(deployment.replicas).toBeGreaterThan(manifestOf("PodDisruptionBudget").spec.maxUnavailable);
  expect(deployment.selector.matchLabels).toEqual(metadata.labels);
  expect(manifestOf("PodDisruptionBudget").spec.selector.matchLabels).toEqual(metadata.labels);
});

test("it may do as little as possible, as the user of the image", () => {
  const [image] = readStages().filter(({ name }) => name === "worker");
  const user = Number(image && textsOf(image, "USER")[0]);
  expect(pod.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(worker.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(pod.enableServiceLinks).toBe(false);
  expect(pod).toHaveProperty("automountServiceAccountToken", false);
});

test("it asks for memory with a limit, and for CPU without one", () => {
  expect(Object.keys(worker.resources.requests).sort()).toEqual(["cpu", "memory"]);
  expect(Object.keys(worker.resources.limits)).toEqual(["memory"]);
});

test("the image has a version", () => {
  expect(worker.image).toMatch(/:\d+\.\d+\.\d+$/);
});

function manifestOf(kind: string): Manifest {
  const manifest = manifests.find((one) => one.kind === kind);
  if (manifest === undefined) throw new Error(`There is no ${kind}.`);
  return manifest;
}

function containerOf(): Container {
  const [container] = pod.containers;
  if (container === undefined) throw new Error("There is no container.");
  return container;
}
