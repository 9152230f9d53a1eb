/** A page generated from code: without an edit link, and with top-level sections only in the outline. */
export function generatedPage(title: string, intro: string, sections: readonly string[]): string {
  return `---\neditLink: false\noutline: 2\n---\n\n# ${title}\n\n${[intro, ...sections].join('\n\n')}\n\nThis page is generated from the code when the site is built.\n`;
}

/** A Markdown table. Cells are Markdown: see `cell`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Escapes text for a table cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
