import { numberFault } from '@hookline/runtime';
import { traceError } from '../error.js';

/** Checks the width of a text. `Number(process.env.COLUMNS)` is NaN if the variable is not set. @throws TraceError `TRACE_BAD_OPTION` */
export function checkWidth(field: string, width: unknown): void {
  const fault = numberFault(field, width, { infinite: true });
  if (fault !== undefined)
    throw traceError('TRACE_BAD_OPTION', `${fault}: the columns of a row; leave it out for the default.`);
}
