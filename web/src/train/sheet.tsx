import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { pen } from './digit.tsx';
import { DRAWING_SIDE } from './digit_image.ts';

/** The width of the pen, about that of MNIST's digits. */
const PEN_WIDTH = 22;

interface Props {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** @param done whether the pen has left the sheet */
  readonly onInk: (done: boolean) => void;
}

/** A sheet to draw on, by mouse, pen or finger. */
export function Sheet({ canvas, onInk }: Props) {
  const last = useRef<readonly [number, number]>(undefined);
  const draw = (event: PointerEvent) => {
    const element = canvas.current as HTMLCanvasElement;
    const context = pen(element);
    context.lineWidth = PEN_WIDTH;
    context.lineCap = 'round';
    // A browser may combine several movements in one event.
    for (const each of event.getCoalescedEvents?.() ?? []) lineTo(context, placeOf(element, each));
    lineTo(context, placeOf(element, event));
  };
  const lineTo = (context: CanvasRenderingContext2D, to: readonly [number, number]) => {
    context.beginPath();
    context.moveTo(...(last.current ?? to));
    context.lineTo(...to);
    context.stroke();
    last.current = to;
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary) return;
    canvas.current?.setPointerCapture(event.pointerId);
    last.current = undefined;
    draw(event);
    onInk(false);
  };
  const move = (event: PointerEvent) => {
    if (!last.current || !event.isPrimary) return;
    draw(event);
    onInk(false);
  };
  const up = (event: PointerEvent) => {
    if (!last.current || !event.isPrimary) return;
    last.current = undefined;
    onInk(true);
  };
  return (
    <canvas
      ref={canvas}
      class="paper sheet"
      width={DRAWING_SIDE}
      height={DRAWING_SIDE}
      role="img"
      aria-label="Your drawing"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    />
  );
}

/** The position of an event on the canvas, independent of its size on the screen. */
function placeOf(canvas: HTMLCanvasElement, { clientX, clientY }: PointerEvent): readonly [number, number] {
  const { left, top, width } = canvas.getBoundingClientRect();
  const scale = DRAWING_SIDE / width;
  return [(clientX - left) * scale, (clientY - top) * scale];
}
