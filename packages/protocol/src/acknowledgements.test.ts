import { describe, expect, it } from 'vitest';
import { Acknowledgements, acknowledgementFaultText } from './acknowledgements.js';

/** Messages 1 to `count` were sent, one each second from 0. */
function sent(count: number): Acknowledgements {
  const acknowledgements = new Acknowledgements();
  for (let seq = 1; seq <= count; seq += 1) acknowledgements.sent(seq, (seq - 1) * 1000);
  return acknowledgements;
}

describe('the numbers with which a peer acknowledges messages', () => {
  it('must not decrease', () => {
    const acknowledgements = sent(3);
    acknowledgements.accept(2, 3, 2000);
    expect(acknowledgements.faultOf(1, 2000)).toEqual({ kind: 'decreased', highest: 2 });
    expect(acknowledgements.faultOf(2, 2000)).toBeUndefined();
  });

  it('may leave out a message for two seconds, in which the peer may not have received it', () => {
    const acknowledgements = sent(1);
    expect(acknowledgements.faultOf(0, 2000)).toBeUndefined();
    expect(acknowledgements.faultOf(0, 2001)).toEqual({ kind: 'stale', seq: 1, agoMs: 2001 });
    expect(acknowledgements.faultOf(1, 60_000)).toBeUndefined();
  });

  it('leave the two seconds for the next message, from when the one before is acknowledged', () => {
    const acknowledgements = sent(2);
    acknowledgements.accept(1, 2, 10_000);
    expect(acknowledgements.faultOf(1, 12_000)).toBeUndefined();
    expect(acknowledgements.faultOf(1, 12_001)).toEqual({ kind: 'stale', seq: 2, agoMs: 2001 });
  });

  it('wait for nothing once every message is acknowledged', () => {
    const acknowledgements = sent(2);
    acknowledgements.accept(2, 2, 3000);
    expect(acknowledgements.faultOf(2, 900_000)).toBeUndefined();
  });

  it('acknowledge nothing beyond what was sent', () => {
    const acknowledgements = sent(1);
    acknowledgements.accept(9, 1, 0);
    expect(acknowledgements.faultOf(1, 0)).toBeUndefined();
    expect(acknowledgements.faultOf(0, 2001)).toMatchObject({ kind: 'stale' });
  });

  it('are described with what is wrong with them', () => {
    const text = (number: number) => {
      const acknowledgements = sent(3);
      acknowledgements.accept(1, 3, 2000);
      const fault = acknowledgements.faultOf(number, 5900);
      return fault && `serverseq is ${number}${acknowledgementFaultText(fault, 'this server')}`;
    };
    expect(text(0)).toBe('serverseq is 0 after a message with 1; it must not decrease');
    expect(text(1)).toBe('serverseq is 1, but this server had sent seq 2 at least 3 s earlier');
  });
});
