import { Command, InvalidArgumentError } from "commander";
import { expect, test } from "vitest";

import { EnvironmentOption, takeFromEnvironment } from "../src/environment-option.js";

/** What a command makes of its arguments and its environment. */
function optionsOf(args: readonly string[], env: Record<string, string>): Record<string, unknown> {
  const command = new Command()
    .addOption(new EnvironmentOption("--topic <topic>", "a topic", "KAFKA_TOPIC").default("events"))
    .addOption(new EnvironmentOption("--tls", "with TLS", "KAFKA_TLS"))
    .addOption(new EnvironmentOption("--sasl <mechanism>", "how", "KAFKA_SASL").choices(["plain", "scram"]))
    .addOption(new EnvironmentOption("--port <port>", "a port", "METRICS_PORT").argParser(port))
    .option("--group <group>", "not from the environment");
  command.parse(args, { from: "user" });
  takeFromEnvironment(command, env);
  return command.opts();
}

function port(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a number.");
}

test("the environment stands in for what the command line does not say", () => {
  expect(optionsOf([], { KAFKA_TOPIC: "leads", KAFKA_TLS: "true", KAFKA_SASL: "plain", METRICS_PORT: "9464" })).toEqual(
    {
      topic: "leads",
      tls: true,
      sasl: "plain",
      port: 9464,
    },
  );
});

test("the command line comes before the environment, and the environment before the default", () => {
  expect(optionsOf(["--topic", "typed"], { KAFKA_TOPIC: "leads" })).toEqual({ topic: "typed" });
  expect(optionsOf([], { KAFKA_TOPIC: "leads" })).toEqual({ topic: "leads" });
  expect(optionsOf([], {})).toEqual({ topic: "events" });
});

test("what is empty in the environment is not there, and what is not ours is not read", () => {
  expect(optionsOf([], { KAFKA_TOPIC: "", KAFKA_TLS: "", METRICS_PORT: "", KAFKA_GROUP: "x", GROUP: "x" })).toEqual({
    topic: "events",
  });
});

test.each([
  ["true", true],
  ["1", true],
  ["YES", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["No", false],
  ["off", false],
])("a switch of %j is %j", (text, expected) => {
  expect(optionsOf([], { KAFKA_TLS: text })).toMatchObject({ tls: expected });
});

test.each([
  [{ KAFKA_TLS: "maybe" }, "KAFKA_TLS is wrong: Write true or false."],
  [{ METRICS_PORT: "high" }, "METRICS_PORT is wrong: Give a number."],
  [{ KAFKA_SASL: "kerberos" }, "KAFKA_SASL is wrong: Allowed choices are plain, scram."],
])("%j is refused by the name of the variable", (env, message) => {
  expect(() => optionsOf([], env)).toThrow(message);
});
