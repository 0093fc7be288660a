import type { Issue } from "@datafly/signal-apollo-connector";

import { element } from "./element.js";

/** What is wrong, and where. */
export function issueList(issues: readonly Issue[]): HTMLUListElement {
  return element(
    "ul",
    { class: "issues" },
    ...issues.map(({ path, message }) =>
      element("li", {}, ...(path === "" ? [] : [element("code", {}, path), ": "]), message),
    ),
  );
}
