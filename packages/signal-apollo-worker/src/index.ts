export {
  ExitCode,
  type DeadLetter,
  type Io,
  type OutputStream,
  type Place,
  type StopSignal,
  type Watchdog,
  type WatchdogOptions,
} from "@datafly/signal-delivery";

export { main } from "./main.js";
