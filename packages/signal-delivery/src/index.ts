export { createDeliveryProgram, type DeliveryProgram } from "./delivery-program.js";
export { ExitCode } from "./exit-code.js";
export type { Io, OutputStream, StopSignal } from "./io.js";
export type { Place } from "./place.js";
export type { Program } from "./program.js";
export type { Watchdog, WatchdogOptions } from "./watchdog.js";
export type { DeadLetter } from "./stream/dead-letter.js";
