/** The agent's doors, opened when a command needs them: commands that do not start faster. */
export interface AgentDoors {
  launch(): Promise<Pick<typeof import("../agent/launch.js"), "launch" | "runForeground">>;
  client(): Promise<Pick<typeof import("../agent/client.js"), "VERSION" | "agentNames" | "readStatus" | "runtimeDirectory" | "stopAgent">>;
  offline(): Promise<
    Pick<typeof import("../agent/offline.js"), "interfaceNameOf" | "loadConfig" | "logFile" | "notRunning" | "undoLeftovers">
  >;
}

export const agentDoors: AgentDoors = {
  launch: () => import("../agent/launch.js"),
  client: () => import("../agent/client.js"),
  offline: () => import("../agent/offline.js"),
};
