/** The supported shells. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Whether a word is the name of a supported shell. */
export function isShell(word: string): word is Shell {
  return SHELLS.some((shell) => shell === word);
}

/** The completion data of a verb. */
export interface CompletedVerb {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    /** With dashes, such as `--wav`. */
    readonly flag: string;
    readonly description: string;
    readonly takesValue: boolean;
    /** Its possible values; if empty, files are completed. */
    readonly values: readonly string[];
  }[];
  /** The possible values of its first argument; empty if any value is possible. */
  readonly values: readonly string[];
}

/** The completion script of a shell. It contains all data and does not run the command. */
export function completionScript(shell: Shell, verbs: readonly CompletedVerb[]): string {
  switch (shell) {
    case 'bash':
      return bash(verbs);
    case 'zsh':
      return zsh(verbs);
    case 'fish':
      return fish(verbs);
  }
}

const names = (verbs: readonly CompletedVerb[]) => [...verbs.map(({ name }) => name), 'help'].join(' ');

function bash(verbs: readonly CompletedVerb[]): string {
  const optionValues = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, values }) => `    ${name}:${flag}) words=${quote(values.join(' '))} ;;`),
  );
  const argumentValues = verbs.map(({ name, values }) => `    ${name}) words=${quote(values.join(' '))} ;;`);
  const flags = verbs.map(
    ({ name, options }) => `    ${name}) words=${quote(options.map(({ flag }) => flag).join(' '))} ;;`,
  );
  // If COMPREPLY is empty, `-o default` completes files, also those with spaces in their names.
  return `# completion of hookline for bash
_hookline() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote(names(verbs))} -- "$cur"))
    return
  fi
  # --option=value is three words
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$verb:$prev" in
${optionValues.join('\n')}
    *) case "$cur" in
      -*) case "$verb" in
${flags.join('\n')}
      esac ;;
      *) case "$verb" in
    help) words=${quote(names(verbs))} ;;
${argumentValues.join('\n')}
      esac ;;
    esac ;;
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _hookline hookline
`;
}

function zsh(verbs: readonly CompletedVerb[]): string {
  const descriptions = verbs.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`);
  const cases = verbs.map(({ name, options, values }) => {
    const specs = options.map(({ flag, description, takesValue, values: choices }) => {
      const escaped = description.replace(/[[\]\\:]/g, '\\$&');
      const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}` : '';
      return quote(`*${flag}[${escaped}]${value}`);
    });
    const first = values.length > 0 ? `:value:(${values.join(' ')})` : ':value:_files';
    return `    ${name}) _arguments ${[...specs, quote(first)].join(' ')} ;;`;
  });
  return `#compdef hookline
_hookline() {
  local -a verbs=(
${descriptions.join('\n')}
    'help:print the help of a command'
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
    help) _describe verb verbs ;;
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_hookline" ]; then _hookline "$@"; else compdef _hookline hookline; fi
`;
}

function fish(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ name, description, options, values }) => [
    `complete -c hookline -n __fish_use_subcommand -f -a ${name} -d ${fishQuote(description)}`,
    ...options.map(({ flag, description: text, takesValue, values: choices }) => {
      const value = takesValue ? (choices.length > 0 ? ` -x -a ${fishQuote(choices.join(' '))}` : ' -r') : '';
      return `complete -c hookline -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${value} -d ${fishQuote(text)}`;
    }),
    ...(values.length > 0
      ? [`complete -c hookline -n '__fish_seen_subcommand_from ${name}' -f -a ${fishQuote(values.join(' '))}`]
      : []),
  ]);
  return `# completion of hookline for fish
${lines.join('\n')}
complete -c hookline -n __fish_use_subcommand -f -a help -d 'print the help of a command'
complete -c hookline -n '__fish_seen_subcommand_from help' -f -a ${fishQuote(verbs.map(({ name }) => name).join(' '))}
`;
}

/** A word quoted for bash and zsh. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A word quoted for fish. */
const fishQuote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
