/** Exit codes that do not come from a call's cause (those stand in the client's table of causes). */
export const EXIT = {
  success: 0,
  expectationFailed: 1,
  usage: 2,
  unreachable: 4,
  internal: 8,
  interrupted: 130,
} as const;
