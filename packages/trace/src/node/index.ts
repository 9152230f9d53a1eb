export type { Following } from './file-lines.js';
export { TRACE_FILES } from './file-names.js';
export { createHeardRecorder, type HeardRecorder, type HeardRecorderOptions } from './heard-recorder.js';
export { type OpenTraceRows, type OpenTraceRowsOptions, openTraceRows } from './open-trace-rows.js';
export { openTrace, readTraceDir } from './read-trace-dir.js';
export { createTraceWriter, type TraceWriter, type TraceWriterOptions } from './trace-writer.js';
export { zipTrace } from './zip-trace.js';
