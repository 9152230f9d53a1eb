/** A stream position as production writes it: seconds with at least one decimal, `PT0.0S`, `PT1.2S`, `PT1.225S`. */
export function positionOf(ms: number): string {
  const [whole = '0', decimals = ''] = (Math.max(0, ms) / 1000).toFixed(3).split('.');
  return `PT${whole}.${decimals.replace(/0{1,2}$/, '')}S`;
}
