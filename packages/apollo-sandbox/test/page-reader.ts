import type { Sandbox } from "@datafly/apollo-sandbox";
import { onTestFinished } from "vitest";

import type { PageUpdate } from "../src/page-update.js";

/** Follows the sandbox as a page does, without a browser. */
export async function followForTest(sandbox: Sandbox) {
  const leaving = new AbortController();
  onTestFinished(() => {
    leaving.abort();
  });
  const response = await fetch(new URL("events", sandbox.pageUrl), { signal: leaving.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<PageUpdate> => {
    while (!text.includes("\n\n")) {
      const { done, value = "" } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error("The stream has ended.");
      text += value;
    }
    const end = text.indexOf("\n\n");
    const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1] ?? "";
    text = text.slice(end + 2);
    return JSON.parse(data) as PageUpdate;
  };
  return {
    response,
    /** The next that the page is told. Rejects once the stream has ended. */
    next,
    /** The next that the page is told of which this is true. A request may be told of more than once, as it goes on. */
    async nextWith(isWanted: (update: PageUpdate) => boolean): Promise<PageUpdate> {
      let update = await next();
      while (!isWanted(update)) update = await next();
      return update;
    },
    leave: () => {
      leaving.abort();
    },
  };
}
