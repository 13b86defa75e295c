/** The columns of a gallery. Items have their own padding, so that the ring of a focused tile is not cut off. */
export const gridClass = '-m-1 grid grid-cols-2 sm:grid-cols-3 md:grid-cols-4 xl:grid-cols-6 2xl:grid-cols-7';
export const tileSizes =
  '(min-width: 1536px) 13vw, (min-width: 1280px) 16vw, (min-width: 768px) 22vw, (min-width: 640px) 33vw, 50vw';

/** What is out of sight is neither laid out nor painted, and still has its place. */
export const tileItemClass = 'p-1 [contain-intrinsic-size:auto_12rem] [content-visibility:auto]';
export const tileFrameClass =
  'aspect-square has-[[data-tile]:focus-visible]:outline-2 has-[[data-tile]:focus-visible]:outline-offset-2 has-[[data-tile]:focus-visible]:outline-accent-ink';

const corner =
  'absolute grid size-9 place-items-center rounded-full transition-opacity outline-offset-[-3px] focus-visible:outline-white [&_svg]:size-[18px]';
/** Buttons in the corners of a tile appear with the pointer or the focus; on touch screens only where they say something. */
export const cornerClass = (isShown: boolean, more: string) =>
  `${corner} ${isShown ? '' : 'opacity-0 group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100'} ${more}`;
