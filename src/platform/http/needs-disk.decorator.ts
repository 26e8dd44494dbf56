import { ApiExtension } from '@nestjs/swagger';

export const NEEDS_DISK = 'flits:needs-disk';

/** For routes that bring new bytes: 503 `storage_low` while the disk is nearly full, so that purging keeps its reserve. */
export function NeedsDisk(): MethodDecorator {
  return (target, property, descriptor) => {
    Reflect.defineMetadata(NEEDS_DISK, true, descriptor.value as object);
    ApiExtension('x-needs-disk', true)(target, property, descriptor);
  };
}
