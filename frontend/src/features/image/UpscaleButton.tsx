import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Scaling } from 'lucide-react';
import { useState } from 'react';
import { upscalersQuery } from '../../data/queries.ts';
import { Button } from '../../ui/index.ts';
import { UpscaleDialog } from './UpscaleDialog.tsx';

/** Only for images of one's own, and only where something can enlarge them. */
export function UpscaleButton({ image }: { image: Image }) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const { data: upscalers } = useQuery({ ...upscalersQuery, enabled: image.mine });
  if (!image.mine || !upscalers?.length) return null;
  const trigger = <Button icon={<Scaling aria-hidden className="size-[18px]" />}>{t`Upscale`}</Button>;
  return <UpscaleDialog image={image} upscalers={upscalers} open={open} onOpenChange={setOpen} trigger={trigger} />;
}
