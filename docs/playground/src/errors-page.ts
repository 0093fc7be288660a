import { element } from "./element.js";

/** The page of the documentation that explains every reason and warning, as seen from the playground's folder. */
const ERRORS_PAGE = "../documents/Errors_and_troubleshooting.html";

/** A link to what the documentation says of a reason or a warning. */
export function explanationLink(code: string): HTMLAnchorElement {
  return element("a", { href: `${ERRORS_PAGE}#${code}` }, `More about ${code}`);
}
