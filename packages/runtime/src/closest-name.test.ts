import { describe, expect, it } from 'vitest';
import { closestName } from './closest-name.js';

const KNOWN = ['connectorId', 'caller', 'inputs', 'outputs', 'enabled', 'join'];

describe('the closest name', () => {
  it.each([
    ['conectorId', 'connectorId'],
    ['ConnectorID', 'connectorId'],
    ['connectroId', 'connectorId'],
    ['callers', 'caller'],
    ['output', 'outputs'],
    ['enable', 'enabled'],
    ['jion', 'join'],
    ['input_s', 'inputs'],
  ])('to %s is %s', (name, closest) => {
    expect(closestName(name, KNOWN)).toBe(closest);
  });

  it.each(['', 'x', 'aktive', 'somethingElse', 'n'.repeat(1_000_000)])('to %.20s is none', (name) => {
    expect(closestName(name, KNOWN)).toBeUndefined();
    expect(closestName(name, [])).toBeUndefined();
  });
});
