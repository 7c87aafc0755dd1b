const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @example durationMs('72h') // 259200000 */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new RangeError(`'${text}' is no duration; write 30s, 10m, 72h or 30d`);
  return Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
}
