import { useEffect, useRef } from 'preact/hooks';
import { SIDE } from '../../../studies/training/digits.ts';

/** Draws 28 x 28 pixels. */
export function Digit({ pixels, label }: { readonly pixels: Uint8Array; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => putInk(canvas.current as HTMLCanvasElement, pixels, SIDE), [pixels]);
  return <canvas ref={canvas} class="paper digit" width={SIDE} height={SIDE} role="img" aria-label={label} />;
}

/** Fills a canvas with black ink whose opacity is the pixel value. @param ink [side * side] */
export function putInk(canvas: HTMLCanvasElement, ink: Uint8Array, side: number): void {
  const image = new ImageData(side, side);
  for (const [i, value] of ink.entries()) image.data[4 * i + 3] = value;
  pen(canvas).putImageData(image, 0, 0);
}

/** Reads the ink of a canvas, the inverse of `putInk`. */
export function inkIn(canvas: HTMLCanvasElement, side: number): Uint8Array {
  const { data } = pen(canvas).getImageData(0, 0, side, side);
  const ink = new Uint8Array(side * side);
  for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i + 3] as number;
  return ink;
}

/** The context of a canvas that is read back after every stroke. */
export function pen(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
}
