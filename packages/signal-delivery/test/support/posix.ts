/** Whether this machine has what POSIX says: modes of files, signals, devices and a `sh`. Windows has not. */
export const posix = process.platform !== "win32";
