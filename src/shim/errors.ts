import { operatorError } from "../base/errors.js";

const BUILD = () => "run `npm run build` in tunvpn's folder, or install the package again";

export const shimMissing = operatorError<{ path: string }>(
  "SHIM_MISSING",
  ({ path }) => `the native shim ${path} has not been built`,
  BUILD,
);

export const shimUnusable = operatorError<{ path: string; reason: string }>(
  "SHIM_UNUSABLE",
  ({ path, reason }) => `the native shim ${path} cannot be loaded (${reason})`,
  BUILD,
);

export const shimOutdated = operatorError<{ path: string; found: number | undefined; wanted: number }>(
  "SHIM_OUTDATED",
  ({ path, found, wanted }) => `the native shim ${path} has ABI version ${found ?? "none"}, this program needs ${wanted}`,
  BUILD,
);

export const boxUnavailable = operatorError<{ wanted: string | undefined }>(
  "BOX_UNAVAILABLE",
  ({ wanted }) => `TUNVPN_BOX asks for the box ${JSON.stringify(wanted ?? "")}, which this machine does not have or which fails its test`,
  () => "unset TUNVPN_BOX, or set it to sodium",
);
