import { readFile, writeFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { MemoryJournal } from "../src/journal/memory-journal.js";
import { lead } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { pipelineForTest } from "./support/pipeline.js";
import { objectsOf } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** A journal on a slow disk: something happens while an attempt is being written. */
class SlowJournal extends MemoryJournal {
  readonly notes: string[] = [];
  readonly #meanwhile: () => Promise<void> | void;

  constructor(meanwhile: () => Promise<void> | void) {
    super();
    this.#meanwhile = meanwhile;
  }

  override async attempt(): Promise<void> {
    await this.#meanwhile();
    this.notes.push("attempt");
  }

  override withdraw(): void {
    this.notes.push("withdraw");
  }
}

const consent = (marketing: boolean) => JSON.stringify({ "consent:visitor-1": { canonical: { marketing } } });
const visitor = lead(1, { anonymousId: "visitor-1" });

async function deliveryForTest() {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const consentStore = await folder.write("consent.json", consent(true));
  const audit = folder.at("audit.ndjson");
  const auditEntries = async () => objectsOf(await readFile(audit, "utf8"));
  return { sandbox, consentStore, audit, auditEntries };
}

test("consent that is revoked while the attempt is being written stops the call", async () => {
  const { sandbox, consentStore, audit, auditEntries } = await deliveryForTest();
  const pipeline = await pipelineForTest(sandbox.env, { dedupe: false, consentStore, audit });
  const journal = new SlowJournal(() => writeFile(consentStore, consent(false)));

  await pipeline.deliverEvents([visitor], { journal });

  expect(sandbox.requests()).toEqual([]);
  expect(journal.notes).toEqual(["attempt", "withdraw"]);
  expect(await auditEntries()).toMatchObject([
    { outcome: "dropped", reason: "consent_revoked", consent: { store: expect.stringContaining("false") as string } },
  ]);
});

test("a store that is away after the attempt was written withdraws it, and is asked again before the call", async () => {
  const { sandbox, consentStore } = await deliveryForTest();
  const journal = new SlowJournal(async () => {
    if (journal.notes.length === 0) await writeFile(consentStore, "not yet JSON");
  });
  const pipeline = await pipelineForTest(sandbox.env, {
    dedupe: false,
    consentStore,
    sleep: async () => {
      expect(sandbox.requests()).toEqual([]);
      await writeFile(consentStore, consent(true));
    },
  });

  await pipeline.deliverEvents([visitor], { journal });

  expect(sandbox.requests()).toHaveLength(1);
  expect(journal.notes).toEqual(["attempt", "withdraw", "attempt"]);
});

test.each([true, false])("a stop while the attempt is being written stops the call; with a store: %s", async (asks) => {
  const { sandbox, consentStore } = await deliveryForTest();
  const pipeline = await pipelineForTest(sandbox.env, { dedupe: false, ...(asks && { consentStore }) });
  const stop = new AbortController();
  const journal = new SlowJournal(() => {
    stop.abort();
  });

  const { settledThrough } = await pipeline.deliverEvents([visitor], { journal, stop });

  expect(sandbox.requests()).toEqual([]);
  expect(journal.notes).toEqual(["attempt", "withdraw"]);
  expect(settledThrough).toBe(0);
  expect(pipeline.letters).toEqual([]);
});
