import type { ComponentChildren } from 'preact';

interface At {
  /** A letter, or a number. */
  readonly at: string | number;
}

export function Sub({ of, at }: At & { readonly of: string }) {
  return (
    <msub>
      <mi>{of}</mi>
      {typeof at === 'number' ? <mn>{at}</mn> : <mi>{at}</mi>}
    </msub>
  );
}

export function Logit({ at }: At) {
  return <Sub of="z" at={at} />;
}

export function Probability({ at }: At) {
  return <Sub of="q" at={at} />;
}

export function Target({ at }: At) {
  return <Sub of="t" at={at} />;
}

export function Log() {
  return (
    <>
      <mi class="function">log</mi>
      <mspace width="0.2em" />
    </>
  );
}

/** An inline fraction, for exponents. */
export function Over({ top, bottom }: { readonly top: ComponentChildren; readonly bottom: ComponentChildren }) {
  return (
    <mrow>
      {top}
      <mo lspace="0" rspace="0">
        /
      </mo>
      {bottom}
    </mrow>
  );
}

interface SoftmaxProps {
  readonly exponent: ComponentChildren;
  readonly temperature: ComponentChildren;
}

/** The exponential divided by the sum of all exponentials. */
export function Softmax({ exponent, temperature }: SoftmaxProps) {
  return (
    <mfrac>
      <msup>
        <mi>e</mi>
        {exponent}
      </msup>
      <mrow>
        <munder>
          <mo>∑</mo>
          <mi>k</mi>
        </munder>
        <msup>
          <mi>e</mi>
          <Over top={<Logit at="k" />} bottom={temperature} />
        </msup>
      </mrow>
    </mfrac>
  );
}

interface SmoothedProps {
  readonly share: ComponentChildren;
  readonly wanted: ComponentChildren;
  readonly classes: ComponentChildren;
}

export function Smoothed({ share, wanted, classes }: SmoothedProps) {
  return (
    <>
      <mo>(</mo>
      <mn>1</mn>
      <mo>−</mo>
      {share}
      <mo>)</mo>
      <mo>·</mo>
      {wanted}
      <mo>+</mo>
      <mfrac>
        <mrow>{share}</mrow>
        <mrow>{classes}</mrow>
      </mfrac>
    </>
  );
}
