/** The process of an agent in the background: started by `launch`, tells it once how the start went, then lives on its own. */

import { closeInheritedDescriptors } from "./inherited-descriptors.js";
import type { LaunchReport } from "./launch-report.js";
import { ignoreHangup, runAgent } from "./run.js";

const [target = ""] = process.argv.slice(2);

function report(message: LaunchReport): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(message, undefined, undefined, () => {
      process.disconnect();
      resolve();
    });
  });
}

process.title = `tunvpn agent ${target}`;
process.chdir("/");
closeInheritedDescriptors();
ignoreHangup();
process.exitCode = await runAgent(target, report);
