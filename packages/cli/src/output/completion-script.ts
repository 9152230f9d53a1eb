/** The shells that are completed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Whether a word names a shell that is completed. */
export function isShell(word: string): word is Shell {
  return SHELLS.some((shell) => shell === word);
}

/** What is completed of a verb. */
export interface CompletedVerb {
  readonly name: string;
  readonly about: string;
  readonly options: readonly {
    /** With its dashes. */
    readonly flag: string;
    readonly about: string;
    readonly takesValue: boolean;
    /** The values that it takes; empty for any, which files complete. */
    readonly values: readonly string[];
  }[];
  /** The values of its first argument; empty for any. */
  readonly values: readonly string[];
}

/** The script that a shell loads. It holds all that is completed and runs nothing. */
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
  const valued = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, values }) => `    ${name}:${flag}) words=${quote(values.join(' '))} ;;`),
  );
  const firsts = verbs.map(({ name, values }) => `    ${name}) words=${quote(values.join(' '))} ;;`);
  const flags = verbs.map(
    ({ name, options }) => `    ${name}) words=${quote(options.map(({ flag }) => flag).join(' '))} ;;`,
  );
  // Where nothing is replied, `-o default` completes files, with blanks in their names.
  return `# completion of hookline for bash
_hookline() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote(names(verbs))} -- "$cur"))
    return
  fi
  # --option=value comes as three words
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$verb:$prev" in
${valued.join('\n')}
    *) case "$cur" in
      -*) case "$verb" in
${flags.join('\n')}
      esac ;;
      *) case "$verb" in
    help) words=${quote(names(verbs))} ;;
${firsts.join('\n')}
      esac ;;
    esac ;;
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _hookline hookline
`;
}

function zsh(verbs: readonly CompletedVerb[]): string {
  const listed = verbs.map(({ name, about }) => `    ${quote(`${name}:${about}`)}`);
  const cases = verbs.map(({ name, options, values }) => {
    const specs = options.map(({ flag, about, takesValue, values: choices }) => {
      const shown = about.replace(/[[\]\\:]/g, '\\$&');
      const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}` : '';
      return quote(`*${flag}[${shown}]${value}`);
    });
    const first = values.length > 0 ? `:value:(${values.join(' ')})` : ':value:_files';
    return `    ${name}) _arguments ${[...specs, quote(first)].join(' ')} ;;`;
  });
  return `#compdef hookline
_hookline() {
  local -a verbs=(
${listed.join('\n')}
    'help:tell how a verb is used'
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
  const lines = verbs.flatMap(({ name, about, options, values }) => [
    `complete -c hookline -n __fish_use_subcommand -f -a ${name} -d ${fishQuote(about)}`,
    ...options.map(({ flag, about: what, takesValue, values: choices }) => {
      const value = takesValue ? (choices.length > 0 ? ` -x -a ${fishQuote(choices.join(' '))}` : ' -r') : '';
      return `complete -c hookline -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${value} -d ${fishQuote(what)}`;
    }),
    ...(values.length > 0
      ? [`complete -c hookline -n '__fish_seen_subcommand_from ${name}' -f -a ${fishQuote(values.join(' '))}`]
      : []),
  ]);
  return `# completion of hookline for fish
${lines.join('\n')}
complete -c hookline -n __fish_use_subcommand -f -a help -d 'tell how a verb is used'
complete -c hookline -n '__fish_seen_subcommand_from help' -f -a ${fishQuote(verbs.map(({ name }) => name).join(' '))}
`;
}

/** A word as bash and zsh take it. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A word as fish takes it. */
const fishQuote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
