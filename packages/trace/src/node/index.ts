export { TRACE_FILES } from './file-names.js';
export { createHeardRecorder, type HeardRecorder, type HeardRecorderOptions } from './heard-recorder.js';
export { readTraceDir } from './read-trace-dir.js';
export { createTraceWriter, type TraceWriter, type TraceWriterOptions } from './trace-writer.js';
