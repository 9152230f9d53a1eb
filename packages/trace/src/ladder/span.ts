/** Seconds without digits that say nothing: `2.4`, `0.2`, `1.09`. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(2))} s`;
}

/** A latency: `24 ms` below a second, `1.09 s` from there. */
export function latency(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : seconds(ms);
}
