import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toPcm8k } from '../src/resample/wav.js';

/** What a caller says who interrupts a bot. */
export const SENTENCES = [
  'Hello, I would like to speak to someone please',
  'No, stop, that is not what I asked for',
  'Yes',
  'Can you help me with my bill',
  'My account number is four five two nine',
  'Transfer me to an agent',
  'I have a question about my order',
  'What time do you open tomorrow',
  'One moment please, I am looking for my card',
  'Operator',
  'Sorry, could you repeat that',
  'I want to cancel my subscription',
  'Well, it started last Monday',
  'Good morning, this is Robert Anderson',
  'Eight oh oh, five five five, one two one two',
  'Never mind, I will call back later',
  'Excuse me, I only need the address',
  'Sales department',
  "That's wrong",
  'Maybe next week',
  // What other languages sound like in an English mouth: other syllables, other stress.
  'Buongiorno, vorrei parlare con un operatore',
  'No, no, aspetti un momento per favore',
  'Quiero hablar con una persona, por favor',
  'Si, claro, muchas gracias',
  'Bonjour, je voudrais annuler ma commande',
  'Non, ce n est pas ca du tout',
  'Guten Tag, ich habe eine Frage zur Rechnung',
  'Nein, danke, auf Wiederhoeren',
  'Bom dia, preciso de ajuda com a minha conta',
  'Obrigado, ate logo',
  'Zdravstvuite, ya hotel bi uznat balans',
  'Da, konechno, spasibo bolshoe',
  'Moshi moshi, chotto matte kudasai',
  'Hai, wakarimashita, arigatou gozaimasu',
  'Namaste, mujhe madad chahiye',
  'Haan ji, theek hai, dhanyavaad',
  'Dzien dobry, poprosze o numer zamowienia',
  'Nie, to nie jest moje konto',
  'Ni hao, wo xiang wen yi ge wen ti',
  'Merhaba, siparisim nerede acaba',
] as const;

/** The voices of flite and the pitch each was recorded at. */
export const VOICES = { kal: 105, kal16: 105, awb: 120, rms: 100, slt: 180 } as const;

/** One sentence by one voice of flite, at 8 kHz. The speed and the pitch differ from sentence to sentence. */
export async function speak(voice: keyof typeof VOICES, sentence: number): Promise<Int16Array> {
  const turn = sentence * 5 + Object.keys(VOICES).indexOf(voice);
  const stretch = 0.8 + 0.1 * (turn % 6);
  const pitch = VOICES[voice] * (0.8 + 0.15 * (turn % 4));
  const folder = mkdtempSync(join(tmpdir(), 'flite-'));
  try {
    execFileSync(process.execPath, [
      ...['--no-warnings', fileURLToPath(new URL('speak.mjs', import.meta.url))],
      ...[folder, voice, stretch.toFixed(2), pitch.toFixed(0), SENTENCES[sentence] ?? ''],
    ]);
    return await toPcm8k(readFileSync(join(folder, 'speech.wav')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
