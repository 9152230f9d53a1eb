import type { UploadedAudio } from '../../src/messages.js';
import { type Api, errorMessage } from '../bridge/api.js';
import type { Launch } from '../bridge/launch.js';
import type { CallerKind, CallForm } from './call-form.js';

const CALLERS: readonly CallerKind[] = ['mic', 'wav', 'tone', 'silence'];
const FILE_PREFIX = 'wav:';

/**
 * Chooses the caller of a link: one of the form's, or `wav:FILE` with the path of a WAV file on the machine of the studio.
 * A link from elsewhere, without the token, must not make the studio read a file. Returns false, and sets the fault of the field, if the link names another caller or the file cannot be used.
 */
export async function chooseLinkedCaller(
  form: CallForm,
  { caller, hasToken }: Launch,
  api: Api,
): Promise<boolean> {
  if (caller === undefined) return true;
  const kind = CALLERS.find((one) => one === caller);
  if (kind) form.caller.value = kind;
  else if (!caller.startsWith(FILE_PREFIX)) {
    const got = JSON.stringify(caller.slice(0, 60));
    form.faults.value = {
      caller: `The link names the caller ${got}; expected mic, tone, silence or wav:FILE.`,
    };
    return false;
  } else {
    form.caller.value = 'wav';
    if (!hasToken) {
      form.faults.value = {
        caller: 'The link names a WAV file but does not hold the token; choose the file here.',
      };
      return false;
    }
    const path = encodeURIComponent(caller.slice(FILE_PREFIX.length));
    try {
      form.wav.value = await api.post<UploadedAudio>(`/api/audio?path=${path}`);
    } catch (error) {
      form.faults.value = { caller: errorMessage(error) };
      return false;
    }
  }
  return true;
}
