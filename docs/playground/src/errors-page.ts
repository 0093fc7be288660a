import { element } from "./element.js";

/** The page that explains every reason and warning, as seen from the playground. */
const ERRORS_PAGE = "./errors";

/** A link to what the documentation says of a reason or a warning. */
export function explanationLink(code: string): HTMLAnchorElement {
  return element("a", { href: `${ERRORS_PAGE}#${code}` }, `More about ${code}`);
}
