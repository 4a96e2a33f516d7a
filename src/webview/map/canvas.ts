/** A canvas that keeps sharp: sized in CSS pixels, drawn at the device's pixel ratio. */

export class Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
  width = 0;
  height = 0;

  constructor(className: string) {
    this.canvas = document.createElement('canvas');
    this.canvas.className = className;
    this.canvas.setAttribute('aria-hidden', 'true');
    const ctx = this.canvas.getContext('2d');
    if (!ctx) throw new Error('This browser gives no 2D canvas.');
    this.ctx = ctx;
  }

  /** Sets the size in CSS pixels and clears; drawing coordinates are CSS pixels from then on. */
  begin(width: number, height: number): CanvasRenderingContext2D {
    const ratio = devicePixelRatio;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    if (this.width !== width || this.height !== height) {
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
      this.width = width;
      this.height = height;
    }
    this.ctx.setTransform(1, 0, 0, 1, 0, 0);
    this.ctx.clearRect(0, 0, w, h);
    this.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this.ctx;
  }
}
