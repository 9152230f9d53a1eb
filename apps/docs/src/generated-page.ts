/** A page that is written from the code: no source to edit, and an outline of its sections without what is in them. */
export function generatedPage(title: string, intro: string, sections: readonly string[]): string {
  return `---\neditLink: false\noutline: 2\n---\n\n# ${title}\n\n${[intro, ...sections].join('\n\n')}\n\nThis page is written from the code when the site is built.\n`;
}

/** A Markdown table. Cells are Markdown: see `cell`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as the content of a table's cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
