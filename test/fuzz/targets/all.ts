import type { Target } from "../engine/target.js";
import { config } from "./config.js";
import { control } from "./control.js";
import { controlSocket } from "./control-socket.js";
import { node } from "./node.js";
import { peer } from "./peer.js";

export const TARGETS: readonly Target[] = [node, peer, control, config, controlSocket];
