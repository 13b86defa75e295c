import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import type { PointerEvent, RefObject } from 'react';
import { imageUrl } from '../../data/client.ts';
import { paintMarks } from './mask-marks.ts';
import type { MaskMark } from './mask-marks.ts';
import type { SourceImage } from './settings.ts';

export type MaskTool = 'brush' | 'eraser';

interface MaskCanvasProps {
  source: SourceImage;
  marks: readonly MaskMark[];
  tool: MaskTool;
  /** Pixels of the image. */
  size: number;
  onMark: (mark: MaskMark) => void;
  canvas: RefObject<HTMLCanvasElement | null>;
}

/** The image with the mask over it, painted by mouse, pen or finger. A stroke becomes a mark when it ends. */
export function MaskCanvas({ source, marks, tool, size, onMark, canvas }: MaskCanvasProps) {
  const { t } = useLingui();
  const stroke = useRef<[number, number][] | null>(null);
  useEffect(() => paintMarks(canvas.current!.getContext('2d')!, marks), [canvas, marks]);

  const show = () => {
    if (stroke.current) paintMarks(canvas.current!.getContext('2d')!, [...marks, { kind: tool, size, points: stroke.current }]);
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    stroke.current = [placeOf(event)];
    show();
  };
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    stroke.current?.push(placeOf(event));
    show();
  };
  const end = () => {
    if (stroke.current) onMark({ kind: tool, size, points: stroke.current });
    stroke.current = null;
  };
  return (
    <div
      className="relative mx-auto w-full overflow-hidden rounded-2xl bg-sunken"
      style={{ aspectRatio: `${source.width} / ${source.height}`, maxWidth: `calc(52dvh * ${source.width / source.height})` }}
    >
      <img src={imageUrl.file(source.id)} alt="" className="absolute inset-0 size-full" />
      <canvas
        ref={canvas}
        width={source.width}
        height={source.height}
        role="img"
        aria-label={t`The image with the marked part. Paint on it, or mark a rectangle below.`}
        className="absolute inset-0 size-full cursor-crosshair touch-none opacity-60"
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
      />
    </div>
  );
}

/** Where a pointer is, in pixels of the image. */
function placeOf({ currentTarget, clientX, clientY }: PointerEvent<HTMLCanvasElement>): [number, number] {
  const box = currentTarget.getBoundingClientRect();
  const along = (at: number, from: number, length: number, pixels: number) => Math.round(((at - from) / length) * pixels);
  return [along(clientX, box.left, box.width, currentTarget.width), along(clientY, box.top, box.height, currentTarget.height)];
}
