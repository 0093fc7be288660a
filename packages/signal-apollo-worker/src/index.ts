export { ExitCode } from "./exit-code.js";
export type { Io, OutputStream, StopSignal } from "./io.js";
export { main } from "./main.js";
export type { Place } from "./place.js";
export type { Watchdog, WatchdogOptions } from "./watchdog.js";
export type { DeadLetter } from "./stream/dead-letter.js";
