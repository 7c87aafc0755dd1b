import { TunegateError } from '../contracts/errors.ts';

/** The service has no such verb; its capabilities say so. */
export const unsupported = (provider: string, verb: string): TunegateError =>
  new TunegateError('not_supported', `${provider} offers no ${verb}`, {
    where: provider,
    remedy: 'see docs/providers.md for what each provider offers',
  });
