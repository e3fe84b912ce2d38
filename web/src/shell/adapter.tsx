import type { BackendInfo } from 'gradfold';

/** Names the adapter that runs the kernels, and says if it is a software adapter. */
export function Adapter({ info }: { readonly info: BackendInfo }) {
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') || 'an unnamed adapter';
  return (
    <p>
      Adapter: <strong>{name}</strong>
      {info.software && ', a software adapter: this is your processor, not a GPU. Correct, but many times slower'}.
    </p>
  );
}
