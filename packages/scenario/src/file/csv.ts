/** One row of a CSV file, keyed by the column names of the first row. */
export type CsvRow = Readonly<Record<string, string>>;

/** A row, and the line of the file at which it starts. */
export interface CsvRowAt {
  readonly row: CsvRow;
  readonly line: number;
}

/** A CSV file cannot be parsed. The message includes the line number. */
export class CsvError extends Error {}

/**
 * Parses CSV whose first row holds the column names. Supports quoted fields with doubled quotes and any line ending; skips empty lines.
 *
 * @throws CsvError
 */
export function readCsv(text: string): readonly CsvRowAt[] {
  const [names, ...rows] = parseRecords(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
  if (!names) throw new CsvError('it is empty');
  const trimmed = names.fields.map((name) => name.trim());
  const repeated = trimmed.find((name, index) => trimmed.indexOf(name) !== index);
  if (repeated !== undefined) throw new CsvError(`line 1 has the column ${JSON.stringify(repeated)} twice`);
  return rows.map(({ fields, line }) => {
    if (fields.length !== trimmed.length) {
      throw new CsvError(`line ${line} has ${fields.length} fields, the first line has ${trimmed.length}`);
    }
    const row = Object.fromEntries(trimmed.map((name, index) => [name, fields[index] ?? '']));
    return { row, line };
  });
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

function parseRecords(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let startLine = 1;
  const endRecord = () => {
    if (fields.length > 0 || field !== '') records.push({ fields: [...fields, field], line: startLine });
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
    else field += char;
    if (char === '\n') line += 1;
  }
  if (quoted) throw new CsvError(`the quote opened in line ${startLine} is not closed`);
  endRecord();
  return records;
}
