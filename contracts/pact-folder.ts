import { fileURLToPath } from "node:url";

/** Where the tests write the contracts to, anew each time. */
export const madePacts = fileURLToPath(new URL(".pacts", import.meta.url));

/** The contracts as they are agreed on, committed. */
export const agreedPacts = fileURLToPath(new URL("pacts", import.meta.url));
