/** Previews may take half as long as the steps between them. */
const stepTimePerPreviewTime = 2;

/** Decides when a preview is due, by what the last one took. */
export class PreviewPace {
  #steppingSince = performance.now();
  #previewMs = 0;
  #startedAt = 0;

  get due(): boolean {
    return performance.now() - this.#steppingSince >= this.#previewMs * stepTimePerPreviewTime;
  }

  begin(): void {
    this.#startedAt = performance.now();
  }

  end(): void {
    this.#steppingSince = performance.now();
    this.#previewMs = this.#steppingSince - this.#startedAt;
  }
}
