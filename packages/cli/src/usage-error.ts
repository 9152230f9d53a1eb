import { HooklineError } from '@hookline/runtime';

/** The command line cannot be carried out as it stands: exit code 2, nothing was dialled. */
export class UsageError extends HooklineError<'USAGE'> {
  constructor(message: string) {
    super('USAGE', message);
  }
}
