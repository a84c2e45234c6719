import { EXIT, operatorError } from "../base/errors.js";

export const configNotFound = operatorError<{ path: string }>(
  "CONFIG_NOT_FOUND",
  ({ path }) => `there is no file ${path}`,
  () => "give the path of a config file, or the name of one in /etc/tunvpn; `tunvpn pair` writes one",
  EXIT.usage,
);

export const configUnreadable = operatorError<{ path: string; errno: string }>(
  "CONFIG_UNREADABLE",
  ({ path, errno }) => `cannot read ${path} (${errno})`,
  ({ errno }) => (errno === "EACCES" ? "run as root, or as the owner of the file" : "give the path of a regular file of at most 16 MiB"),
  EXIT.usage,
);

export const configReadableByOthers = operatorError<{ path: string; mode: string; why: string }>(
  "CONFIG_READABLE_BY_OTHERS",
  ({ path, mode, why }) => `${path} holds a secret and ${why} (mode ${mode})`,
  ({ path }) => `chmod 600 ${path}`,
  EXIT.usage,
);

export const alreadyUp = operatorError<{ name: string; pid: number | undefined }>(
  "ALREADY_UP",
  ({ name, pid }) => `${name} is already up${pid === undefined ? "" : ` (agent ${pid})`}`,
  ({ name }) => `tunvpn down ${name}, if it is to start anew`,
);

export const agentElsewhere = operatorError<{ name: string; pid: number; runtimeDirectory: string }>(
  "AGENT_ELSEWHERE",
  ({ name, pid, runtimeDirectory }) => `an agent for ${name} runs under the runtime directory ${runtimeDirectory} (pid ${pid})`,
  ({ name, runtimeDirectory }) => `TUNVPN_RUNTIME_DIR=${runtimeDirectory} tunvpn down ${name}, or use that directory here too`,
);

export const notRunning = operatorError<{ name: string; runtimeDirectory: string; elsewhere: string | undefined }>(
  "NOT_RUNNING",
  ({ name, runtimeDirectory, elsewhere }) =>
    `no agent for ${name} in the runtime directory ${runtimeDirectory}${elsewhere ? `; one runs under ${elsewhere}` : ""}`,
  ({ name, elsewhere }) => (elsewhere ? `set TUNVPN_RUNTIME_DIR=${elsewhere}` : `tunvpn up ${name}`),
  EXIT.notRunning,
);

export const directoryDenied = operatorError<{ path: string; errno: string; variable: string }>(
  "DIRECTORY_DENIED",
  ({ path, errno }) => `cannot use the directory ${path} (${errno})`,
  ({ variable }) => `run as root, or set ${variable} to a directory of your own`,
);

export const agentDied = operatorError<{ name: string; how: string; log: string }>(
  "AGENT_DIED",
  ({ name, how }) => `the agent for ${name} ended while it started (${how})`,
  ({ log }) => `read ${log}`,
);

export const agentUnresponsive = operatorError<{ name: string; socket: string; reason: string }>(
  "AGENT_UNRESPONSIVE",
  ({ name, socket, reason }) => `the agent for ${name} does not answer on ${socket} (${reason})`,
  ({ name }) => `run as the user that started it; if it hangs, end it with \`kill\`, then tunvpn down ${name}`,
);
