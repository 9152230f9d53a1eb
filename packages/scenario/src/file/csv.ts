/** One row of a CSV file, by the names of the first row. */
export type CsvRow = Readonly<Record<string, string>>;

/** Why a CSV file cannot be used, with its own line. */
export class CsvFault extends Error {}

/**
 * Reads CSV with a first row of names: commas, quotes with doubled quotes in them, any line ends. Empty lines are left out.
 *
 * @throws CsvFault
 */
export function readCsv(text: string): readonly CsvRow[] {
  const [names, ...rows] = records(text.replace(/^\uFEFF/, ''));
  if (!names) throw new CsvFault('it is empty');
  const trimmed = names.fields.map((name) => name.trim());
  const repeated = trimmed.find((name, index) => trimmed.indexOf(name) !== index);
  if (repeated !== undefined) throw new CsvFault(`line 1 has the column ${JSON.stringify(repeated)} twice`);
  return rows.map(({ fields, line }) => {
    if (fields.length !== trimmed.length) {
      throw new CsvFault(`line ${line} has ${fields.length} fields, the first line has ${trimmed.length}`);
    }
    return Object.fromEntries(trimmed.map((name, index) => [name, fields[index] ?? '']));
  });
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

function records(text: string): readonly CsvRecord[] {
  const found: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let startLine = 1;
  const endRecord = () => {
    if (fields.length > 0 || field !== '') found.push({ fields: [...fields, field], line: startLine });
    fields = [];
    field = '';
    startLine = line + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '"' && text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else if (char === '"') quoted = false;
      else field += char;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === ',') {
      fields.push(field);
      field = '';
    } else if (char === '\n') endRecord();
    else if (char !== '\r') field += char;
    if (char === '\n') line += 1;
  }
  if (quoted) throw new CsvFault(`a quote that opens in line ${startLine} is not closed`);
  endRecord();
  return found;
}
