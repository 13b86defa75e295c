import { Trans, useLingui } from '@lingui/react/macro';
import type { Image, Recipe } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../data/format.ts';
import { useProceduralText } from '../../data/procedural-words.ts';
import { Button, IconButton, notify } from '../../ui/index.ts';
import { recipeText } from './recipe-text.ts';

/** The recipe and the file, each value ready to copy. */
export function Facts({ image }: { image: Image }) {
  const { t } = useLingui();
  const { recipe } = image;
  const parentId = image.parentId ?? recipe?.sourceImageId;
  return (
    <section className="grid gap-3">
      <div className="flex min-h-9 items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{recipe ? t`Recipe` : t`File`}</h2>
        {recipe && <CopyButton text={recipeText(recipe)} label={t`Copy the recipe`} isWide />}
      </div>
      <dl className="grid divide-y divide-line">
        {recipe && <RecipeRows recipe={recipe} />}
        <FileRows image={image} />
        {parentId && (
          <Row name={t`Source image`}>
            <Link
              to={paths.image}
              params={{ id: parentId }}
              className="font-semibold underline decoration-line-strong underline-offset-4"
            >
              <Trans>Open the source image</Trans>
            </Link>
          </Row>
        )}
      </dl>
    </section>
  );
}

function RecipeRows({ recipe }: { recipe: Recipe }) {
  const { t } = useLingui();
  const { number } = useFormat();
  return (
    <>
      {recipe.prompt && (
        <Row name={t`Prompt`} copy={recipe.prompt} isLong>
          {recipe.prompt}
        </Row>
      )}
      {recipe.negativePrompt && (
        <Row name={t`Negative prompt`} copy={recipe.negativePrompt} isLong>
          {recipe.negativePrompt}
        </Row>
      )}
      <Row name={t`Model`}>{recipe.modelName}</Row>
      {recipe.scale === undefined && (
        <Row name={t`Seed`} copy={String(recipe.seed)}>
          {recipe.seed}
        </Row>
      )}
      {recipe.steps !== null && <Row name={t`Steps`}>{recipe.steps}</Row>}
      {recipe.guidanceScale !== null && <Row name={t`Guidance scale`}>{number(recipe.guidanceScale)}</Row>}
      {recipe.denoisingStrength !== null && <Row name={t`Denoising strength`}>{number(recipe.denoisingStrength)}</Row>}
      {recipe.maskId !== undefined && <Row name={t`Mask`}>{t`Only a marked part was drawn anew`}</Row>}
      {recipe.scale !== undefined && <Row name={t`Enlarged`}>{t`${recipe.scale} times`}</Row>}
      {recipe.upscaler !== undefined && recipe.scale === undefined && <Row name={t`Enlarged by`}>{recipe.upscaler}</Row>}
      {recipe.background && (
        <Row name={t`Background`}>{recipe.background === 'transparent' ? t`Transparent` : recipe.background}</Row>
      )}
      {recipe.procedural && (
        <Row name={t`Made by rule, not by the model`} isLong>
          {recipe.procedural.map((part) => (
            <Part key={part} part={part} />
          ))}
        </Row>
      )}
    </>
  );
}

/** A part that another version of an engine named is shown as it is kept: in English. */
function Part({ part }: { part: string }) {
  const text = useProceduralText()(part);
  return (
    <span className="block first-letter:uppercase" lang={text === null ? 'en' : undefined}>
      {text ?? part}
    </span>
  );
}

function FileRows({ image: { width, height, sizeBytes, mediaType, transparent, recipe } }: { image: Image }) {
  const { t } = useLingui();
  const { bytes } = useFormat();
  return (
    <>
      <Row name={t`Size`}>
        {width} × {height}
      </Row>
      <Row name={t`File`}>
        {mediaType.replace('image/', '').toUpperCase()}, {bytes(sizeBytes)}
        {transparent && !recipe ? `, ${t`transparent`}` : ''}
      </Row>
    </>
  );
}

function Row({ name, copy, isLong, children }: { name: string; copy?: string; isLong?: boolean; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <div
      className={
        isLong
          ? 'relative grid gap-0.5 py-2.5 pr-10'
          : 'relative flex min-h-11 items-center justify-between gap-4 py-2 pr-10 last:border-0'
      }
    >
      <dt className="shrink-0 text-sm text-muted">{name}</dt>
      <dd className={isLong ? 'break-words whitespace-pre-wrap' : 'min-w-0 text-right font-medium break-words tabular-nums'}>
        {children}
        {copy !== undefined && (
          <span className="absolute top-1.5 -right-1.5">
            <CopyButton text={copy} label={t`Copy: ${name}`} />
          </span>
        )}
      </dd>
    </div>
  );
}

function CopyButton({ text, label, isWide }: { text: string; label: string; isWide?: boolean }) {
  const { t } = useLingui();
  // Without https a browser has no clipboard for pages; the button is left out then.
  if (!navigator.clipboard) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => notify({ text: t`Copied.` }));
  if (isWide)
    return (
      <Button size="small" tone="quiet" icon={<Copy aria-hidden className="size-4" />} onClick={copy}>
        {label}
      </Button>
    );
  return <IconButton size="small" label={label} icon={<Copy aria-hidden />} onClick={copy} />;
}
