// The sandbox in your own tests: copy this, and put your code in place of saveLead.
import { createApolloClient, isApolloError } from "@datafly/apollo-client";
import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

interface Lead {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** The code under test: saves a lead, and tells whether it can be said to be saved. */
async function saveLead({ firstName, lastName, email }: Lead): Promise<"saved" | "unsure" | "not saved"> {
  const apollo = createApolloClient({
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.url,
    timeoutMs: 1_000,
    runtime: { sleep: () => Promise.resolve() }, // no waiting between repeats, in a test
  });
  try {
    await apollo.contacts.create({ first_name: firstName, last_name: lastName, email, run_dedupe: true });
    return "saved";
  } catch (error) {
    if (!isApolloError(error)) throw error;
    return error.maybeDelivered ? "unsure" : "not saved";
  }
}

const ada: Lead = { firstName: "Ada", lastName: "Byron", email: "ada@analytical.example" };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  sandbox.reset();
});
afterAll(() => sandbox.close());

test("a lead becomes a contact", async () => {
  expect(await saveLead(ada)).toBe("saved");
  expect(sandbox.contacts()).toMatchObject([{ name: "Ada Byron", email: "ada@analytical.example" }]);
});

test("a lead that Apollo knows already keeps what was not sent", async () => {
  sandbox.addContact({ first_name: "Ada", last_name: "Byron", email: "ada@analytical.example", title: "Analyst" });
  expect(await saveLead({ ...ada, lastName: "Lovelace" })).toBe("saved");
  expect(sandbox.contacts()).toMatchObject([{ name: "Ada Lovelace", title: "Analyst" }]);
});

test("a connection that is lost after the contact was written makes no second contact", async () => {
  sandbox.failNext({ kind: "reset", written: true });
  expect(await saveLead(ada)).toBe("saved");
  expect(sandbox.requests().map(({ outcome }) => outcome)).toEqual(["created", "matched"]);
});

test("while Apollo is down, the lead is not lost from sight", async () => {
  sandbox.failNext({ kind: "status", status: 503 }, 3);
  expect(await saveLead(ada)).toBe("unsure");
});

test("an exhausted quota says so, and writes nothing", async () => {
  sandbox.usePlan({ minute: 0, hour: 0, day: 0 });
  expect(await saveLead(ada)).toBe("not saved");
  expect(sandbox.contacts()).toEqual([]);
});
