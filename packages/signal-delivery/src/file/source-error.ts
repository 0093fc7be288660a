import { UsageError } from "../usage-error.js";

/** A source that has been opened cannot be read on. */
export class SourceError extends UsageError {}
