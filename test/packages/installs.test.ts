import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, inject, onTestFinished, test } from "vitest";

import { budget } from "../../bench/budget.js";
import { installAlone } from "../../bench/installs.js";
import { notInstalled } from "./installed.js";

const packed = inject("packed");

test("each package has a budget for what an install brings along, and no other", () => {
  expect(Object.keys(budget.installs).sort()).toEqual(packed.map(({ name }) => name).sort());
});

test.skipIf(notInstalled).each(packed)(
  "npm install $name keeps to its budget; who needs more raises it in bench/budget.json",
  async ({ name }) => {
    const folder = await mkdtemp(join(tmpdir(), "signal-apollo-install-"));
    onTestFinished(() => rm(folder, { recursive: true, maxRetries: 3 }));

    const { packages, bytes } = await installAlone(name, packed, folder);

    expect(packages).toBeLessThanOrEqual(budget.installs[name]?.packages ?? 0);
    expect(bytes / 1e6).toBeLessThanOrEqual(budget.installs[name]?.megabytes ?? 0);
  },
);
