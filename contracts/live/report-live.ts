import { APOLLO_BASE_URL, createApolloClient } from "@datafly/apollo-client";

import { NoAnswerError, runLive, TEST_CONTACT, undescribedFields, type Recording } from "./live.js";

/** What a run came to: what to tell a person, and what to keep. */
export interface LiveReport {
  readonly lines: readonly string[];
  readonly ok: boolean;
  /** Not there where nothing was run, or there was no answer. */
  readonly recordings?: readonly Recording[];
}

/**
 * Asks the real Apollo whether it still keeps to its description. The key is in nothing that is returned.
 *
 * @param env `APOLLO_API_KEY`, and `APOLLO_BASE_URL` for a server other than Apollo's
 */
export async function reportLive(env: Readonly<Record<string, string | undefined>>): Promise<LiveReport> {
  const { APOLLO_API_KEY: apiKey = "", APOLLO_BASE_URL: baseUrl = APOLLO_BASE_URL } = env;
  if (apiKey === "") {
    return {
      ok: true,
      lines: [
        "Nothing was run: this needs APOLLO_API_KEY, an Apollo key with the Create a Contact endpoint enabled.",
        `It writes one contact to that account, ${TEST_CONTACT.email}, always the same one, and makes 6 calls.`,
      ],
    };
  }
  try {
    // The client knows what is wrong with a key or a URL, and says so without repeating the key.
    createApolloClient({ apiKey, baseUrl });
  } catch (error) {
    return {
      ok: false,
      lines: [`Nothing was run: ${error instanceof Error ? error.message : "the settings are wrong."}`],
    };
  }
  try {
    const recordings = await runLive(baseUrl.replace(/\/+$/, ""), apiKey);
    return { ok: recordings.every(({ drift }) => drift.length === 0), lines: linesOf(recordings), recordings };
  } catch (error) {
    // Anything else is a bug of ours.
    if (!(error instanceof NoAnswerError)) throw error;
    return {
      ok: false,
      lines: [`There was no complete answer from ${baseUrl}; check APOLLO_BASE_URL and the network.`],
    };
  }
}

function linesOf(recordings: readonly Recording[]): string[] {
  const lines = recordings.flatMap(({ description, status, drift }) => [
    `${drift.length === 0 ? "ok   " : "DRIFT"}  ${status}  ${description}`,
    ...drift.map((difference) => `              ${difference}`),
  ]);
  const fields = undescribedFields(recordings);
  return fields.length === 0
    ? lines
    : [...lines, "", `Fields of a contact that are not described: ${fields.join(", ")}`];
}
