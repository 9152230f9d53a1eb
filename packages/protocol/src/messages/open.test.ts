import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { PCMU_EXTERNAL } from '../media.js';
import { NULL_UUID } from '../primitives.js';
import { isProbe } from './open.js';

const ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';

const open = (conversationId: string, participantId: string, ani = '') => ({
  organizationId: ID,
  conversationId,
  participant: { id: participantId, ani, aniName: '', dnis: '' },
  media: [PCMU_EXTERNAL],
});

describe('isProbe', () => {
  it(verifies('AC-PROBE-1', 'knows a probe by its two null ids'), () => {
    expect(isProbe(open(NULL_UUID, NULL_UUID))).toBe(true);
  });

  it('recognises a probe with any strings', () => {
    expect(isProbe(open(NULL_UUID, NULL_UUID, '+15550001'))).toBe(true);
  });

  it.each([
    [ID, ID],
    [NULL_UUID, ID],
    [ID, NULL_UUID],
  ])('treats conversation %s with participant %s as a call', (conversation, participant) => {
    expect(isProbe(open(conversation, participant))).toBe(false);
  });
});
