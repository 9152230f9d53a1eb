import {
  durationFromNs,
  encodeClientMessage,
  MAX_TEXT_CHARS,
  NULL_UUID,
  PCMU_EXTERNAL,
} from '@hookline/protocol';
import type { ValueFault, ValuePath } from './check-value.js';
import { type Fields, fieldsOf } from './fields.js';

/** Reports values of `call` that the client refuses although each has the right type. */
export function checkCallLimits(document: unknown, report: (fault: ValueFault) => void): void {
  const call = fieldsOf(document).map('call');
  const inputs = call.texts('inputs') ?? {};
  if (Object.hasOwn(inputs, ''))
    report({
      path: ['call', 'inputs', ''],
      atKey: true,
      message: 'the name of an input is empty',
      expected: 'the name of a variable',
      suggestion: 'write its name, or leave it out',
    });
  const connectorId = call.text('connectorId');
  if (connectorId?.includes('#'))
    report({
      path: ['call', 'connectorId'],
      atKey: false,
      message: `got ${JSON.stringify(connectorId)}`,
      expected: 'a connectorId without #, because a fragment of a URL is never sent',
      suggestion: 'write %23 for the character itself',
    });
  checkLength(call, inputs, report);
}

/** The texts of `open` besides the inputs. */
const PARTICIPANT = ['ani', 'aniName', 'dnis'] as const;

/** Reports an `open` that is too long even without what the options of the command add to it. */
function checkLength(
  call: Fields,
  inputs: Readonly<Record<string, string>>,
  report: (fault: ValueFault) => void,
): void {
  const [ani, aniName, dnis] = PARTICIPANT.map((name) => call.text(name) ?? '');
  const open = encodeClientMessage(
    'open',
    { id: NULL_UUID, seq: 1, serverseq: 0, position: durationFromNs(0) },
    {
      organizationId: NULL_UUID,
      conversationId: NULL_UUID,
      participant: { id: NULL_UUID, ani: ani ?? '', aniName: aniName ?? '', dnis: dnis ?? '' },
      media: [PCMU_EXTERNAL],
      inputVariables: inputs,
    },
  );
  if (open.length <= MAX_TEXT_CHARS) return;
  const texts: readonly (readonly [path: ValuePath, chars: number])[] = [
    ...PARTICIPANT.map((name) => [['call', name], call.text(name)?.length ?? 0] as const),
    ...Object.entries(inputs).map(
      ([name, text]) => [['call', 'inputs', name], name.length + text.length] as const,
    ),
  ];
  const [path] = texts.reduce((longest, one) => (one[1] > longest[1] ? one : longest));
  report({
    path,
    atKey: false,
    message: `this text makes the message open ${open.length} characters long`,
    expected: `a message of at most ${MAX_TEXT_CHARS} characters`,
    suggestion: 'write a shorter text, or a reference to it',
  });
}
