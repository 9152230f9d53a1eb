import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DisclosureProps {
  readonly class: string;
  readonly summary: ComponentChildren;
  /** The error messages of the fields inside. */
  readonly faults: readonly (string | undefined)[];
  readonly children: ComponentChildren;
}

/** A part of the form that is closed at first. It opens for an error inside, which would otherwise not be seen. */
export function Disclosure({ class: className, summary, faults, children }: DisclosureProps) {
  const details = useRef<HTMLDetailsElement>(null);
  const fault = faults.find((one) => one !== undefined);
  useEffect(() => {
    if (details.current && fault !== undefined) details.current.open = true;
  }, [fault]);
  return (
    <details class={className} ref={details}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
