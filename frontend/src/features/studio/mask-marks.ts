/** Places and lengths are pixels of the image. */
export type MaskMark =
  | { kind: 'brush' | 'eraser'; size: number; points: readonly (readonly [number, number])[] }
  | { kind: 'rectangle'; x: number; y: number; width: number; height: number }
  | { kind: 'invert' };

/** What stands on the canvas for "drawn anew"; its colour is only how it looks. */
const ink = '#e5268f';

/** Paints one more mark: opaque ink where the image is drawn anew, nothing elsewhere. */
export function paintMark(context: CanvasRenderingContext2D, mark: MaskMark): void {
  const { width, height } = context.canvas;
  context.save();
  context.fillStyle = ink;
  context.strokeStyle = ink;
  if (mark.kind === 'rectangle') context.fillRect(mark.x, mark.y, mark.width, mark.height);
  else if (mark.kind === 'invert') {
    context.globalCompositeOperation = 'xor';
    context.fillRect(0, 0, width, height);
  } else {
    if (mark.kind === 'eraser') context.globalCompositeOperation = 'destination-out';
    paintStroke(context, mark);
  }
  context.restore();
}

function paintStroke(context: CanvasRenderingContext2D, { size, points }: Extract<MaskMark, { size: number }>): void {
  const [[firstX, firstY] = [0, 0]] = points;
  // A line without length is no line to a canvas, so a tap is a disc.
  context.beginPath();
  context.arc(firstX, firstY, size / 2, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = size;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** Paints all marks from the beginning: what undoing is. */
export function paintMarks(context: CanvasRenderingContext2D, marks: readonly MaskMark[]): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  for (const mark of marks) paintMark(context, mark);
}

/** The painted canvas as the mask that the API takes: white where the ink is, black elsewhere. */
export function maskFile(painted: HTMLCanvasElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [painted.width, painted.height];
  const context = canvas.getContext('2d')!;
  context.drawImage(painted, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser could not encode the mask'))), 'image/png');
  });
}
