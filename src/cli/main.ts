#!/usr/bin/env node
import { agentDoors } from "./agent-doors.js";
import { runCommandLine } from "./run.js";
import { terminalOf } from "./terminal.js";

process.exitCode = await runCommandLine(process.argv.slice(2), { terminal: terminalOf(process), agent: agentDoors });
