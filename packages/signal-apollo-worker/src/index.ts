export { ExitCode } from "./exit-code.js";
export type { Io, OutputStream, StopSignal } from "./io.js";
export { main } from "./main.js";
export type { Watchdog, WatchdogOptions } from "./observe/watchdog.js";
export type { DeadLetter } from "./stream/dead-letter.js";
export type { Place } from "./stream/settled-event.js";
