import { join } from 'node:path';

/** Where a trace goes that nobody named: a folder of its own below `.hookline`, which sorts by time. */
export function newTraceFolder(wallMs: number): string {
  const stamp = new Date(wallMs).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const own = crypto.randomUUID().slice(0, 4);
  return join('.hookline', `${stamp.slice(0, 13)}${stamp.slice(14)}-${own}`);
}
