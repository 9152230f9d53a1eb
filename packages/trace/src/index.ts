export type { ByteOrder } from '@hookline/audio';
export {
  createRedactor,
  REDACTIONS,
  type Redactable,
  type Redactor,
  redactEvent,
} from '@hookline/protocol';
export {
  type ComparedTrace,
  createTraceDiff,
  type DiffOptions,
  diffTraces,
  type TraceDiff,
} from './diff/diff-traces.js';
export type { TraceDifference } from './diff/difference.js';
export type { JsonValue } from './diff/json.js';
export { type DiffStyle, renderDiff } from './diff/render-diff.js';
export type { TraceError, TraceErrorCode } from './error.js';
export { parseFilter, type RowFilter } from './filter/filter.js';
export { TRACE_FORMAT, TRACE_SCHEMA_VERSION, TraceHeader } from './format/header.js';
export { audioLine, eventLine, headerLine } from './format/print.js';
export { readTrace, type TraceParts } from './format/read.js';
export { type AudioRow, rowEndMs, type TraceRow, type UnknownRow } from './format/row.js';
export { framesOf, type Trace } from './format/trace.js';
export type { HeardAudio } from './ladder/annotate.js';
export { wrapText } from './ladder/cells.js';
export { createLadder, renderLadder } from './ladder/create-ladder.js';
export {
  createRowDescriber,
  type DescribeRow,
  type RowDescriberOptions,
  type RowDescription,
} from './ladder/describe-row.js';
export type { Ladder, LadderOptions } from './ladder/ladder.js';
export {
  createLadderRenderer,
  type Glyphs,
  LADDER_WIDTH,
  type LadderRenderer,
  type LadderStyle,
} from './ladder/renderer.js';
export { type LadderContext, type LadderEvent, ladderRows } from './ladder/row.js';
export {
  differencesMarkdown,
  longestBacktickRun as longestFence,
  type MarkdownOptions,
  markdownAround,
  renderMarkdown,
} from './markdown/render-markdown.js';
export { type CallMedia, channelMulaw, createCallMedia, headerMedia } from './message/call-media.js';
export { type HoldChange, HoldTracker } from './message/hold-tracker.js';
export { printableValue } from './message/print-json.js';
export { readMessage, type SentMessage } from './message/read-message.js';
export type { Skimmed, SkimmedClientMessage, SkimmedServerMessage } from './message/skim-message.js';
export {
  createPersonalDataMask,
  masksPersonalData,
  PERSONAL_DATA,
  PERSONAL_DATA_MASK,
  type PersonalDataMask,
} from './personal-data.js';
export { type PlannedPiece, planPlayback } from './recording/playback-plan.js';
export { recordingStart } from './recording/recording-start.js';
export { renderStereo } from './recording/render-stereo.js';
export { createStereoRecording, type StereoRecording } from './recording/stereo-recording.js';
export type { RecordingOptions } from './recording/timeline.js';
export { type SummaryFact, summaryFacts } from './summary/facts.js';
export {
  type PlaybackFacts,
  type PlaybackRow,
  playbackFacts,
  playbackTable,
} from './summary/playback-table.js';
export { createSumming, type Summing, summarise } from './summary/summarise.js';
export type {
  DisconnectSummary,
  EndSummary,
  PlaybackSummary,
  SideSummary,
  TraceSummary,
  ViolationSummary,
} from './summary/summary.js';
export { type Lane, laneOf, type Vantage } from './vantage.js';
