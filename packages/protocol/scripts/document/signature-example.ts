import { readFileSync } from 'node:fs';

/** The first known signature of the vectors, step by step, for anyone to recompute. */
export function signatureExample(packageRoot: URL): string {
  const {
    known,
  }: { known: readonly Record<'secret' | 'target' | 'input' | 'base' | 'signature', string>[] } = JSON.parse(
    readFileSync(new URL('vectors/signatures.json', packageRoot), 'utf8'),
  );
  const [example] = known;
  if (!example) throw new Error('contract: vectors/signatures.json has no known signature');
  const { secret, target, input, base, signature } = example;
  return [
    `The request line is \`GET ${target} HTTP/1.1\`, the client secret \`${secret}\`. The text that is signed has seven lines, joined by a line feed, with none at the end:`,
    fenced(base),
    'In a shell, with that text in `base.txt`:',
    fenced(
      [
        `key=$(printf %s '${secret}' | base64 -d | od -An -tx1 | tr -d ' \\n')`,
        'openssl dgst -sha256 -mac HMAC -macopt hexkey:$key -binary base.txt | base64',
        signature,
      ].join('\n'),
    ),
    'The two headers are then:',
    fenced(`Signature-Input: sig1=${input}\nSignature: sig1=:${signature}:`),
  ].join('\n\n');
}

function fenced(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
