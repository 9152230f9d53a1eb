import type { ServiceLink } from '../service/service.js';
import { type Heard, truncations } from './heard.js';
import type { PlayedReply } from './speaker.js';

/** What the service can do, and what it knows of the interruption. */
interface AboutService {
  readonly truncates: boolean;
  /** Whether it has reported the interruption itself. */
  readonly knows: boolean;
  /** Whether it may cancel its replies by itself. */
  readonly mayCancel: boolean;
}

/**
 * Tells the service that replies were stopped, and how much of them the caller heard.
 *
 * @param making - id of the reply still being generated; empty for one that was requested and has no id yet
 */
export function reportStopped(
  link: ServiceLink | undefined,
  stopped: readonly PlayedReply[],
  making: string | undefined,
  { truncates, knows, mayCancel }: AboutService,
): readonly Heard[] {
  const heard = stopped.flatMap(({ reply, parts }) =>
    reply.current && reply.audio && truncates ? truncations(parts, reply.complete) : [],
  );
  if (making !== undefined && !(knows && mayCancel)) link?.cancel?.(making === '' ? undefined : making);
  if (!knows) link?.interrupted?.();
  for (const { part, heardMs } of heard) link?.truncate?.(part, heardMs);
  return heard;
}
