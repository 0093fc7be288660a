/**
 * What a failure asks for:
 * - `setup`: somebody has to fix the settings; every other event would fail in the same way, and none is at fault;
 * - `throttle`: all calls wait until the vendor takes them again;
 * - `transient`: a later attempt may succeed;
 * - `final`: it is kept for a person to look at; a retry will not help;
 * - `interrupted`: the program itself ended the call.
 */
export type FailureClass = "setup" | "throttle" | "transient" | "final" | "interrupted";
