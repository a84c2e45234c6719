const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** As wg writes it: `0 B`, `1.21 KiB`, … up to TiB. */
export function formatByteCount(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${UNITS[power - 1]}`;
}
