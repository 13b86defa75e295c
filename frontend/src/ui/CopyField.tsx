import { useLingui } from '@lingui/react/macro';
import { Check, Copy } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from './Button.tsx';

/** Text to take along, such as a key or a link, with a button that copies it. */
export function CopyField({ label, value, lines = false }: { label: string; value: string; lines?: boolean }) {
  const { t } = useLingui();
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // Without TLS browsers offer no clipboard: then the text is selected, to be copied by hand.
    if (await written(value)) setCopied(true);
    else getSelection()?.selectAllChildren(document.getElementById(id)!);
  };
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5">
      <span id={`${id}-label`} className="text-sm font-semibold">
        {label}
      </span>
      <div
        className={
          lines ? 'grid gap-2 rounded-xl bg-sunken p-3' : 'flex items-center gap-2 rounded-xl bg-sunken py-1.5 pr-1.5 pl-3.5'
        }
      >
        <code
          id={id}
          aria-labelledby={`${id}-label`}
          role="textbox"
          aria-readonly
          tabIndex={0}
          className={
            lines
              ? 'overflow-x-auto font-mono text-[13px]/5 whitespace-pre'
              : 'min-w-0 flex-1 overflow-x-auto py-1 font-mono text-[13px]/5 whitespace-nowrap'
          }
        >
          {value}
        </code>
        <Button
          size="small"
          className={lines ? 'justify-self-end' : ''}
          icon={copied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          onClick={() => void copy()}
        >
          <span aria-live="polite">{copied ? t`Copied` : t`Copy`}</span>
        </Button>
      </div>
    </div>
  );
}

async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
