import type { BackendInfo } from 'gradfold';

/** What runs the kernels, in words; says plainly where it is the processor. */
export function Adapter({ info }: { readonly info: BackendInfo }) {
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') || 'an unnamed adapter';
  return (
    <p>
      Adapter: <strong>{name}</strong>
      {info.software && ', a software adapter: this is your processor, not a GPU. Right, but many times slower'}.
    </p>
  );
}
