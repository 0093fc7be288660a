import { spawnSync } from "node:child_process";

import { unless } from "../../packages/signal-delivery/test/support/unless.js";

/** Prometheus' own tool for rules. `PROMTOOL_PATH` says where it is, if it is not on the PATH. */
const program = process.env.PROMTOOL_PATH ?? "promtool";

/** Whether it is there. */
export const hasPromtool = spawnSync(program, ["--version"]).status === 0;

/** To be put behind the names of tests: says why they are skipped, and what to do about it. */
export const unlessPromtool = unless(
  hasPromtool,
  "no promtool on the PATH nor at PROMTOOL_PATH; apt-get install prometheus",
);

/** Runs it, and tells what it said where it found something wrong; nothing otherwise. */
export function complaintsOf(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
}
