import pc from "picocolors";

import type { Io, OutputStream } from "../io.js";

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal, unless `NO_COLOR` is set; for anything else only if `FORCE_COLOR` is. */
export function colorsFor(stream: OutputStream, { NO_COLOR, FORCE_COLOR }: Io["env"]): Colors {
  return pc.createColors(!NO_COLOR && (stream.isTTY === true || Boolean(FORCE_COLOR)));
}
