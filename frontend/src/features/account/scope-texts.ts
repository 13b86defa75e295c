import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ApiKeyScope } from '@rendermart/contract';

/** What a key with a scope may do. A scope that is missing here does not compile. */
export const scopeTexts: Record<ApiKeyScope, MessageDescriptor> = {
  'generations:write': msg`Generate images, cancel and retry`,
  'generations:read': msg`Follow generations and read models`,
  'images:read': msg`See and download your images`,
  'images:write': msg`Upload, change, publish and delete your images`,
  'account:read': msg`Read your name and email address`,
  admin: msg`Everything that an administrator may do`,
};
