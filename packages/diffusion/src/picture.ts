/** A picture in memory: straight (not premultiplied) RGBA bytes, row by row. */
export interface RgbaPicture {
  width: number;
  height: number;
  rgba: Uint8Array;
}

interface PictureForm {
  width: number;
  height: number;
  range: readonly [number, number];
}

/**
 * Straight RGBA bytes from planes R, G, B, A of one picture whose colours are premultiplied by alpha.
 * Where alpha is nothing there is no colour to recover: those pixels become transparent black.
 */
export function straightRgba(planes: Float32Array, form: PictureForm): RgbaPicture {
  const pixels = form.width * form.height;
  const [low, high] = form.range;
  const unit = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));
  const rgba = new Uint8Array(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = Math.round(unit(planes[3 * pixels + pixel]!) * 255);
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const premultiplied = unit(planes[channel * pixels + pixel]!) * 255;
      rgba[pixel * 4 + channel] = Math.min(255, Math.round((premultiplied * 255) / alpha));
    }
    rgba[pixel * 4 + 3] = alpha;
  }
  return { width: form.width, height: form.height, rgba };
}

/** The reverse of `straightRgba`: what an encoder takes. */
export function premultipliedPlanes(picture: RgbaPicture, range: readonly [number, number]): Float32Array {
  const pixels = picture.width * picture.height;
  const [low, high] = range;
  const planes = new Float32Array(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = picture.rgba[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 4; channel++) {
      const straight = picture.rgba[pixel * 4 + channel]! / 255;
      planes[channel * pixels + pixel] = low + (high - low) * (channel === 3 ? alpha : straight * alpha);
    }
  }
  return planes;
}
