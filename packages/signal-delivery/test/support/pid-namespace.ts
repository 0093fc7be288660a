import { spawnSync } from "node:child_process";

/** The command before a command that runs it as the first process of a PID namespace of its own, as a container does. */
export const inPidNamespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** Whether this machine and user may do that. */
export const hasPidNamespaces = (() => {
  const [command, ...args] = inPidNamespace;
  return process.platform === "linux" && spawnSync(command, [...args, "true"]).status === 0;
})();
